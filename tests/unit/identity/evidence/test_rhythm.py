"""The statistic of the rhythm is the Bayes factor of one distribution against two, in bits."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from warehouse.engine import connect
from warehouse.identity.evidence.rhythm import BITS, COMPARISONS


def bits(hours_l: Sequence[float], hours_r: Sequence[float]) -> float:
    """Bits of two profiles with these counts from midnight on, all of them on Mondays."""
    (derived,) = COMPARISONS[0].derived.values()
    with connect(threads=1) as connection:
        connection.execute(
            "create table profiles (side varchar, rhythm_hours double[], rhythm_weekdays double[])"
        )
        for side, hours in (("l", hours_l), ("r", hours_r)):
            padded = [*hours, *[0.0] * (24 - len(hours))]
            weekdays = [sum(hours), *[0.0] * 6]
            connection.execute("insert into profiles values (?, ?, ?)", [side, padded, weekdays])
        connection.execute(f"create table scored as select *, {derived} as rhythm_own from profiles")
        columns = ", ".join(
            f"{side}.{column} as {column}_{side}"
            for side in "lr"
            for column in ("rhythm_hours", "rhythm_weekdays", "rhythm_own")
        )
        row = connection.execute(
            f"select {BITS} from (select {columns} from scored as l, scored as r "
            "where l.side = 'l' and r.side = 'r')"
        ).fetchone()
    assert row is not None
    return float(row[0])


def test_one_post_each_at_the_same_hour() -> None:
    """By Jeffreys' prior the first post falls on an hour with 1/24, the second on the same with 1.5 / 13.

    Alone it has 1/24, too: 24 x 1.5 / 13 = 36/13 for the hours; likewise 7 x 1.5 / 4.5 = 7/3 for the weekdays.
    """
    assert bits([1], [1]) == pytest.approx(math.log2(36 / 13 * 7 / 3))


def test_one_post_each_at_two_hours() -> None:
    """The second falls on another hour with 0.5 / 13: 12/13 for the hours."""
    assert bits([1], [0, 1]) == pytest.approx(math.log2(12 / 13 * 7 / 3))


def test_it_is_the_same_both_ways_and_grows_with_what_is_seen() -> None:
    assert bits([5, 2], [1, 7]) == pytest.approx(bits([1, 7], [5, 2]))
    assert bits([20, 20], [20, 20]) > bits([2, 2], [2, 2]) > 0 > bits([30], [0, 0, 30])
