"""What a member and an action of one become: a profile and its counters, a like, an accepted answer.

Must not live here: which records these are (__init__.py), posts (posts.py).
"""

from __future__ import annotations

from ingestion.mapping.format import Rows


def _own_field(option: str) -> str:
    """The forum numbers its own questions to members: the source's options say which is which."""
    return f"""try(json_extract_string(r.user_fields, '$."' || options['{option}'] || '"'))"""


MEMBER = (
    Rows(
        "profiles",
        {
            "profile_id": "r.id",
            "handle": "r.username",
            "display_name": "r.name",
            "bio": "coalesce(plain_text(r.bio_cooked), r.bio_raw)",
            "urls": "list_concat(list_filter([r.website], lambda w: w is not null), "
            "links_of_text(r.bio_raw), links_of_html(r.bio_cooked))",
            "also_known_as": "list_transform(r.associated_accounts, "
            "lambda a: a.name || ':' || a.description)",
            "location": "r.location",
            "time_zone": "r.timezone",
            "employer": _own_field("employer_field"),
            "job_title": _own_field("job_title_field"),
            "email": "r.email",
            "avatar_url": "r.avatar_template",
            "is_bot": "case when r.id like '-%' then true end",
            "is_staff": "case when r.admin is not null or r.moderator is not null then "
            "coalesce(r.admin = 'true', false) or coalesce(r.moderator = 'true', false) end",
            "is_protected": "r.profile_hidden",
            "created_at": "r.created_at",
            "deleted_at": "coalesce(r.deleted_at, r.suspended_at)",
        },
    ),
    Rows(
        "profile_counters",
        {
            "profile_id": "r.id",
            "followers": "r.total_followers",
            "following": "r.total_following",
            "posts": "r.post_count",
        },
        when="coalesce(r.post_count, r.total_followers) is not null",
    ),
)

DIRECTORY_MEMBER = Rows(
    "profiles",
    {
        "profile_id": "r.user.id",
        "handle": "r.user.username",
        "display_name": "r.user.name",
        "avatar_url": "r.user.avatar_template",
    },
)


def action(activity_type: str) -> Rows:
    """Give the rows of what a member did to a post."""
    return Rows(
        "activities",
        {
            "activity_id": f"concat_ws(':', '{activity_type}', "
            + ("r.acting_user_id, " if activity_type == "Like" else "")
            + "r.post_id)",
            "actor_profile_id": "r.acting_user_id",
            "activity_type": f"'{activity_type}'",
            "object_type": "'Note'",
            "object_id": "r.post_id",
            "published_at": "r.created_at",
            "visibility": "'public'",
            "is_reversed": "r.deleted",
        },
    )
