"""What the people of golden_company.py did on the networks.

Must not live here: who they are in the CRM (golden_crm.py), and whose account is whose (golden_links.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from tests.integration.hand_made_lake import instant

Row = Mapping[str, Any]


def _profile(network: str, profile_id: str, created: str | None, **more: Any) -> Row:
    return {
        "network": network,
        "profile_id": profile_id,
        "handle": profile_id,
        "display_name": profile_id,
        "created_at": instant(created) if created else None,
        **more,
    }


def _activity(network: str, activity_id: str, kind: str, actor: str, at: str, **more: Any) -> Row:
    return {
        "network": network,
        "activity_id": activity_id,
        "activity_type": kind,
        "actor_profile_id": actor,
        "object_type": "Note",
        "published_at": instant(at),
        **more,
    }


def social_rows() -> dict[str, Sequence[Row]]:
    return {
        "profiles": [
            _profile("x", "xa1", "2019-01-01"),
            _profile("x", "xa2", "2026-06-02"),
            _profile("x", "xb", "2019-01-01"),
            _profile("x", "xe", "2019-01-01", time_zone="Mars/Olympus"),
            _profile("x", "xh", "2019-01-01"),
            _profile("x", "xq", "2019-01-01"),
            _profile("x", "xbrand", "2015-01-01"),
            _profile("forum", "fc", "2021-01-01", time_zone="Asia/Tokyo", employer="The Dees GmbH"),
            _profile("forum", "fg", None),
            _profile("forum", "fk", "2021-01-01", deleted_at=instant("2026-06-15")),
            _profile("forum", "fs", "2021-01-01", is_staff=True),
            _profile("blog", "https://quiet.example", "2020-01-01"),
        ],
        "activities": [
            *_posts_of_ada(),
            _activity("x", "b1", "Create", "xb", "2026-06-05T12:00", attachment_types=["image"]),
            _activity("x", "b2", "Create", "xb", "2026-06-06T12:00"),
            _activity("x", "b3", "Like", "xb", "2026-06-09T12:00", object_id="xh1"),
            _activity("x", "b4", "Undo", "xb", "2026-06-09T12:01", object_id="b3"),
            _activity("x", "b5", "Create", "xb", "2031-01-01T00:00"),
            _activity("x", "b6", "Create", "xb", "2026-05-31T23:59"),
            _activity("x", "e1", "Create", "xe", "2026-06-07T12:00", attachment_types=["image"]),
            _activity("x", "xh1", "Create", "xh", "2026-06-08T12:00"),
            _activity("x", "q1", "Create", "xq", "2026-06-08T13:00"),
            _activity("x", "brand1", "Create", "xbrand", "2026-06-30T08:00"),
            _activity("forum", "c1", "Create", "fc", "2026-06-08T10:00"),
            _activity("forum", "c2", "Read", "fc", "2026-06-08T10:05", object_id="s1"),
            _activity("forum", "c3", "Read", "fc", "2026-06-09T10:05", object_id="s1"),
            _activity("forum", "g1", "Like", "fg", "2026-06-03T10:00", object_id="s1"),
            _activity("forum", "s1", "Create", "fs", "2026-05-02T10:00"),
            _activity(
                "blog", "w1", "Create", "https://quiet.example", "2026-05-03T10:00", object_type="Article"
            ),
        ],
        "activity_counters": [
            _counter("b1", "2026-06-08T12:00", likes=4, replies=1),
            _counter("b1", "2026-06-13T12:00", likes=50),
            _counter("e1", "2026-06-14T12:00", likes=1, shares=1),
        ],
        "profile_counters": [
            _followers("xa1", 100, "2026-05-20"),
            _followers("xa1", 120, "2026-07-01"),
            _followers("xa2", 300, "2026-06-30"),
            _followers("xb", 50, "2026-05-31"),
            _followers("xb", 9000, "2026-07-02"),
        ],
        "connections": [
            _follows("xa1", "xbrand", "2026-05-10"),
            _follows("xa2", "xb", "2026-06-05"),
            _follows("xb", "xa1", None),
            _follows("xb", "xh", "2026-04-01", until="2026-06-20"),
            _follows("xe", "xa2", "2026-06-03"),
        ],
    }


def _posts_of_ada() -> list[Row]:
    """Four a day, two hours ahead of UTC: 23:30, 00:10 and 00:50 of the next day, and 07:00."""
    times = ("21:30", "22:10", "22:50", "05:00")
    return [
        _activity(
            "x", f"a{day}-{n}", "Create", "xa1", f"2026-06-{day:02d}T{time}", author_utc_offset_minutes=120
        )
        for day, (n, time) in itertools.product(range(1, 31), enumerate(times))
    ]


def _counter(activity_id: str, at: str, **counts: int) -> Row:
    return {"network": "x", "activity_id": activity_id, "observed_at": instant(at), **counts}


def _followers(profile_id: str, followers: int, at: str) -> Row:
    return {"network": "x", "profile_id": profile_id, "observed_at": instant(at), "followers": followers}


def _follows(follower: str, followed: str, since: str | None, until: str | None = None) -> Row:
    return {
        "network": "x",
        "follower_profile_id": follower,
        "followed_profile_id": followed,
        "since": instant(since) if since else None,
        "until": instant(until) if until else None,
    }
