"""What sets the segments apart: the ratio seen, and what doubt leaves of it."""

from __future__ import annotations

from warehouse.dashboard.differences import Reading, difference, share_within


def test_at_least_divides_the_low_end_of_the_highest_by_the_high_end_of_the_lowest() -> None:
    top = Reading("top", 0.40, 0.36, 0.44, 160.0)
    low = Reading("low", 0.10, 0.05, 0.12, 40.0)
    other = Reading("medium", 0.20, 0.18, 0.22, 80.0)
    found = difference(("Presence, X", "presence on X"), "WHERE", [low, top, other], 5, "links")
    assert found is not None
    assert [each.segment for each in found.readings] == ["top", "medium", "low"]
    assert (found.seen, found.at_least) == (0.40 / 0.10, 0.36 / 0.12)  # 4, and 3 at least
    assert found.left_out == 2  # of five segments three show a figure


def test_nothing_is_compared_with_nothing() -> None:
    one = Reading("top", 0.4, 0.3, 0.5, None)
    zero = Reading("low", 0.0, 0.0, 0.0, None)
    assert difference(("a", "a"), "HOW", [one], 2, "links") is None
    assert difference(("a", "a"), "HOW", [one, zero], 2, "links") is None


def test_a_share_of_hours_wraps_midnight() -> None:
    activities = [2 if place % 24 in (23, 0) else 1 if place % 24 == 12 else 0 for place in range(168)]
    assert share_within(activities, 22) == 0.8  # 23 and 0 h of 22–01 h: 4 of 5
    assert share_within([0] * 168, 22) == 0.0
