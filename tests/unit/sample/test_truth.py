"""The figures of `truth/`, worked out by hand on three customers."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from ingestion.sample.company import microseconds
from ingestion.sample.noise import Noise
from ingestion.sample.truth.figures import FILES, Facts, sum_up
from ingestion.sample.world import World, new_world

JUNE = microseconds(dt.date(2026, 6, 1))
JULY = microseconds(dt.date(2026, 7, 1))
HOUR = 3_600_000_000


@pytest.fixture
def world() -> World:
    """June 2026: customers 0, 1, 2, all in `all`.

    Account 0 of person 0 is observable, 1 of person 0 and 2 of person 1 are pseudonyms, 3 of person 2 is made
    in July.
    """
    world = new_world(3, 1, Noise(), lambda _: None)
    world.add(
        "month_ends",
        pa.table(
            {"month": pa.array([0], pa.int32()), "period_month": [dt.date(2026, 6, 1)], "end_us": [JULY]}
        ),
    )
    world.add(
        "memberships",
        pa.table(
            {
                "month": pa.array([0] * 3, pa.int32()),
                "segmentation": ["all"] * 3,
                "segment": ["all customers"] * 3,
                "person": pa.array([0, 1, 2], pa.int32()),
            }
        ),
    )
    created = [JUNE, JUNE, JUNE, JULY]
    world.add(
        "profile_truth",
        pa.table(
            {
                "profile": pa.array([0, 1, 2, 3], pa.int32()),
                "person": pa.array([0, 0, 1, 2], pa.int32()),
                "network": ["x"] * 4,
                "created_us": created,
                "deleted_us": [-1] * 4,
                "is_observable": [True, False, False, True],
                "is_time_known": [True] * 4,
                "seen_us": created,
            }
        ),
    )
    world.add(
        "edges",
        pa.table(
            {
                "network": ["x"] * 4,
                "follower": pa.array([0, 7, 1, 2], pa.int32()),
                "followed": pa.array([7, 0, 8, 9], pa.int32()),
                "since_us": [JUNE, JUNE, JUNE, JULY],
            }
        ),
    )
    return world


def facts(profiles: list[int], hours: list[int], active: bool = True) -> Facts:
    """Activities on 2 June 2026, at UTC hours, of people in Berlin (UTC + 2)."""
    at = JUNE + 24 * HOUR + np.array(hours) * HOUR
    size = len(profiles)
    return Facts(
        "x",
        np.array(profiles),
        at,
        np.full(size, active),
        np.ones(size, dtype=bool),
        np.zeros(size, dtype=np.int64),
        ["Europe/Berlin"],
    )


def figures(world: World, network: str = "x") -> dict[str, object]:
    rows = world.arrow(FILES["segment_presence"]).to_pylist()
    return next(r for r in rows if r["network"] == network)


def test_presence_and_activity(world: World) -> None:
    # Person 0 acts 3 times on the observable account and once on the pseudonym, person 1 acts 6 times.
    sum_up(world, [facts([0] * 3 + [1] + [2] * 6, [8] * 10)])
    found = figures(world)
    assert found["customers"] == 3
    assert found["presence_rate_actual"] == pytest.approx(2 / 3)  # persons 0 and 1; that of 2 came in July
    assert found["presence_rate_observable"] == pytest.approx(1 / 3)
    assert found["active_rate_actual"] == pytest.approx(2 / 3)
    assert found["active_rate_observable"] == pytest.approx(1 / 3)
    # June has 30 / 7 weeks: 10 / 2 / (30 / 7) and 3 / 1 / (30 / 7)
    assert found["active_per_week_actual"] == pytest.approx(35 / 30)
    assert found["active_per_week_observable"] == pytest.approx(21 / 30)
    assert found["primary_hour_active"] is None  # under 100 activities


def test_connections_are_distinct_and_known_by_the_end_of_the_month(world: World) -> None:
    # Person 0: 7 (both ways, once) and 8 (of the pseudonym); person 1: 9, but only in July. 2 present: 2 / 2.
    sum_up(world, [facts([0], [8])])
    found = figures(world)
    assert found["connections_avg_actual"] == 1.0
    assert found["connections_avg_observable"] == 1.0  # 7 of person 0, the only one observable


def test_a_network_without_accounts_stands_with_zeros(world: World) -> None:
    sum_up(world, [facts([0], [8])])
    found = figures(world, "forum")
    assert (found["customers"], found["presence_rate_actual"], found["active_rate_actual"]) == (3, 0, 0)
    assert found["active_per_week_actual"] is None  # 0 / 0


def test_primary_hour_is_local_and_ties_go_to_the_smallest(world: World) -> None:
    # 60 at 08 UTC = 10 in Berlin and 60 at 10 UTC = 12: only the window from 10 (10, 11, 12) holds all 120.
    sum_up(world, [facts([0] * 120, [8] * 60 + [10] * 60)])
    assert figures(world)["primary_hour_active"] == 10


def test_what_is_done_at_an_unknown_local_time_counts_but_in_no_hour(world: World) -> None:
    world.make(
        "profile_truth", "select * replace (false as is_time_known) from profile_truth order by profile"
    )
    sum_up(world, [facts([0] * 120, [8] * 120)])
    found = figures(world)
    assert (found["activities_active"], found["primary_hour_active"]) == (120, None)
    assert found["primary_hour_active_actual"] == 8


def test_primary_hour_wraps_midnight(world: World) -> None:
    # 21 UTC = 23 in Berlin, 22 UTC = 0, 23 UTC = 1: the window from 23.
    sum_up(world, [facts([0] * 150, [21] * 50 + [22] * 50 + [23] * 50)])
    assert figures(world)["primary_hour_active"] == 23


def test_one_busy_hour_ties_three_windows(world: World) -> None:
    # 100 at 10 local: the windows from 8, 9 and 10 hold all of them; the smallest start is 8.
    sum_up(world, [facts([0] * 100, [8] * 100, active=False)])
    found = figures(world)
    assert found["primary_hour_passive"] == 8
    assert found["primary_hour_active"] is None


def test_what_nobody_exported_is_actual_only(world: World) -> None:
    part = facts([0] * 4, [8] * 4)
    sum_up(world, [Facts(**{**vars(part), "is_exported": np.array([True, False, False, False])})])
    found = figures(world)
    assert (found["activities_active"], found["activities_active_actual"]) == (1, 4)
