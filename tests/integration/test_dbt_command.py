"""`scrm dbt`: dbt on what serves, for whoever writes models. It publishes nothing; what it holds goes in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.companies import HandMade
from tests.integration.command_line import in_one_line, run_scrm
from tests.unit.warehouse.publishing import publish_small
from warehouse.builds.folders import end_builds
from warehouse.builds.workbench import NothingToWorkOn, is_of, open_workbench
from warehouse.lake import Home
from warehouse.publication.publications import current_id, list_publications


@pytest.mark.integration
def test_models_are_built_tested_and_shown_and_nothing_is_published(
    hand_made: HandMade, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    company = hand_made.copy(tmp_path / "company")
    home = Home(company / ".scrm")
    before = [(p.publication_id, p.published_at) for p in list_publications(home)]
    config = ("--config", str(company))
    # one test of one model, after every table was built once
    run_scrm("dbt", *config, "build", "--select", "segment_size,resource_type:model")
    shown = run_scrm("dbt", *config, "show", "--select", "segment_size", "--limit", "2", "--output", "json")
    said = shown.stdout + capfd.readouterr().out
    assert '"segmentation"' in said
    assert (home.workbench / "warehouse.duckdb").is_file()
    assert not (home.root / "build").exists()
    assert [(p.publication_id, p.published_at) for p in list_publications(home)] == before
    assert run_scrm("audit", "verify", *config).returncode == 0
    # rows that are withdrawn are not kept here, either
    exports = sorted(path for path in company.rglob("*.csv") if ".scrm" not in path.parts)
    run_scrm("withdraw", str(exports[0]), *config, "--lose-duplicates")
    assert not home.workbench.exists()


def test_the_workbench_is_of_the_publication_that_serves_and_goes_with_the_next(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish_small(home, "r1")
    bench = open_workbench(home)
    assert (bench / "identity" / "personas.parquet").is_file()
    assert (bench / "inputs" / "files.parquet").is_file()
    (bench / "warehouse.duckdb").touch()
    assert open_workbench(home) == bench
    assert (bench / "warehouse.duckdb").exists()
    publish_small(home, "r2", minute=1)
    assert is_of(home) == "r1"
    assert not (open_workbench(home) / "warehouse.duckdb").exists()
    assert is_of(home) == current_id(home) == "r2"
    end_builds(home)  # what a run does once it has published
    assert not home.workbench.exists()


def test_before_the_first_publication_it_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(NothingToWorkOn, match=r"First: scrm run --config x$"):
        open_workbench(Home(tmp_path), " --config x")


def test_a_command_that_dbt_has_and_scrm_has_not_is_refused_with_one_that_it_has() -> None:
    said = in_one_line(run_scrm("dbt", "bild", expected_exit=2).stderr)
    assert "did you mean build?" in said
    assert "scrm dbt show --select segment_presence" in said
