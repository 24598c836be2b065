"""Membership of segments, worked out by hand."""

import datetime as dt

import numpy as np
import pyarrow as pa

from ingestion.sample.business.segments import build_memberships
from ingestion.sample.company import microseconds
from ingestion.sample.noise import Noise
from ingestion.sample.world import World, new_world

DAY = 86_400_000_000
JUNE_END = dt.date(2026, 7, 1)


def world_of(orders: list[tuple[int, dt.date, int, str]], stage_only: list[int], people: int) -> World:
    """Orders as (person, day, euros, status); those of `stage_only` are customers by stage since 2024."""
    world = new_world(people, 1, Noise(), lambda _: None)
    persons = np.arange(people, dtype=np.int32)
    since = pa.array(
        [dt.datetime(2024, 1, 1) if p in stage_only else None for p in persons], pa.timestamp("us")
    )
    world.add(
        "people",
        pa.table(
            {
                "person": persons,
                "customer_type": ["household"] * people,
                "customer_from": np.full(people, microseconds(dt.date(2024, 1, 1))),
            }
        ),
    )
    world.add(
        "contacts",
        pa.table(
            {
                "contact": persons,
                "contact_id": [f"003{p}" for p in persons],
                "person": persons,
                "role": ["standing"] * people,
                "stage": ["Customer" if p in stage_only else "Prospect" for p in persons],
                "stage_from": since,
            }
        ),
    )
    world.add(
        "orders",
        pa.table(
            {
                "owner": pa.array([p for p, _, _, _ in orders], pa.int32()),
                "ordered_us": [microseconds(day) for _, day, _, _ in orders],
                "status": [status for *_, status in orders],
                "amount_cents": [euros * 100 for _, _, euros, _ in orders],
                **{f"{c}_cents": [0] * len(orders) for c in ("discount", "tax", "returned")},
            }
        ),
    )
    build_memberships(world)
    return world


def segments(world: World, segmentation: str, month: int = 11) -> dict[int, str]:
    rows = world.db.execute(
        "select person, segment from memberships where segmentation = ? and month = ?", [segmentation, month]
    ).fetchall()
    return dict(rows)


def test_value_by_recency_frequency_and_money() -> None:
    # Person i orders i + 1 times, the last i days before the others, of 100 € each: one order by every score.
    # Five buyers: percent ranks 0, ¼, ½, ¾, 1 → scores 1, 2, 3, 4, 5 (6 capped) → sums 3, 6, 9, 12, 15.
    orders = [
        (person, JUNE_END - dt.timedelta(days=60 - 10 * person + 5 * n), 100, "Activated")
        for person in range(5)
        for n in range(person + 1)
    ]
    world = world_of(orders, stage_only=[5], people=7)
    assert segments(world, "value") == {
        0: "low",
        1: "low",
        2: "medium",
        3: "high",
        4: "top",
        5: "inactive",  # a customer by stage, without an order
    }  # person 6 is no customer
    assert set(segments(world, "all").values()) == {"all customers"}


def test_ties_share_the_lower_score() -> None:
    # Three buyers, equal in all: percent rank 0 for each → 1 + 1 + 1 = 3.
    orders = [(p, dt.date(2026, 6, 1), 50, "Completed") for p in range(3)]
    assert set(segments(world_of(orders, [], 3), "value").values()) == {"low"}


def test_the_window_is_a_year_and_only_counted_orders_count() -> None:
    orders = [
        (0, JUNE_END - dt.timedelta(days=366), 100, "Activated"),  # before the window: customer, inactive
        (1, dt.date(2026, 6, 1), 100, "Cancelled"),  # no counted order: no customer
        (2, dt.date(2026, 6, 1), 100, "Activated"),
    ]
    assert segments(world_of(orders, [], 3), "value") == {0: "inactive", 2: "low"}


def test_membership_is_a_snapshot_of_the_end_of_the_month() -> None:
    world = world_of([(0, dt.date(2026, 1, 1), 10, "Activated")], [], 1)
    assert segments(world, "all", month=5) == {}  # December 2025
    assert segments(world, "all", month=6) == {0: "all customers"}
