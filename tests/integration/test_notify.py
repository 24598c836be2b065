"""The company's command is told how runs end, by whomever they were started, and can do a run no harm."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from orchestration.console.report import FailedCheck, FailedFile, RunReport
from orchestration.dagster_home.instance import open_instance
from orchestration.resources import Warehouse
from orchestration.running.notify import events_of, message, notify, problem_of
from warehouse.lake import Home
from warehouse.settings import Settings, load_settings

PUBLISHED = RunReport("r1", "published", 1.0, publication="r1")
CRITICAL = FailedCheck("a", "critical_checks", True, "why", "3 rows", name="landed.orders.amounts")
APART = FailedCheck("a", "critical_checks", False, "why", "3 rows", name="b", cost="record", contained=3)
UNREAD = FailedFile("crm", "exports/ada-lovelace.csv", "exports/ada-lovelace.csv is damaged")


def company(folder: Path, program: str, timeout: int = 20) -> Settings:
    """A company whose command is a Python program."""
    (folder / "tell.py").write_text(program, encoding="utf-8")
    command = json.dumps([sys.executable, "tell.py"])
    (folder / "scrm.yml").write_text(
        f"""
brand: {{name: Domatik}}
sources: [{{name: forum, format: discourse, path: exports/*}}]
notify: {{command: {command}, timeout: {timeout}}}
""",
        encoding="utf-8",
    )
    return load_settings(folder)


KEEPS = "import sys; open('told.json', 'wb').write(sys.stdin.buffer.read())"


def told(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize(
    ("report", "events"),
    [
        (PUBLISHED, ("publication",)),
        (RunReport("r", "published", 1.0, failed_checks=(APART,)), ("publication", "set_apart")),
        (RunReport("r", "refused", 1.0, failed_checks=(CRITICAL,)), ("refusal",)),
        (RunReport("r", "nothing_new", 1.0, failed_files=(UNREAD,)), ("unread_files",)),
        (RunReport("r", "broken", 1.0, error="x"), ("broken",)),
        (RunReport("r", "nothing_new", 1.0), ()),
        (RunReport("r", "done", 1.0), ()),
    ],
)
def test_what_is_worth_telling(report: RunReport, events: tuple[str, ...]) -> None:
    assert events_of(report) == events


def test_it_is_given_counts_and_names_of_checks_and_nothing_that_names_a_person(tmp_path: Path) -> None:
    settings = company(tmp_path, KEEPS)
    report = RunReport("r1", "refused", 1.0, failed_checks=(CRITICAL, APART), failed_files=(UNREAD,))
    assert notify(settings, report) is None
    said = told(tmp_path)
    assert said == message(settings, report)
    assert said["sentence"] == (
        "Domatik: not published, a critical check failed: landed.orders.amounts; 3 rows or persons set apart; "
        "1 files could not be read"
    )
    assert said["unread_files"] == {"crm": 1}
    assert "lovelace" not in json.dumps(said)


def test_nothing_is_called_where_nothing_is_worth_telling(tmp_path: Path) -> None:
    assert notify(company(tmp_path, KEEPS), RunReport("r", "nothing_new", 1.0)) is None
    assert not (tmp_path / "told.json").exists()


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit('no such channel')", "ended with 1: no such channel"),
        ("raise SystemExit(3)", "ended with 3"),
        ("import os; os.close(0); os._exit(0)", None),  # reads nothing of what it is given
    ],
)
def test_a_command_that_fails_is_said(tmp_path: Path, program: str, said: str | None) -> None:
    settings = company(tmp_path, program)
    problem = notify(settings, PUBLISHED)
    assert problem is None if said is None else problem is not None and said in problem
    assert problem_of(Home(settings.home), "r1") == problem
    assert problem_of(Home(settings.home), "another run") is None


def test_a_program_that_there_is_not_is_said(tmp_path: Path) -> None:
    settings = company(tmp_path, "")
    missing = settings.model_copy(
        update={"notify": settings.notify.model_copy(update={"command": ("./no",)})}
    )
    missing._path = settings.path
    assert "'./no' cannot be run: No such file" in str(notify(missing, PUBLISHED))


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    hangs = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    settings = company(tmp_path, hangs, timeout=2)
    assert "took more than 2 s (notify.timeout)" in str(notify(settings, PUBLISHED))
    child = int((tmp_path / "child").read_text())
    for _ in range(100):  # who adopts it has to take note of its end
        if not is_running(child):
            break
        time.sleep(0.05)
    assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


@dg.asset(key=["ingestion", "forum"], required_resource_keys={"warehouse"})
def forum() -> dg.MaterializeResult:  # type: ignore[type-arg]
    counts = dict.fromkeys(("files_new", "records_accepted", "records_duplicate", "records_rejected"), 1)
    failed = [{"file": "exports/a.json", "reason": "exports/a.json is damaged"}]
    return dg.MaterializeResult(metadata={**counts, "failed_files": failed})


@dg.asset(required_resource_keys={"warehouse"})
def breaks() -> None:
    raise OSError("no such disk")


@pytest.mark.parametrize(("asset", "events"), [(forum, ["unread_files"]), (breaks, ["broken"])])
def test_a_run_that_dagster_starts_tells_of_itself_once_the_home_is_free(
    tmp_path: Path, asset: dg.AssetsDefinition, events: list[str]
) -> None:
    lock = "import fcntl; fcntl.flock(open('.scrm/run.lock'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    settings = company(tmp_path, lock + KEEPS)
    with open_instance(settings.home) as instance:
        done = dg.materialize(
            [asset],
            instance=instance,
            resources={"warehouse": Warehouse(config_path=str(settings.path))},
            raise_on_error=False,
        )
    assert told(tmp_path)["events"] == events
    assert told(tmp_path)["run_id"] == done.run_id


def test_a_run_that_has_ended_is_told_and_entered_once(tmp_path: Path) -> None:
    """`dagster job execute` opens the resources again once the run is over."""
    settings = company(tmp_path, "open('told', 'a').write('again')")
    warehouse = Warehouse(config_path=str(settings.path))
    with open_instance(settings.home) as instance:
        done = dg.materialize([forum], instance=instance, resources={"warehouse": warehouse})
        context: Any = SimpleNamespace(instance=instance, run_id=done.run_id, log=None)
        with warehouse.yield_for_execution(context) as opened:
            assert opened is warehouse
    assert (tmp_path / "told").read_text() == "again"


def test_a_command_that_fails_fails_no_run(tmp_path: Path) -> None:
    settings = company(tmp_path, "raise SystemExit(3)")
    with open_instance(settings.home) as instance:
        done = dg.materialize(
            [forum], instance=instance, resources={"warehouse": Warehouse(config_path=str(settings.path))}
        )
        logged = [entry.user_message for entry in instance.all_logs(done.run_id)]
    assert done.success
    assert any("ended with 3" in each for each in logged)
    assert "ended with 3" in str(problem_of(Home(settings.home), done.run_id))
