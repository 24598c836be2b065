"""The fields that are read of a record of the X API v2, of a page around records, and those known and not read."""

from __future__ import annotations

from ingestion.mapping.shape import field_names, shape

_USER_METRICS = shape("followers_count following_count tweet_count")
_POST_METRICS = shape("retweet_count reply_count like_count quote_count bookmark_count impression_count")

USER = shape(
    """
    id username name description location profile_image_url
    protected verified verified_type created_at
    public_metrics: *metrics
    """,
    metrics=_USER_METRICS,
)

_URLS = shape("urls[]: url expanded_url unwound_url display_url media_key")
_ENTITIES = shape(
    """
    *urls
    hashtags[]: tag
    mentions[]: id username
    """,
    urls=_URLS,
)
_POST = shape(
    """
    text author_id conversation_id lang
    note_tweet:
        text
        entities: *entities
    edit_history_tweet_ids[]
    attachments:
        media_keys[]
        poll_ids[]
        media[]: media_key type
    geo: place_id full_name
    author: *user
    """,
    entities=_ENTITIES,
    user=USER,
)

REFERENCE = shape("type id")
# a post written out inside another
INNER_POST = shape(
    """
    id created_at
    *post
    public_metrics: *metrics
    entities: *entities
    referenced_tweets[]: *reference
    """,
    post=_POST,
    metrics=_POST_METRICS,
    entities=_ENTITIES,
    reference=REFERENCE,
)

# a post or a user, whose fields have few names in common
RECORD = shape(
    """
    *user
    *post
    in_reply_to_user
    public_metrics: *user_metrics *post_metrics
    entities:
        *entities
        url: *urls
        description: *urls
    # seldom written out in full: kept as text, and looked into only where they are
    referenced_tweets[]
    media_key voting_status full_name options
    action reason redacted_at
    id_str
    # fields of users on other platforms, which have id, username and name, too
    biography category fan_count followers_count ig_id
    __twarc: retrieved_at
    """,
    user=USER,
    post=_POST,
    user_metrics=_USER_METRICS,
    post_metrics=_POST_METRICS,
    entities=_ENTITIES,
    urls=_URLS,
)

PAGE = shape(
    """
    includes:
        media[]: media_key type
        places[]: id full_name
        users[]: id protected
    __twarc: retrieved_at
    """
)

PAGES = (
    "/data",
    "/includes/users",
    "/includes/tweets",
    "/includes/media",
    "/includes/places",
    "/includes/polls",
)
SIGNS_OF_PAGES = field_names("data includes errors meta title connection_issue")
ENVELOPE = field_names(
    "matching_rules __twarc detail type status reason client_id required_enrollment registration_url"
)

KNOWN = field_names(
    """
    alt_text affiliation cashtags context_annotations country country_code contained_within created_at
    display_text_range duration_minutes duration_ms edit_controls end_datetime geo height
    in_reply_to_user_id media_key most_recent_tweet_id name non_public_metrics organic_metrics parody
    pinned_tweet_id pinned_tweet place_type possibly_sensitive preview_image_url promoted_metrics
    reply_settings source subscription_type type url variants width withheld
    """
)
