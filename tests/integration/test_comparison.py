"""`scrm sample compare` shows that something holds; where nothing was compared it says so and fails."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.commands.comparison import compare

# segment, observable rate, hour, activities of the truth
SMALL = [("low", 0.2, 9, 10), ("top", 0.6, 20, 10)]


def write(
    folder: Path,
    truth: list[tuple[str, float, int, int]],
    *,
    suppressed: bool = False,
    customers: int = 200,
    lost: float = 0.0,
    later: int = 0,
    ahead: float = 0.0,
) -> None:
    """Write a truth, and marts that found what it says.

    But for the share `lost` of a segment's presence, and hours that are `later` than planted.
    """
    (folder / "truth").mkdir()
    (folder / "current").mkdir()
    values = ", ".join(f"('{s}', {rate}, {hour}, {count})" for s, rate, hour, count in truth)
    with duckdb.connect(str(folder / "current" / "marts.duckdb")) as connection:
        connection.execute(
            "create temp table planted as select date '2026-06-01' as period_month, 'value' as segmentation,"
            f" segment, 'x' as network, {customers} as customers, rate, hour, n"
            f" from (values {values}) as v(segment, rate, hour, n)"
        )
        connection.execute(
            "copy (select period_month, segmentation, segment, network, customers,"
            " rate as presence_rate_observable, rate as presence_rate_actual,"
            " hour as primary_hour_active, n as activities_active from planted)"
            f" to '{folder}/truth/segment_presence.parquet'"
        )
        # as much is planted a sixth of the day later as at the peak, less the share `ahead` of it
        connection.execute(
            "copy (select period_month, segmentation, segment, network, 'active' as mode, 1 as iso_weekday,"
            f" unnest([hour, (hour + 4) % 24]) as hour_local, unnest([n, n * (1 - {ahead})]) as activities"
            f" from planted) to '{folder}/truth/segment_active_hours.parquet'"
        )
        connection.execute(
            "create table segment_presence as select period_month, segmentation, segment, network,"
            f" rate - {lost} as presence_rate, presence_rate as presence_rate_expected_low,"
            " presence_rate as presence_rate_expected_high,"
            f" (hour + {later}) % 24 as primary_hour_active, {suppressed} as is_suppressed,"
            " true as is_observed from planted"
        )


def test_what_is_too_small_for_hours_is_said_and_counts_neither_way(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    compared = compare(tmp_path, tmp_path / "current")
    assert [each.question for each in compared.figures] == ["order", "presence", "presence"]
    reasons = {each.question: each.reason for each in compared.unanswered}
    assert set(reasons) == {"hours", "doubt"}
    assert "nothing planted is large enough" in reasons["hours"]
    assert compared.holds


def test_nothing_is_left_unanswered_where_enough_is_planted(tmp_path: Path) -> None:
    write(tmp_path, [("low", 0.2, 9, 1_000), ("top", 0.6, 20, 10)])
    compared = compare(tmp_path, tmp_path / "current")
    assert [each.question for each in compared.unanswered] == ["doubt"]  # `people` is not published
    assert compared.holds


@pytest.mark.parametrize(("activities", "failures"), [(10, 2), (1_000, 3)])
def test_a_comparison_of_nothing_does_not_hold(tmp_path: Path, activities: int, failures: int) -> None:
    write(tmp_path, [(s, rate, hour, activities) for s, rate, hour, _ in SMALL], suppressed=True)
    compared = compare(tmp_path, tmp_path / "current")
    assert compared.figures == ()
    assert not compared.holds
    failed = [each for each in compared.unanswered if each.is_failure]
    assert len(failed) == failures
    assert all("2 figures are planted, 0 of them" in each.reason for each in failed)


@pytest.mark.parametrize(("customers", "lost", "holds"), [
    (200, 0.015, True),  # 3 customers, within the 2 points
    (200, 0.025, False),  # 5 customers
    (199, 0.025, None),  # 2 points are 3.98 customers
])  # fmt: skip
def test_presence_of_few_customers_is_neither_held_nor_failed(
    tmp_path: Path, customers: int, lost: float, holds: bool | None
) -> None:
    write(tmp_path, SMALL, customers=customers, lost=lost)
    compared = compare(tmp_path, tmp_path / "current")
    assert {each.holds for each in compared.figures if each.question == "presence"} == {holds}
    assert compared.holds is (holds is not False)


@pytest.mark.parametrize(("customers", "holds"), [(20, True), (19, True), (10, None)])
def test_order_is_judged_where_luck_cannot_decide_it(
    tmp_path: Path, customers: int, holds: bool | None
) -> None:
    # 0.6 - 0.2 = 0.4; two standard errors: 2 * sqrt((0.24 + 0.16) / n) = 0.283 of 20, 0.290 of 19, 0.4 of 10
    write(tmp_path, [("low", 0.21, 9, 10), ("top", 0.6, 20, 10)], customers=customers)
    compared = compare(tmp_path, tmp_path / "current")
    assert [each.holds for each in compared.figures if each.question == "order"] == [holds]


@pytest.mark.parametrize(("later", "ahead", "holds"), [
    (1, 0.5, True),  # an hour off
    (4, 0.1, True),  # 1,000 and 900: 100 apart, three standard errors are 3 * sqrt(1,900) = 131
    (4, 0.2, False),  # 1,000 and 800: 200 apart, 3 * sqrt(1,800) = 127
    (9, 0.0, False),  # nothing was planted there
])  # fmt: skip
def test_an_hour_may_be_another_at_which_as_much_was_planted(
    tmp_path: Path, later: int, ahead: float, holds: bool
) -> None:
    write(tmp_path, [("top", 0.6, 20, 1_000)], later=later, ahead=ahead)
    compared = compare(tmp_path, tmp_path / "current")
    assert [each.holds for each in compared.figures if each.question == "hours"] == [holds]


@pytest.mark.parametrize(("candidates", "said", "holds"), [
    (1_000, 0.54, True),  # half are true; of bins of 100 luck gives 0.8 * sqrt(0.25 / 100) = 0.04
    (1_000, 0.65, False),
    (998, 0.65, None),
])  # fmt: skip
def test_the_doubt_that_links_state_is_held_against_how_many_are_true(
    tmp_path: Path, candidates: int, said: float, holds: bool | None
) -> None:
    write(tmp_path, SMALL)
    with duckdb.connect(str(tmp_path / "current" / "people.duckdb")) as connection:
        connection.execute(
            "create table link_candidates as select 'x' as network, 'profile:' || i as profile_persona_id,"
            f" 'contact:' || i as best_persona_id, {said} as probability from range({candidates}) as r(i)"
        )
        connection.execute(
            "copy (select kind || ':' || i as persona_id,"
            " if(kind = 'profile' and i % 2 = 0, -i - 1, i) as person_id"
            f" from range({candidates}) as r(i), (values ('profile'), ('contact')) as kinds(kind))"
            f" to '{tmp_path}/truth/personas.parquet'"
        )
    compared = compare(tmp_path, tmp_path / "current")
    found = {each.subject: each.holds for each in compared.figures if each.question == "doubt"}
    assert found == {"x": holds, "all networks": holds}
