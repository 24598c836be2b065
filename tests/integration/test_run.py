"""The main job as users run it: published, nothing new, two at once, refused, killed, in Dagster, rolled back.

The first half is on a small sample. The second half goes on from the published hand-made company. The tests run in
the order in which they stand, each on what the one before left published.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.running.lock import exclusive
from tests import browser
from tests.fixtures.companies import HandMade
from tests.integration.command_line import run_scrm, run_scrm_apart
from tests.recorded_marts import PROVENANCE_TABLES, differences
from warehouse.dashboard.figures import label, percent
from warehouse.errors import ExitCode

pytestmark = pytest.mark.integration

SCALE, SEED = "0.003", "7"
REFUSING = """\
- name: on_purpose
  layer: marts
  relation: marts.segment_presence
  severity: critical
  sentence: This check is broken on purpose.
  sql: select period_month, segmentation, segment, network from @batch
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, not run yet."""
    folder = tmp_path_factory.mktemp("sample") / "company"
    run_scrm("sample", "--scale", SCALE, "--seed", SEED, "--out", str(folder))
    return folder


@pytest.fixture(scope="module")
def published(company: Path) -> dict[str, Any]:
    """The report of the first run."""
    return report_of(run_scrm("run", "--config", str(company), "--json"))


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def current(company: Path, home: str = ".scrm") -> Path:
    return company / home / "published" / "current"


def mart_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every published Parquet file whose content must not depend on the run (marts.md)."""
    exempt = {f"{table}.parquet" for table in PROVENANCE_TABLES}
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for schema in ("marts", "people")
        for path in sorted((folder / schema).glob("*.parquet"))
        if path.name not in exempt
    }


def test_the_first_run_publishes(company: Path, published: dict[str, Any]) -> None:
    assert published["outcome"] == "published"
    assert published["records_accepted"] > 0
    assert 0 < published["persons"] < published["personas"]
    assert not [check for check in published["failed_checks"] if check["is_critical"]]
    with duckdb.connect(str(current(company) / "marts.duckdb"), read_only=True) as marts:
        assert marts.execute("select count(*) > 0 from segment_presence").fetchall() == [(True,)]
    assert (current(company) / "data_docs" / "index.html").exists()
    assert len(list((current(company) / "compiled_sql" / "marts").rglob("segment_presence.sql"))) == 1
    assert list((company / ".scrm" / "builds").iterdir()) == []  # what is published needs no build


def test_the_page_of_the_publication_says_what_the_marts_say(
    company: Path, published: dict[str, Any]
) -> None:
    page = current(company) / "report" / "index.html"
    assert published["report_page"] == str(page)
    assert published["left_undone"] == []
    hashed = {
        each["path"] for each in json.loads((current(company) / "manifest.json").read_text())["outputs"]
    }
    assert "report/index.html" in hashed
    content = page.read_text(encoding="utf-8").replace("\u202f", " ")
    with duckdb.connect(str(current(company) / "marts.duckdb"), read_only=True) as marts:
        rows = marts.execute(
            "select network, presence_rate_expected from segment_presence where segmentation = 'all'"
            " and status = 'shown' and network <> 'all' and presence_rate_expected is not null"
            " and period_month = (select max(period_month) from segment_presence)"
        ).fetchall()
    assert rows
    for network, expected in rows:
        assert f"{label(network)} {percent(expected)} expected".replace("\u202f", " ") in content


@pytest.mark.skipif(not browser.is_installed(), reason=browser.WHY_NOT)
def test_a_browser_shows_the_page_of_the_publication(company: Path, published: dict[str, Any]) -> None:
    with browser.open_browser() as driver:
        driver.get(Path(published["report_page"]).as_uri())
        assert browser.console_errors(driver) == []
        assert [url for url in browser.requested(driver) if not url.startswith(("file:", "data:"))] == []
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 1280


def test_the_published_rows_are_those_recorded(company: Path, published: dict[str, Any]) -> None:
    """Whoever moves a figure on purpose records anew, and says in DECISIONLOG which rows moved and why."""
    assert differences("sample_0.003_7", current(company)) == []


def test_no_name_of_a_blog_is_published(company: Path, published: dict[str, Any]) -> None:
    """Its export is named by its author."""
    authors = {path.name.rpartition("_")[0] for path in (company / "exports" / "blogs").iterdir()}
    assert authors
    folder = current(company)
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        names = marts.execute(
            "select distinct file_name from reconciliation where source = 'blogs'"
        ).fetchall()
    assert len(names) >= len(authors)
    said = [str(names), (folder / "manifest.json").read_text(), *_pages(folder)]
    assert {author for author in authors if any(author in text for text in said)} == set()


def _pages(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (folder / "data_docs").rglob("*.html")]


def test_a_run_with_nothing_new_does_nothing(company: Path, published: dict[str, Any]) -> None:
    again = report_of(run_scrm_apart("run", "--config", str(company), "--json"))
    assert again["outcome"] == "nothing_new"
    assert os.readlink(current(company)) == published["publication"]


def test_the_publication_opens_elsewhere_while_a_run_holds_the_home(
    company: Path, published: dict[str, Any]
) -> None:
    reader = (
        "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('from persons limit 1'))"
    )
    with exclusive(company / ".scrm", "test"):
        subprocess.run(
            [sys.executable, "-c", reader, str(current(company) / "people.duckdb")], check=True, timeout=60
        )
        busy = run_scrm_apart("run", "--config", str(company), "--force", expected_exit=ExitCode.BUSY)
    assert "Run test (process" in busy.stderr


@pytest.fixture(scope="module")
def again(hand_made: HandMade, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published hand-made company."""
    return hand_made.copy(tmp_path_factory.mktemp("again") / "company")


def test_a_critical_check_that_fails_publishes_nothing_and_says_why(again: Path, hand_made: HandMade) -> None:
    own_checks = again / "checks.yml"
    own_checks.write_text(REFUSING, encoding="utf-8")
    refused = report_of(run_scrm("run", "--config", str(again), "--json", expected_exit=ExitCode.REFUSED))
    own_checks.unlink()
    (critical,) = [check for check in refused["failed_checks"] if check["is_critical"]]
    assert critical["asset"] == "marts/segment_presence"
    assert critical["reason"] == "This check is broken on purpose."
    assert "period_month" in critical["examples"][0]
    assert os.readlink(current(again)) == hand_made.report["publication"]
    assert (again / ".scrm" / "builds" / refused["run_id"] / "data_docs" / "index.html").exists()
    (recorded,) = json.loads(run_scrm("audit", "refused", "--json", "--config", str(again)).stdout)
    assert recorded["run_id"] == refused["run_id"]
    assert recorded["still_serves"] == hand_made.report["publication"]
    assert [name for name, _ in recorded["checks"]] == ["own.on_purpose"]
    assert refused["run_id"] in run_scrm("publications", "--config", str(again)).stderr


def test_a_run_stopped_or_killed_changes_nothing(again: Path, hand_made: HandMade) -> None:
    """What is run afterwards publishes the same marts (test_equal_input_gives_equal_marts)."""
    exit_code, said = end_at(again, "check_landed - STEP_START", signal.SIGINT)
    assert exit_code == ExitCode.STOPPED, said
    assert said.endswith(
        "Stopped. Nothing was published: what served before still serves. Files that were read stay read.\n"
    )
    assert not [word for word in ("Traceback", "Error", "dagster", "resource_tracker") if word in said]
    end_at(again, "mart_models - STEP_START", signal.SIGKILL)
    assert os.readlink(current(again)) == hand_made.report["publication"]
    assert mart_hashes(current(again)) == mart_hashes(hand_made.current)


def end_at(company: Path, line: str, how: signal.Signals) -> tuple[int, str]:
    """Start a run and send it a signal when its log says `line`; return its exit code and what it said."""
    log = company / ".scrm" / "logs" / "run.log"
    log.unlink(missing_ok=True)
    with (company / "said.txt").open("w+", encoding="utf-8") as said:
        run = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "run", "--config", str(company), "--force"],
            stdout=said,
            stderr=said,
            # Where pytest runs in the background, SIGINT is ignored, and so it would be here.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        deadline = time.monotonic() + 300
        while run.poll() is None and time.monotonic() < deadline:
            if log.exists() and line in log.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        assert run.poll() is None, f"the run ended before its log said {line!r}"
        run.send_signal(how)
        run.wait()
        said.seek(0)
        return run.returncode, said.read()


@pytest.fixture(scope="module")
def run_in_dagster(again: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Id of a run of the job `refresh` by Dagster's own command, in a home where `scrm run` published."""
    config = tmp_path_factory.mktemp("dagster") / "run.yaml"
    config.write_text("ops: {build_inputs: {config: {force: true}}}\n", encoding="utf-8")
    home = again / ".scrm"
    job = ("job", "execute", "-m", "orchestration.definitions", "-j", "refresh", "-c", str(config))
    subprocess.run(
        [sys.executable, "-m", "dagster", *job],
        env={**os.environ, "SCRM_CONFIG": str(again / "scrm.yml"), "DAGSTER_HOME": str(home / "dagster")},
        check=True,
        capture_output=True,
        timeout=540,
    )
    return os.readlink(current(again))


def executed(home: Path, run_id: str) -> set[str]:
    """Assets materialised and checks evaluated by a run, as Dagster's history tells."""
    from dagster import DagsterEventType

    from orchestration.dagster_home.instance import open_instance

    with open_instance(home) as instance:
        events = [entry.dagster_event for entry in instance.all_logs(run_id) if entry.dagster_event]
    done = set()
    for event in events:
        if event.event_type is DagsterEventType.ASSET_MATERIALIZATION:
            done.add(event.step_materialization_data.materialization.asset_key.to_user_string())
        elif event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            done.add(f"{check.asset_key.to_user_string()}:{check.check_name}")
    return done


def test_scrm_run_executes_what_the_job_in_dagster_executes(
    again: Path, hand_made: HandMade, run_in_dagster: str
) -> None:
    by_scrm = executed(again / ".scrm", hand_made.report["run_id"])
    assert by_scrm == executed(again / ".scrm", run_in_dagster)
    assert {"publication", "marts/segment_presence", "identity/personas"} <= by_scrm


def test_equal_input_gives_equal_marts_and_rollback_serves_the_first_again(
    again: Path, hand_made: HandMade, run_in_dagster: str
) -> None:
    """By Dagster, after runs that were refused, stopped and killed."""
    second = mart_hashes(current(again))
    run_scrm("rollback", "--config", str(again))
    assert os.readlink(current(again)) == hand_made.report["publication"] != run_in_dagster
    assert mart_hashes(current(again)) == second
