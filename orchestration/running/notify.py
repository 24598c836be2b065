"""Tells the company's own command how a run ended: `notify.command` of scrm.yml, with JSON on stdin.

It is called when a run ends, by whomever it was started, once the home is free again. It gets counts, ids, names
of checks, never the name of a file or anything of a person: what it writes may leave the home. What it fails to
do, or takes too long for, is said and changes nothing. Must not live here: what a run found (console/report.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections import Counter
from typing import Any

from orchestration.console.report import RunReport
from warehouse.lake import Home, file_beside, make_folder
from warehouse.settings import Settings

# What of the last command went wrong, under the home's logs.
_KEPT = "notify.json"
_MOST_SAID = 300
_EVENTS = ("publication", "refusal", "broken", "set_apart", "unread_files")


def events_of(report: RunReport) -> tuple[str, ...]:
    """Name what of a run is worth telling; nothing of a run that only found nothing new."""
    happened = {
        "publication": report.outcome == "published",
        "refusal": report.outcome == "refused",
        "broken": report.outcome == "broken",
        "set_apart": bool(report.contained),
        "unread_files": bool(report.failed_files),
    }
    return tuple(event for event in _EVENTS if happened[event])


def message(settings: Settings, report: RunReport) -> dict[str, Any]:
    """Return what the command is given."""
    return {
        "events": list(events_of(report)),
        "sentence": f"{settings.brand.name}: {_sentence(report)}",
        "company": settings.brand.name,
        "home": str(settings.home),
        "run_id": report.run_id,
        "outcome": report.outcome,
        "exit_code": int(report.exit_code),
        "publication": report.publication,
        "records": {
            "accepted": report.records_accepted,
            "duplicate": report.records_duplicate,
            "rejected": report.records_rejected,
        },
        "unread_files": dict(Counter(file.source for file in report.failed_files)),
        "failed_checks": [
            {
                "name": check.shown_as,
                "is_critical": check.is_critical,
                "set_apart": check.contained,
                "of": check.cost or None,
                "accepted_by": check.accepted_by or None,
            }
            for check in report.failed_checks
        ],
    }


def notify(settings: Settings, report: RunReport) -> str | None:
    """Call the command where something is worth telling. Returns what went wrong with it, None for nothing."""
    if not settings.notify.command or not events_of(report):
        return None
    said = _call(settings, json.dumps(message(settings, report), ensure_ascii=False).encode())
    _keep(Home(settings.home), report.run_id, said)
    return said


def problem_of(home: Home, run_id: str) -> str | None:
    """Return what went wrong with the command of a run, None where nothing did or none was called."""
    path = home.root / "logs" / _KEPT
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["problem"] if kept["run_id"] == run_id else None


def _call(settings: Settings, given: bytes) -> str | None:
    """Run the command in a session of its own, so that whatever it starts ends with it where it takes too long."""
    command, seconds = settings.notify.command, settings.notify.timeout
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 – the company's own command, without a shell
                command,
                cwd=settings.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            return f"notify.command {command[0]!r} cannot be run: {error.strerror}"
        try:
            process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"notify.command {command[0]!r} took more than {seconds} s (notify.timeout) and was ended"
        if process.returncode == 0:
            return None
        errors.seek(0)
        last = errors.read().decode(errors="replace").strip()[-_MOST_SAID:]
        return f"notify.command {command[0]!r} ended with {process.returncode}{f': {last}' if last else ''}"


def _keep(home: Home, run_id: str, problem: str | None) -> None:
    with file_beside(make_folder(home.root / "logs") / _KEPT) as beside:
        beside.write_text(json.dumps({"run_id": run_id, "problem": problem}), encoding="utf-8")


def _sentence(report: RunReport) -> str:
    """Say it in one line, for a chat."""
    ended = {
        "published": f"published {report.publication}",
        "refused": "not published, a critical check failed: "
        + ", ".join(check.shown_as for check in report.failed_checks if check.is_critical),
        "broken": "the run broke",
    }.get(report.outcome, "nothing new")
    apart = sum(check.contained for check in report.contained)
    said = [f"{apart:,} rows or persons set apart"] if apart else []
    said += [f"{len(report.failed_files):,} files could not be read"] if report.failed_files else []
    return "; ".join([ended, *said])
