"""Dagster's history keeps the last runs and no more; what is kept can still be read."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.dagster_home.history import end_killed_runs, prune_history
from orchestration.dagster_home.instance import open_instance
from warehouse.settings import History


@dg.asset(check_specs=[dg.AssetCheckSpec("well", asset="figure")])
def figure() -> dg.MaterializeResult:  # type: ignore[type-arg]
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def files_of(home: Path, run_id: str) -> list[str]:
    return [path.name for path in (home / "dagster").rglob(f"{run_id}*")]


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, list[str]]:
    """A home with four runs, and their ids, the oldest first."""
    with open_instance(tmp_path) as instance:
        runs = [dg.materialize([figure], instance=instance).run_id for _ in range(4)]
    return tmp_path, runs


def test_the_last_runs_are_kept_whole_and_nothing_is_left_of_the_others(
    history: tuple[Path, list[str]],
) -> None:
    home, runs = history
    with open_instance(home) as instance:
        assert sorted(prune_history(instance, History(runs=2), runs[-1])) == sorted(runs[:2])
        assert {run.run_id for run in instance.get_runs()} == set(runs[2:])
        assert len(instance.all_logs(runs[2])) > 3
        assert instance.get_latest_materialization_event(dg.AssetKey("figure")) is not None
        assert prune_history(instance, History(runs=2), runs[-1]) == []
    for run_id in runs[:2]:
        assert files_of(home, run_id) == []
    assert files_of(home, runs[3]) != []


def test_the_run_that_goes_on_is_never_deleted(history: tuple[Path, list[str]]) -> None:
    home, runs = history
    with open_instance(home) as instance:
        prune_history(instance, History(runs=1), runs[0])
        assert {run.run_id for run in instance.get_runs()} == {runs[0], runs[3]}


def test_a_run_that_was_killed_does_not_seem_to_go_on(tmp_path: Path) -> None:
    job = dg.define_asset_job("one", [figure])
    resolved = dg.Definitions([figure], jobs=[job]).resolve_job_def("one")
    with open_instance(tmp_path) as instance:
        killed, running = (
            instance.create_run_for_job(resolved, status=dg.DagsterRunStatus.STARTED).run_id for _ in range(2)
        )
        end_killed_runs(instance, running)
        statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {killed: dg.DagsterRunStatus.FAILURE, running: dg.DagsterRunStatus.STARTED}
