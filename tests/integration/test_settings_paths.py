"""Where scrm.yml and the home may lie: no path that DuckDB, dbt or Dagster would read as something else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.dagster_home.instance import dagster_home
from warehouse.settings import SettingsError, load_settings

CONFIGURATION = "brand: {name: Domatik}\nsources: [{name: crm, format: salesforce_export, path: crm/*.csv}]\n"


@pytest.mark.parametrize("character", "'\"#?{}[]*")
@pytest.mark.parametrize("place", ["folder", "home"])
def test_a_path_that_would_be_misread_is_refused_by_its_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, character: str
) -> None:
    odd, plain = tmp_path / f"a{character}b", tmp_path / "plain"
    folder = odd if place == "folder" else plain
    folder.mkdir()
    (folder / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.setenv("SCRM_HOME", str(odd if place == "home" else plain / "home"))
    with pytest.raises(SettingsError) as refusal:
        load_settings(folder)
    assert f"has {character} in its path" in str(refusal.value)
    assert ("$SCRM_HOME" in str(refusal.value)) == (place == "home")


@pytest.mark.parametrize("name", ["a: b", "- ü 🙂", "with space"])
def test_dagster_keeps_its_history_in_a_home_of_any_other_name(tmp_path: Path, name: str) -> None:
    folder = dagster_home(tmp_path / name)
    read = yaml.safe_load((folder / "dagster.yaml").read_text(encoding="utf-8"))
    assert read["event_log_storage"]["config"]["base_dir"] == str(folder / "history" / "runs")
