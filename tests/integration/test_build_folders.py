"""The build folder of a run leads to the identity state of the last publication, wherever the home lies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.unit.warehouse.publishing import publish_small
from warehouse.builds.folders import PriorStateMissing, begin_build, end_build, end_builds
from warehouse.lake import Home
from warehouse.publication.switch import rollback


def test_the_prior_state_is_found_where_the_home_lies_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk" / "deep" / "real").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "disk" / "deep" / "real")
    home = Home(tmp_path / "home")
    publish_small(home, "r1")
    build = begin_build(home, "r2")
    assert [path.name for path in (build / "prior").iterdir()] == ["personas.parquet"]


def test_before_the_first_publication_there_is_an_empty_prior_state(tmp_path: Path) -> None:
    assert list((begin_build(Home(tmp_path), "r1") / "prior").iterdir()) == []


def test_a_run_without_the_state_of_the_serving_publication_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    published = publish_small(home, "r1")
    shutil.rmtree(published.path / "identity")
    with pytest.raises(PriorStateMissing, match="scrm rollback"):
        begin_build(home, "r2")
    os.unlink(home.current)
    assert (begin_build(home, "r3") / "prior").is_dir()


def test_a_state_that_was_altered_is_not_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish_small(home, "r1")
    altered = publish_small(home, "r2", minute=1).path / "identity" / "personas.parquet"
    altered.write_bytes(altered.read_bytes() + b" ")
    with pytest.raises(PriorStateMissing, match=r"personas\.parquet: altered .*scrm rollback"):
        begin_build(home, "r3")
    rollback(home)
    assert (begin_build(home, "r4") / "prior").is_dir()


def test_a_build_that_is_published_goes_at_the_latest_with_the_next_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish_small(home, "r1")  # its build stays, as where the clean-up failed
    assert home.build("r1").exists()
    begin_build(home, "r2")
    assert not home.build("r1").exists()
    end_build(home, "r1")  # once more is no error
    end_build(home, "r2")
    assert list(home.builds.iterdir()) == []


def test_with_a_publication_goes_what_was_refused_before_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for run_id in ("refused", "killed", "published"):
        begin_build(home, run_id)
    end_builds(home)
    assert list(home.builds.iterdir()) == []
    end_builds(Home(tmp_path / "new"))  # where there is none it is no error
