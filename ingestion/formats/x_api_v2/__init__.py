"""X (Twitter) API v2: posts, users and compliance lists, as the API answers and archiving tools store them.

Pages {data, includes, errors, meta}, or flattened posts one a line, with author and referenced posts inside.
Decisions that a reader of the numbers should know:
- A retweet is an Announce of the post reshared. Its words, links, mentions and counters are the other's
  (the API repeats the original's retweet count on each retweet), so they stay out.
- An edit is a post of its own with a new id. A version that is not the last one is landed as taken back
  (is_reversed), and the last one lands a Remove for each version before it, so that nobody counts two.
- A long post's links, mentions and hashtags are those of its whole text (note_tweet), not of its beginning.
- The address of the quoted post, of the post itself (which stands where a long text is cut) and of its
  pictures are no links of the author's: the API lists them among these.
- A post of a protected account is visible to followers only, and so is not landed by default.
- The API gives no offset of the author's clock.
"""

from __future__ import annotations

import json

from ingestion.containers.json.lines import JsonRecords
from ingestion.mapping.format import Format, RecordKind, Rows, field_names
from warehouse.engine import quote_text

_URLS = [dict.fromkeys(("url", "expanded_url", "unwound_url", "display_url", "media_key"), "VARCHAR")]

_USER = {
    "id": "VARCHAR",
    "username": "VARCHAR",
    "name": "VARCHAR",
    "description": "VARCHAR",
    "location": "VARCHAR",
    "profile_image_url": "VARCHAR",
    "protected": "VARCHAR",
    "verified": "VARCHAR",
    "verified_type": "VARCHAR",
    "created_at": "VARCHAR",
    "public_metrics": {
        "followers_count": "VARCHAR",
        "following_count": "VARCHAR",
        "tweet_count": "VARCHAR",
    },
}

_POST_ENTITIES = {
    "urls": _URLS,
    "hashtags": [{"tag": "VARCHAR"}],
    "mentions": [{"id": "VARCHAR", "username": "VARCHAR"}],
}

_POST = {
    "text": "VARCHAR",
    "note_tweet": {"text": "VARCHAR", "entities": _POST_ENTITIES},
    "author_id": "VARCHAR",
    "conversation_id": "VARCHAR",
    "lang": "VARCHAR",
    "edit_history_tweet_ids": ["VARCHAR"],
    "attachments": {
        "media_keys": ["VARCHAR"],
        "poll_ids": ["VARCHAR"],
        "media": [{"media_key": "VARCHAR", "type": "VARCHAR"}],
    },
    "geo": {"place_id": "VARCHAR", "full_name": "VARCHAR"},
    "author": _USER,
}

_POST_METRICS = {
    "retweet_count": "VARCHAR",
    "reply_count": "VARCHAR",
    "like_count": "VARCHAR",
    "quote_count": "VARCHAR",
    "bookmark_count": "VARCHAR",
    "impression_count": "VARCHAR",
}

_REFERENCE = {"type": "VARCHAR", "id": "VARCHAR"}

# a post written out inside another
_INNER_POST = {
    "id": "VARCHAR",
    "created_at": "VARCHAR",
    **_POST,
    "public_metrics": _POST_METRICS,
    "entities": _POST_ENTITIES,
    "referenced_tweets": [_REFERENCE],
}

# the record: a post or a user, whose fields have few names in common
_SHAPE = {
    **_USER,
    **_POST,
    "in_reply_to_user": "VARCHAR",
    "public_metrics": {**_USER["public_metrics"], **_POST_METRICS},  # type: ignore[dict-item]
    "entities": {
        **_POST_ENTITIES,
        "url": {"urls": _URLS},
        "description": {"urls": _URLS},
    },
    # seldom written out in full: kept as text, and looked into only where they are
    "referenced_tweets": ["VARCHAR"],
    "media_key": "VARCHAR",
    "voting_status": "VARCHAR",
    "full_name": "VARCHAR",
    "options": "VARCHAR",
    "action": "VARCHAR",
    "reason": "VARCHAR",
    "redacted_at": "VARCHAR",
    "id_str": "VARCHAR",
    # fields of users on other platforms, which have id, username and name, too
    **dict.fromkeys(("biography", "category", "fan_count", "followers_count", "ig_id"), "VARCHAR"),
    "__twarc": {"retrieved_at": "VARCHAR"},
}

_PAGES = (
    "/data",
    "/includes/users",
    "/includes/tweets",
    "/includes/media",
    "/includes/places",
    "/includes/polls",
)
_SIGNS = frozenset({"data", "includes", "errors", "meta", "title", "connection_issue"})
_ENVELOPE = frozenset(
    {"matching_rules", "__twarc", "detail", "type", "status", "reason"}
    | {"client_id", "required_enrollment", "registration_url"}
)

# Languages that X writes for 'none', 'unknown', 'only links', and two that ISO has renamed.
_LANGUAGE = """case
    when {at}.lang in ('und', 'zxx', 'art', 'qam', 'qct', 'qht', 'qme', 'qst') then null
    when {at}.lang = 'in' then 'id' when {at}.lang = 'iw' then 'he' else {at}.lang
end"""


def _parsed(value: str, shape: object) -> str:
    return f"try(from_json({value}, {quote_text(json.dumps(shape))}))"


_REFERENCES = f"list_transform(r.referenced_tweets, lambda t: {_parsed('t', _REFERENCE)})"
_REFERENCE_OF = "list_filter(refs, lambda t: t.type = '{0}')[1].id"

# Addresses that X itself adds are no links: of the post's own pictures, of the quoted post, and of the post
# itself, under whichever of its ids, where a long text is cut.
_TARGET = "coalesce(u.unwound_url, u.expanded_url, u.url)"
_POST_LINKED = f"""regexp_extract({_TARGET},
    '(?i)^https?://(?:[a-z]+\\.)?(?:twitter|x)\\.com/(?:[^/]+/){{{{1,2}}}}status(?:es)?/(\\d+)', 1)"""
_LINKS = f"""list_transform(
    list_filter(entities.urls, lambda u: u.media_key is null and coalesce(u.display_url, '') not like 'pic.%'
        and not list_contains(list_concat([{{at}}.id, quoted], {{at}}.edit_history_tweet_ids), {_POST_LINKED})),
    lambda u: {_TARGET})"""

# photos are 'image'; videos and animated pictures 'video'. Without the medium itself its key's prefix tells.
_MEDIA_TYPE = """case coalesce(
        list_filter(list_concat({at}.attachments.media, page.includes.media),
            lambda m: m.media_key = k)[1].type,
        case when k like '3\\_%' escape '\\' then 'photo' end
    ) when 'photo' then 'image' else 'video' end"""

_IS_PROTECTED = """coalesce(
    {at}.author.protected = 'true',
    list_contains(
        list_transform(list_filter(page.includes.users, lambda u: u.protected = 'true'), lambda u: u.id),
        {at}.author_id),
    false)"""


def _post_rows(at: str, refs: str, let: dict[str, str], each: str | None = None) -> tuple[Rows, ...]:
    """Give the rows of a post found at `at`, which `let` may name, and which refers to the posts `refs`."""
    return (
        Rows(
            "activities",
            {
                "activity_id": f"{at}.id",
                "actor_profile_id": f"coalesce({at}.author_id, {at}.author.id)",
                "activity_type": "case when reshared is null then 'Create' else 'Announce' end",
                "object_type": "'Note'",
                "object_id": "reshared",
                "in_reply_to_id": _REFERENCE_OF.format("replied_to"),
                "quote_of_id": "quoted",
                "root_id": f"case when reshared is null then {at}.conversation_id end",
                "published_at": f"{at}.created_at",
                "visibility": f"case when {_IS_PROTECTED.format(at=at)} then 'followers' else 'public' end",
                "content": "case when reshared is null then "
                f"unescaped(coalesce({at}.note_tweet.text, {at}.text)) end",
                "language": f"case when reshared is null then {_LANGUAGE.format(at=at)} end",
                "links": "links",
                "mentions": "case when reshared is null then "
                "list_transform(entities.mentions, lambda m: coalesce(m.id, m.username)) end",
                "hashtags": "case when reshared is null then "
                "list_transform(entities.hashtags, lambda h: h.tag) end",
                "attachment_types": f"""case when reshared is null then list_distinct(list_concat(
                    list_transform({at}.attachments.media_keys, lambda k: {_MEDIA_TYPE.format(at=at)}),
                    case when len({at}.attachments.poll_ids) > 0 then ['poll'] end,
                    case when len(links) > 0 then ['link'] end)) end""",
                "place": f"""coalesce({at}.geo.full_name,
                    list_filter(page.includes.places, lambda p: p.id = {at}.geo.place_id)[1].full_name)""",
                "is_reversed": f"{at}.id <> {at}.edit_history_tweet_ids[-1]",
            },
            each=each,
            let={
                **let,
                "refs": refs,
                "reshared": _REFERENCE_OF.format("retweeted"),
                "quoted": _REFERENCE_OF.format("quoted"),
                # those of the whole text, where it is longer than a post
                "entities": f"coalesce({at}.note_tweet.entities, {at}.entities)",
                "links": f"case when reshared is null then {_LINKS.format(at=at)} end",
            },
            when=f"{at}.text is not null",
        ),
        Rows(
            "activity_counters",
            {
                "activity_id": f"{at}.id",
                "likes": f"{at}.public_metrics.like_count",
                "shares": f"{at}.public_metrics.retweet_count",
                "replies": f"{at}.public_metrics.reply_count",
                "quotes": f"{at}.public_metrics.quote_count",
                "bookmarks": f"{at}.public_metrics.bookmark_count",
                "views": f"{at}.public_metrics.impression_count",
            },
            let={**let, "refs": refs},
            when=f"{at}.public_metrics is not null and {_REFERENCE_OF.format('retweeted')} is null",
            each=each,
        ),
    )


def _user_rows(at: str, each: str | None = None, urls: str | None = None) -> tuple[Rows, ...]:
    """Give the rows of a user found `at` the record itself, or at `each` element of a list."""
    return (
        Rows(
            "profiles",
            {
                "profile_id": f"{at}.id",
                "handle": f"{at}.username",
                "display_name": f"{at}.name",
                "bio": f"unescaped({at}.description)",
                "location": f"{at}.location",
                "avatar_url": f"{at}.profile_image_url",
                "is_verified": f"""case when {at}.verified = 'true' or {at}.verified_type <> 'none' then true
                    when coalesce({at}.verified, {at}.verified_type) is not null then false end""",
                "is_organization": f"{at}.verified_type in ('business', 'government')",
                "is_protected": f"{at}.protected",
                "created_at": f"{at}.created_at",
                **({"urls": urls} if urls else {}),
            },
            when=f"{at}.id is not null and {at}.name is not null",
            each=each,
        ),
        Rows(
            "profile_counters",
            {
                "profile_id": f"{at}.id",
                "followers": f"{at}.public_metrics.followers_count",
                "following": f"{at}.public_metrics.following_count",
                "posts": f"{at}.public_metrics.tweet_count",
            },
            when=f"""coalesce({at}.public_metrics.followers_count, {at}.public_metrics.following_count,
                {at}.public_metrics.tweet_count) is not null""",
            each=each,
        ),
    )


_INNER_POSTS = "list_filter(r.referenced_tweets, lambda t: t like '%\"text\"%')"
_LET_INNER = {"p": _parsed("each", _INNER_POST)}
# further users inside a post: whom it answers, and the authors of the posts it refers to
_INNER_USERS = f"""case
    when r.in_reply_to_user is not null or r.referenced_tweets is not null then list_filter(
        list_concat(
            case when r.in_reply_to_user is not null then [{_parsed("r.in_reply_to_user", _USER)}] end,
            list_transform({_INNER_POSTS}, lambda t: {_parsed("t", {"author": _USER})}.author)
        ),
        lambda u: u.id is not null and u.name is not null) end"""

_OLDER_VERSIONS = Rows(
    "activities",
    {
        "activity_id": "'Remove:' || coalesce(r.author_id, r.author.id, '') || ':' || each",
        "actor_profile_id": "coalesce(r.author_id, r.author.id)",
        "activity_type": "'Remove'",
        "object_type": "'Note'",
        "object_id": "each",
        "published_at": "r.created_at",
    },
    when="r.id = r.edit_history_tweet_ids[-1] and each <> r.id",
    each="r.edit_history_tweet_ids",
)

# a list of followers names only one end: the source's options name the other
_CONNECTION = Rows(
    "connections",
    {
        "follower_profile_id": "case options['relation'] when 'followers' then r.id else options['of'] end",
        "followed_profile_id": "case options['relation'] when 'followers' then options['of'] else r.id end",
    },
    when="options['relation'] is not null and pointer in ('/data', '')",
)

_PROFILE_URLS = """list_transform(list_concat(r.entities.url.urls, r.entities.description.urls),
    lambda u: coalesce(u.unwound_url, u.expanded_url))"""

_LIST_OF = """coalesce(options['compliance'], case
    when file_name ilike '%user%' and file_name not ilike '%tweet%' then 'users'
    when file_name ilike '%tweet%' and file_name not ilike '%user%' then 'tweets' end)"""
_IS_COMPLIANCE = "r.action is not null and r.id is not null and r.text is null and r.username is null"
_WITHDRAWN_AT = "coalesce(r.redacted_at, cast(observed_at as varchar))"
_CLOSED_ACTIONS = "case when r.action <> 'delete' then 'bad_action' end"
_RETRIEVED_AT = 'coalesce(r."__twarc".retrieved_at, page."__twarc".retrieved_at)'

_KINDS = (
    RecordKind(
        "post",
        "regexp_full_match(r.id, '\\d{1,19}') and r.text is not null "
        "and (r.created_at is not null or r.author_id is not null or r.edit_history_tweet_ids is not null)",
        (
            *_post_rows("r", _REFERENCES, {}),
            *_post_rows("p", "p.referenced_tweets", _LET_INNER, each=_INNER_POSTS),
            *_user_rows("r.author"),
            *_user_rows("each", _INNER_USERS),
            _OLDER_VERSIONS,
        ),
        observed_at=_RETRIEVED_AT,
    ),
    RecordKind(
        "user",
        "regexp_full_match(r.id, '\\d{1,19}') and r.username is not null and r.name is not null "
        "and coalesce(r.biography, r.category, r.fan_count, r.followers_count, r.ig_id) is null",
        (*_user_rows("r", urls=_PROFILE_URLS), _CONNECTION),
        observed_at=_RETRIEVED_AT,
    ),
    RecordKind("medium", "r.media_key is not null"),
    RecordKind("poll", "r.id is not null and r.voting_status is not null or pointer = '/includes/polls'"),
    RecordKind("place", "r.id is not null and r.full_name is not null"),
    RecordKind(
        "withdrawn_post",
        f"{_IS_COMPLIANCE} and {_LIST_OF} = 'tweets'",
        (
            Rows(
                "activities",
                {
                    "activity_id": "'Delete::' || r.id",
                    "activity_type": "'Delete'",
                    "object_type": "'Note'",
                    "object_id": "r.id",
                    "published_at": _WITHDRAWN_AT,
                    "is_time_observed": "r.redacted_at is not null",
                },
            ),
        ),
        problem=_CLOSED_ACTIONS,
    ),
    RecordKind(
        "withdrawn_user",
        f"{_IS_COMPLIANCE} and {_LIST_OF} = 'users'",
        (
            Rows(
                "profiles",
                {
                    "profile_id": "r.id",
                    "is_protected": "case when r.reason = 'protected' then true end",
                    "deleted_at": _WITHDRAWN_AT,
                },
            ),
        ),
        problem=_CLOSED_ACTIONS,
    ),
)

FORMAT = Format(
    name="x_api_v2",
    version=4,
    description="posts, users and compliance lists of the X API v2, as pages or one a line",
    reference="https://docs.x.com/x-api/fundamentals/data-dictionary",
    network="x",
    container=JsonRecords(_PAGES, _SIGNS, _ENVELOPE),
    kinds=_KINDS,
    shape=_SHAPE,
    page_shape={
        "includes": {
            "media": [{"media_key": "VARCHAR", "type": "VARCHAR"}],
            "places": [{"id": "VARCHAR", "full_name": "VARCHAR"}],
            "users": [{"id": "VARCHAR", "protected": "VARCHAR"}],
        },
        "__twarc": {"retrieved_at": "VARCHAR"},
    },
    known_fields=field_names(
        """
        alt_text affiliation cashtags context_annotations country country_code contained_within created_at
        display_text_range duration_minutes duration_ms edit_controls end_datetime geo height
        in_reply_to_user_id media_key most_recent_tweet_id name non_public_metrics organic_metrics parody
        pinned_tweet_id pinned_tweet place_type possibly_sensitive preview_image_url promoted_metrics
        reply_settings source subscription_type type url variants width withheld
        """
    ),
    page_fields=_SIGNS | _ENVELOPE,
    refused={
        "a compliance list that does not say of what: name the file ..tweets.. or ..users.., or give the "
        "source options: {compliance: tweets} or {compliance: users}": _IS_COMPLIANCE,
        "posts of the X API v1.1, whose fields differ; export them again by API v2": "r.id_str is not null",
    },
    options={"compliance": ("tweets", "users"), "relation": ("followers", "following"), "of": ()},
)
