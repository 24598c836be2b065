"""What the rows of each canonical table are there for, and the shares that must meet it.

Must not live here: which kind a column is of (warehouse/canonical/tables/), what a kind forbids
(quality/kinds.py).
"""

from __future__ import annotations

# What a table is for: condition → least share of rows that must meet it.
COMPLETE: dict[str, tuple[tuple[str, float], ...]] = {
    "profiles": (("handle is not null or display_name is not null", 0.5),),
    "activities": (
        ("actor_profile_id is not null", 0.5),
        (
            "activity_type <> 'Create' or coalesce(content, title) is not null or len(attachment_types) > 0",
            0.5,
        ),
    ),
    "activity_counters": (("coalesce(likes, shares, replies, quotes, bookmarks, views) is not null", 0.5),),
    "profile_counters": (("coalesce(followers, following, posts) is not null", 0.5),),
    "contacts": (
        ("coalesce(full_name, given_name, family_name) is not null", 0.9),
        ("coalesce(email, phone) is not null or len(handles) > 0", 0.2),
    ),
    "accounts": (("name is not null", 0.9),),
    "users": (("coalesce(full_name, email) is not null", 0.9),),
    "campaigns": (("name is not null", 0.9),),
    "cases": (("coalesce(contact_id, account_id) is not null", 0.3),),
    "case_comments": (("content is not null", 0.5),),
    "touchpoints": (("coalesce(contact_id, full_name, email, phone) is not null or len(handles) > 0", 0.5),),
    "orders": (("coalesce(contact_id, bill_to_contact_id, account_id) is not null", 0.5),),
    "order_lines": (("amount is not null", 0.5),),
    "web_visits": (("url is not null", 0.5),),
    "ideas": (("title is not null", 0.5),),
}
