"""Everything Dagster shows, by name. Names are what people see: asset_keys.txt holds them.

After a wanted change: python -m tests.integration.test_definitions
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.common import build_of
from orchestration.resources import Warehouse
from warehouse.settings import load_settings

SNAPSHOT = Path(__file__).with_name("asset_keys.txt")
CONFIGURATION = """\
brand: {name: Domatik}
sources:
  - {name: x, format: x_api_v2, path: exports/*}
"""


def definitions(folder: Path) -> dg.Definitions:
    from orchestration.definitions import build_definitions

    (folder / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    return build_definitions(load_settings(folder))


def shown(loaded: dg.Definitions) -> list[str]:
    """Asset keys with their group, then checks, critical ones marked."""
    graph = loaded.resolve_asset_graph()
    assets = [f"{k.to_user_string()}  [{graph.get(k).group_name}]" for k in graph.get_all_asset_keys()]
    checks = [
        f"{k.asset_key.to_user_string()}: {k.name}{'  critical' if graph.get(k).blocking else ''}"
        for k in graph.asset_check_keys
    ]
    return [*sorted(assets), *sorted(checks)]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions of a company with one source."""
    return definitions(tmp_path_factory.mktemp("company"))


@pytest.mark.parametrize("job", ["refresh", "train_identity", "evaluate_identity"])
def test_every_job_that_links_or_trains_has_the_pictures(loaded: dg.Definitions, job: str) -> None:
    """They are hashed where a build begins, for whatever needs personas."""
    assert {"build_inputs", "persona_models"} <= {node.name for node in loaded.resolve_job_def(job).nodes}


def test_assets_and_checks_are_those_of_the_snapshot(loaded: dg.Definitions) -> None:
    assert shown(loaded) == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_the_jobs_are_there_and_nothing_starts_by_itself(loaded: dg.Definitions) -> None:
    assert {job.name for job in loaded.resolve_all_job_defs()} >= {"refresh", "train_identity"}
    (sensor,), (schedule,) = loaded.sensors or (), loaded.schedules or ()
    assert isinstance(sensor, dg.SensorDefinition)
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


def test_publication_waits_for_every_critical_check(loaded: dg.Definitions) -> None:
    """A critical check belongs to an asset upstream of the publication; Dagster holds back what follows."""
    graph = loaded.resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("publication"))
    critical = {k.asset_key for k in graph.asset_check_keys if graph.get(k).blocking}
    assert critical <= upstream


def test_every_asset_says_who_answers_for_it_and_what_it_is(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    made = [graph.get(key) for key in graph.materializable_asset_keys]
    assert not [each.key for each in made if not each.owners]
    assert not [each.key for each in made if not each.description]
    told = [each for each in made if each.key.path[0] in ("lake", "inputs", "marts", "people")]
    assert not [each.key for each in told if "dagster/column_schema" not in each.metadata]


def test_every_check_says_what_must_hold(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    assert not [key for key in graph.asset_check_keys if not graph.get(key).description]


def test_a_selection_without_a_build_names_the_job_to_launch(tmp_path: Path) -> None:
    (tmp_path / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    warehouse = Warehouse(config_path=str(tmp_path / "scrm.yml"))
    with pytest.raises(dg.Failure, match="Launch the job 'refresh' instead"):
        build_of(warehouse, "a-run-of-one-mart")
    (warehouse.home.builds / "a-run").mkdir(parents=True)
    assert build_of(warehouse, "a-run") == warehouse.home.build("a-run")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        SNAPSHOT.write_text("\n".join(shown(definitions(Path(scratch)))) + "\n", encoding="utf-8")
