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

from ingestion.containers.json.lines import JsonRecords
from ingestion.formats.x_api_v2.posts import INNER_POSTS, LET_INNER, OLDER_VERSIONS, REFERENCES, post_rows
from ingestion.formats.x_api_v2.shape import ENVELOPE, KNOWN, PAGE, PAGES, RECORD, SIGNS_OF_PAGES
from ingestion.formats.x_api_v2.users import CONNECTION, INNER_USERS, PROFILE_URLS, user_rows
from ingestion.mapping.format import Format, RecordKind, Rows, Sign

SIGNS = (
    Sign(
        rb'"author_id"|"edit_history_tweet_ids"|"conversation_id"|"pinned_tweet_id"|"redacted_at"'
        rb'|"followers_count".{0,80}"tweet_count"',
        "posts or users of the X API v2",
    ),
    Sign(rb"\A\s*(?:\xef\xbb\xbf)?window\.YTD\.|\A\s*window\.", "a part of an X archive", is_read=False),
)

_LIST_OF = """coalesce(options['compliance'], case
    when file_name ilike '%user%' and file_name not ilike '%tweet%' then 'users'
    when file_name ilike '%tweet%' and file_name not ilike '%user%' then 'tweets' end)"""
_IS_COMPLIANCE = "r.action is not null and r.id is not null and r.text is null and r.username is null"
_WITHDRAWN_AT = "coalesce(r.redacted_at, cast(observed_at as varchar))"
_CLOSED_ACTIONS = "case when r.action <> 'delete' then 'bad_action' end"
_RETRIEVED_AT = 'coalesce(r."__twarc".retrieved_at, page."__twarc".retrieved_at)'

_IS_POST = """regexp_full_match(r.id, '\\d{1,19}') and r.text is not null
    and (r.created_at is not null or r.author_id is not null or r.edit_history_tweet_ids is not null)"""
# as archiving tools flatten it; answers of the API itself have these in `includes`, and pay for none of it
_HOLDS_OTHERS = f"""(
    coalesce(r.author.id, r.author.public_metrics.followers_count, r.author.public_metrics.following_count,
        r.author.public_metrics.tweet_count, r.in_reply_to_user) is not null
    or len({INNER_POSTS}) > 0)"""

OPTIONS_SAY = {
    "compliance": "what a compliance list is of, where its file's name does not say it",
    "relation": "the users are followers of the account in 'of', or are followed by it",
    "of": "id of the account whose followers, or followed, the users are",
}

_KINDS = (
    RecordKind(
        "post_with_others",
        f"{_IS_POST} and {_HOLDS_OTHERS}",
        (
            *post_rows("r", REFERENCES, {}),
            *post_rows("p", "p.referenced_tweets", LET_INNER, each=INNER_POSTS),
            *user_rows("r.author"),
            *user_rows("each", INNER_USERS),
            OLDER_VERSIONS,
        ),
        observed_at=_RETRIEVED_AT,
    ),
    RecordKind(
        "post", _IS_POST, (*post_rows("r", REFERENCES, {}), OLDER_VERSIONS), observed_at=_RETRIEVED_AT
    ),
    RecordKind(
        "user",
        "regexp_full_match(r.id, '\\d{1,19}') and r.username is not null and r.name is not null "
        "and coalesce(r.biography, r.category, r.fan_count, r.followers_count, r.ig_id) is null",
        (*user_rows("r", urls=PROFILE_URLS), CONNECTION),
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
    description="posts, users and compliance lists of the X API v2, as pages or one a line",
    reference="https://docs.x.com/x-api/fundamentals/data-dictionary",
    network="x",
    container=JsonRecords(PAGES, SIGNS_OF_PAGES, ENVELOPE),
    kinds=_KINDS,
    shape=RECORD,
    page_shape=PAGE,
    known_fields=KNOWN,
    page_fields=SIGNS_OF_PAGES | ENVELOPE,
    refused={
        "a compliance list that does not say of what: name the file ..tweets.. or ..users.., or give the "
        "source options: {compliance: tweets} or {compliance: users}": _IS_COMPLIANCE,
        "posts of the X API v1.1, whose fields differ; export them again by API v2": "r.id_str is not null",
    },
    options={"compliance": ("tweets", "users"), "relation": ("followers", "following"), "of": ()},
)
