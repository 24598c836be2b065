"""`scrm sample compare` shows that something holds; where nothing was compared it says so and fails."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.comparison import compare

# month, segment, observable rate, hour, activities of the truth
SMALL = [("low", 0.2, 9, 10), ("top", 0.6, 20, 10)]


def write(folder: Path, truth: list[tuple[str, float, int, int]], *, suppressed: bool = False) -> None:
    """Write a truth, and marts that found exactly what it says."""
    (folder / "truth").mkdir()
    (folder / "current").mkdir()
    values = ", ".join(f"('{s}', {rate}, {hour}, {count})" for s, rate, hour, count in truth)
    with duckdb.connect(str(folder / "current" / "marts.duckdb")) as connection:
        connection.execute(
            "create temp table planted as select date '2026-06-01' as period_month, 'value' as segmentation,"
            f" segment, 'x' as network, rate, hour, n from (values {values}) as v(segment, rate, hour, n)"
        )
        connection.execute(
            "copy (select period_month, segmentation, segment, network, rate as presence_rate_observable,"
            " hour as primary_hour_active, n as activities_active from planted)"
            f" to '{folder}/truth/segment_presence.parquet'"
        )
        connection.execute(
            "create table segment_presence as select period_month, segmentation, segment, network,"
            " rate as presence_rate, rate as presence_rate_low, rate as presence_rate_high,"
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
