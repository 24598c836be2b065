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
) -> None:
    """Write a truth, and marts that found what it says, but for the share `lost` of a segment's presence."""
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
            " rate as presence_rate_observable, hour as primary_hour_active, n as activities_active from planted)"
            f" to '{folder}/truth/segment_presence.parquet'"
        )
        connection.execute(
            "create table segment_presence as select period_month, segmentation, segment, network,"
            f" rate - {lost} as presence_rate, presence_rate as presence_rate_expected_low,"
            " presence_rate as presence_rate_expected_high,"
            f" hour as primary_hour_active, {suppressed} as is_suppressed, true as is_observed from planted"
        )


def test_what_is_too_small_for_hours_is_said_and_counts_neither_way(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    compared = compare(tmp_path, tmp_path / "current")
    assert [each.question for each in compared.figures] == ["order", "presence", "presence"]
    ((hours, reason),) = [(each.question, each.reason) for each in compared.unanswered]
    assert hours == "hours"
    assert "nothing planted is large enough" in reason
    assert compared.holds


def test_nothing_is_left_unanswered_where_enough_is_planted(tmp_path: Path) -> None:
    write(tmp_path, [("low", 0.2, 9, 1_000), ("top", 0.6, 20, 10)])
    compared = compare(tmp_path, tmp_path / "current")
    assert compared.unanswered == ()
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


@pytest.mark.parametrize(("customers", "holds"), [(10, True), (9, None)])
def test_order_is_judged_by_differences_of_four_customers(
    tmp_path: Path, customers: int, holds: bool | None
) -> None:
    # 0.6 - 0.2 of 10 customers are 4 of them, of 9 customers 3.6
    write(tmp_path, SMALL, customers=customers)
    compared = compare(tmp_path, tmp_path / "current")
    assert [each.holds for each in compared.figures if each.question == "order"] == [holds]
