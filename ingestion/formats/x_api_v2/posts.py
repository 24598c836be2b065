"""What a post becomes: activities, its counters, the versions before it.

Must not live here: who wrote it (users.py), which records are posts (__init__.py).
"""

from __future__ import annotations

import json

from ingestion.formats.x_api_v2.shape import INNER_POST, REFERENCE
from ingestion.mapping.format import Rows
from warehouse.engine import quote_text

# Languages that X writes for 'none', 'unknown', 'only links', and two that ISO has renamed.
_LANGUAGE = """case
    when {at}.lang in ('und', 'zxx', 'art', 'qam', 'qct', 'qht', 'qme', 'qst') then null
    when {at}.lang = 'in' then 'id' when {at}.lang = 'iw' then 'he' else {at}.lang
end"""


def parsed(value: str, shape: object) -> str:
    """Read an object that a text writes out; NULL where it is none."""
    return f"try(from_json({value}, {quote_text(json.dumps(shape))}))"


REFERENCES = f"list_transform(r.referenced_tweets, lambda t: {parsed('t', REFERENCE)})"
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


def post_rows(at: str, refs: str, let: dict[str, str], each: str | None = None) -> tuple[Rows, ...]:
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


INNER_POSTS = "list_filter(r.referenced_tweets, lambda t: t like '%\"text\"%')"
LET_INNER = {"p": parsed("each", INNER_POST)}

OLDER_VERSIONS = Rows(
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
