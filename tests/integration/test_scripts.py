"""What scripts ask `scrm`: JSON on stdout, whole ids, and the beginning of an id in place of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.running.lock import exclusive
from tests.fixtures.companies import HandMade
from tests.integration.command_line import run_scrm
from tests.unit.warehouse.publishing import publish_small
from warehouse.errors import ExitCode
from warehouse.lake import Home


def asked(company: Path, *words: str, expected_exit: int = 0) -> Any:
    return json.loads(
        run_scrm(*words, "--json", "--config", str(company), expected_exit=expected_exit).stdout
    )


@pytest.fixture(scope="module")
def company(hand_made: HandMade, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: `review list` and others take the home's lock."""
    return hand_made.copy(tmp_path_factory.mktemp("scripts") / "company")


def test_status_says_what_serves_what_waits_and_who_works(company: Path) -> None:
    serving = Home(company / ".scrm").current.resolve().name
    standing = asked(company, "status")
    assert standing["publication"]["publication_id"] == serving
    assert standing["publication"]["as_of"]
    assert (standing["running"], standing["refused_since"]) == (None, [])
    waiting = standing["files_waiting"]  # a copy has other time stamps
    new = next((company / "exports").rglob("*.*"))
    (new.parent / f"again{new.suffix}").write_bytes(new.read_bytes() + b"\n")
    with exclusive(company / ".scrm", "a-run"):
        standing = asked(company, "status")
    assert (standing["running"], standing["files_waiting"]) == ("a-run", waiting + 1)
    said = run_scrm("status", "--config", str(company)).stdout
    assert serving in said
    (new.parent / f"again{new.suffix}").unlink()


def test_status_and_runs_before_the_first_run(tmp_path: Path) -> None:
    run_scrm("init", str(tmp_path))
    assert asked(tmp_path, "status")["publication"] is None
    assert asked(tmp_path, "runs") == []
    assert not (tmp_path / ".scrm" / "dagster").exists()


def test_runs_lists_how_each_ended_and_its_whole_id(company: Path) -> None:
    (run,) = asked(company, "runs")
    assert (run["job"], run["outcome"]) == ("refresh", "published")
    assert run["run_id"] == Home(company / ".scrm").current.resolve().name
    assert run["seconds"] > 0
    assert run["run_id"] in run_scrm("runs", "--config", str(company)).stdout


def test_the_beginning_of_an_id_stands_for_it(company: Path) -> None:
    serving = Home(company / ".scrm").current.resolve().name
    assert asked(company, "audit", "verify", serving[:6])["publications"] == [serving]
    with duckdb.connect(Home(company / ".scrm").current / "people.duckdb", read_only=True) as connection:
        (person,) = connection.execute("select max(person_id) from persons").fetchall()
    assert asked(company, "explain", person[0][:-2])["person_id"] == person[0]
    unknown = run_scrm("explain", "person_", "--config", str(company), expected_exit=ExitCode.CONFIGURATION)
    assert "no persona goes by 'person_'" in unknown.stderr


def test_a_beginning_that_several_have_is_refused_with_all_of_them(tmp_path: Path) -> None:
    run_scrm("init", str(tmp_path))
    home = Home(tmp_path / ".scrm")
    publish_small(home, "r1")
    publish_small(home, "r2", minute=1)
    refused = run_scrm("rollback", "r", "--config", str(tmp_path), expected_exit=ExitCode.CONFIGURATION)
    assert "'r' begins the ids of several publications: r2, r1; give more of the id" in refused.stderr
    assert asked(tmp_path, "rollback", "r1")["publication_id"] == "r1"
    shown = run_scrm("publications", "--config", str(tmp_path)).stdout.splitlines()
    assert [line.split()[0] for line in shown[1:]] == ["r2", "serves"]


def test_links_that_wait_and_their_quality_are_listed_without_a_name(company: Path) -> None:
    waiting = asked(company, "review", "list", "--limit", "2")
    assert len(waiting) <= 2
    assert all(pair.keys() >= {"left_persona_id", "right_persona_id", "reason"} for pair in waiting)
    assert all("name" not in pair for pair in waiting)
    quality = asked(company, "identity", "quality")
    assert {"measure", "value", "low", "high", "pairs"} <= quality[0].keys()
    said = run_scrm("identity", "quality", "--config", str(company))
    assert "scrm review export --audit 400" in said.stderr


def test_what_was_altered_is_said_as_json_too(tmp_path: Path) -> None:
    run_scrm("init", str(tmp_path))
    home = Home(tmp_path / ".scrm")
    publish_small(home, "r1")
    (home.published / "r1" / "data_docs" / "index.html").write_text("all is well", encoding="utf-8")
    said = asked(tmp_path, "audit", "verify", expected_exit=ExitCode.REFUSED)
    assert said["is_unaltered"] is False
    assert "altered after it was published" in said["problems"][0]
