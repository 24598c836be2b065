"""What a user becomes: a profile and its counters, and one end of a connection in a list of followers.

Must not live here: which records are users (__init__.py).
"""

from __future__ import annotations

from ingestion.formats.x_api_v2.posts import INNER_POSTS, parsed
from ingestion.formats.x_api_v2.shape import USER
from ingestion.mapping.format import Rows


def user_rows(at: str, each: str | None = None, urls: str | None = None) -> tuple[Rows, ...]:
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


# further users inside a post: whom it answers, and the authors of the posts it refers to
INNER_USERS = f"""case
    when r.in_reply_to_user is not null or r.referenced_tweets is not null then list_filter(
        list_concat(
            case when r.in_reply_to_user is not null then [{parsed("r.in_reply_to_user", USER)}] end,
            list_transform({INNER_POSTS}, lambda t: {parsed("t", {"author": USER})}.author)
        ),
        lambda u: u.id is not null and u.name is not null) end"""


# a list of followers names only one end: the source's options name the other
CONNECTION = Rows(
    "connections",
    {
        "follower_profile_id": "case options['relation'] when 'followers' then r.id else options['of'] end",
        "followed_profile_id": "case options['relation'] when 'followers' then options['of'] else r.id end",
    },
    when="options['relation'] is not null and pointer in ('/data', '')",
)

PROFILE_URLS = """list_transform(list_concat(r.entities.url.urls, r.entities.description.urls),
    lambda u: coalesce(u.unwound_url, u.expanded_url))"""
