"""Sentences of the report: what is said of figures, what is compared, and when nothing is said."""

from __future__ import annotations

from typing import Any

import pytest

from warehouse.dashboard import figures, sentences


def said(sentence: sentences.Sentence) -> str:
    return sentence.plain.replace(figures.NARROW, " ")


def presence(
    network: str, expected: float | None, accepted: float | None = None, **more: Any
) -> dict[str, Any]:
    """A row of segment_presence whose linking doubt is one point; everybody is at 25 %, 24–26."""
    return {
        "network": network,
        "status": "shown",
        "presence_rate": accepted if accepted is not None else expected,
        "presence_rate_expected": expected,
        "presence_rate_expected_low": None if expected is None else expected - 0.01,
        "presence_rate_expected_high": None if expected is None else expected + 0.01,
        "everybody_presence_rate": 0.25,
        "everybody_presence_rate_expected": 0.25,
        "everybody_presence_rate_expected_low": 0.24,
        "everybody_presence_rate_expected_high": 0.26,
        **more,
    }


@pytest.mark.parametrize(
    ("rows", "others", "expected"),
    [
        # alone above: its accepted links, 38 %, exceed the upper end of every other segment, 36 %
        (
            [presence("x", 0.40, 0.38)],
            [presence("x", 0.35)],
            "Top customers are most on X (40 %, 39–41), more than any other segment.",
        ),
        # accepted 35 % does not exceed 36 %, but everybody's 26 %
        (
            [presence("x", 0.40, 0.35)],
            [presence("x", 0.35)],
            "Top customers are most on X (40 %, 39–41), above average.",
        ),
        # its upper end, 11 %, lies under the lower end of the other, 29 %
        (
            [presence("x", 0.10)],
            [presence("x", 0.30)],
            "Top customers are most on X (10 %, 9–11), less than any other segment.",
        ),
        # a hidden rival: who is most cannot be said, but everybody can be compared with
        (
            [presence("x", 0.40)],
            [presence("x", None)],
            "Top customers are most on X (40 %, 39–41), above average.",
        ),
        # the second reaches 39.5 + 1 = 40.5 %, the first begins at 39 %: alike
        (
            [presence("x", 0.40), presence("forum", 0.395)],
            [],
            "Top customers are on X and the forum alike (40 %, 39–41).",
        ),
        # one segment alone is compared with nobody
        ([presence("blogs", 0.052)], [], "Top customers are most on blogs (5.2 %, 4.2–6.2)."),
    ],
)
def test_where_says_the_highest_and_compares_by_readings_that_hold_at_the_worst(
    rows: list[dict[str, Any]], others: list[dict[str, Any]], expected: str
) -> None:
    assert said(sentences.where("Top", rows, others)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("hidden", "Top customers: hidden, too few people."),
        ("not_observed", "Top customers: no source observes it."),
        ("undefined", "Top customers: nothing to count."),
    ],
)
def test_silence_is_said_with_its_reason(status: str, expected: str) -> None:
    sentence = sentences.where("Top", [presence("x", None, status=status)], [])
    assert sentence.is_silent
    assert sentence.plain == expected


def use(
    network: str, active: float, passive: float | None = None, people: int = 30, **more: Any
) -> dict[str, Any]:
    return {
        "network": network,
        "status": "shown",
        "customers_active": people,
        "active_per_week": active,
        "active_per_week_low": active - 0.05,
        "active_per_week_high": active + 0.05,
        "active_per_week_index_vs_all": 170.0,
        "passive_per_week": passive,
        "passive_per_week_low": None if passive is None else passive - 0.05,
        "passive_per_week_high": None if passive is None else passive + 0.05,
        **more,
    }


def test_use_names_the_busiest_network_and_where_they_read_more_than_they_act() -> None:
    # reading 0.30 begins at 0.25, above the upper end of acting, 0.10 + 0.05
    rows = [use("x", 0.70), use("forum", 0.10, 0.30)]
    assert said(sentences.use("Top", rows)) == (
        "Top customers act most on X: 0.70 (0.65–0.75) a week, 1.7 times average; "
        "on the forum they read more than they act."
    )
    # 0.15 begins at 0.10: acting may be as much
    assert "read more" not in said(sentences.use("Top", [use("forum", 0.10, 0.15)]))


def test_use_is_silent_under_thirty_active_people() -> None:
    assert sentences.use("Top", [use("x", 0.70, people=29)]).is_silent
    assert not sentences.use("Top", [use("x", 0.70, people=30)]).is_silent


def post(kind: str, share: float, everybody: float, network: str = "all", people: int = 30) -> dict[str, Any]:
    """A share with an interval of five points on each side."""
    return {
        "network": network,
        "format": kind,
        "status": "shown",
        "contributors": people,
        "activity_share": share,
        "activity_share_low": share - 0.05,
        "activity_share_high": share + 0.05,
        "everybody_activity_share": everybody,
        "index_vs_all": 100 * share / everybody,
    }


def test_formats_name_two_up_and_one_down_that_are_told_from_everybody() -> None:
    rows = [
        post("photo", 0.40, 0.20),  # 35–45 against 20: index 200
        post("link", 0.30, 0.24),  # 25–35 against 24: index 125
        post("check_in", 0.11, 0.05),  # 6–16 against 5: index 220
        post("video", 0.12, 0.10),  # 7–17 holds 10: not told
        post("text", 0.10, 0.40),  # 5–15 against 40: index 25
        post("poll", 0.40, 0.10, people=29),  # too few people
        post("link", 0.60, 0.20, network="x"),  # networks only where all together say nothing
    ]
    assert said(sentences.formats("Top", rows)) == (
        "Top customers post more check-ins (220) and photos (200), fewer plain texts (25) than average."
    )
    assert (
        said(sentences.formats("Top", rows[-1:])) == "Top customers post more links on X (300) than average."
    )
    assert sentences.formats("Top", [rows[3], rows[5]]).plain == (
        "Top customers: no format is told apart from all customers."
    )
    hidden = {**rows[0], "status": "hidden"}
    assert sentences.formats("Top", [hidden]).plain == "Top customers: hidden, too few people."


def week(*busy: int, each: int = 10, days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)) -> list[int]:
    """Activities of a week: so many in each of the hours named, on each of the days."""
    return [each if place % 24 in busy and place // 24 in days else 0 for place in range(168)]


def test_when_names_the_busiest_three_hours_over_midnight_against_everybody() -> None:
    # 4 hours × 7 days × 15 = 420; three of four hours hold 75 %; everybody: 3 of 24 hours even, 12.5 %: 6 times
    activities = week(22, 23, 0, 1, each=15)
    assert said(sentences.when("Top", "active", "shown", activities, [1] * 168)) == (
        "Top customers act most at 22–01 h (75 %, 6.0 times average)."
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((0, 1, 2, 3, 4), ", seldom at weekends"),  # 0 % of activities, under 20
        ((5, 6), ", more at weekends"),  # all of them
        ((0, 1, 2, 3, 4, 5, 6), ""),  # 2 of 7, 29 %
    ],
)
def test_weekends_are_named_only_where_they_stand_out(days: tuple[int, ...], expected: str) -> None:
    sentence = said(sentences.when("Top", "passive", "shown", week(6, 7, 8, each=60, days=days)))
    assert sentence == f"Top customers read most at 06–09 h (100 %){expected}."


def test_when_is_silent_under_300_activities() -> None:
    sentence = sentences.when("Top", "active", "shown", week(6, each=42))  # 7 × 42 = 294
    assert (sentence.plain, sentence.is_silent) == (
        "Top customers: 294 activities, too few to name a time.",
        True,
    )


def test_size_says_shares_and_that_nobody_ordered() -> None:
    assert said(sentences.size("Top", 0.19, 0.7)) == (
        "Top customers are 19 % of all and bring 70 % of the order value."
    )
    assert said(sentences.size("Inactive", 0.17, 0.0)).endswith("none ordered in 12 months.")
    assert sentences.size("Top", None, None).is_silent


def test_a_name_from_data_can_mark_nothing() -> None:
    assert sentences.subject("**a**\nb") == "∗∗a∗∗ b customers"
    assert sentences.subject("All customers") == "All customers"


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0 %"), (0.0003, "< 0.1 %"), (0.012, "1.2 %"), (0.0996, "10 %"), (0.4683, "47 %"), (1, "100 %")],
)
def test_percentages_have_two_digits_that_count(share: float, expected: str) -> None:
    assert figures.percent(share).replace(figures.NARROW, " ") == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(3_850_000, "€3.85m"), (182_400, "€182k"), (950, "€950"), (0, "€0")]
)
def test_amounts_have_three_digits(value: float, expected: str) -> None:
    assert figures.amount(value, "EUR") == expected
    assert figures.amount(value, "CHF").replace(figures.NARROW, " ") == expected.replace("€", "CHF ")
