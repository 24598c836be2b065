"""One run at a time in a home folder.

The lock is the kernel's (flock on `<home>/run.lock`): it goes with the process that holds it, so a killed
run leaves nothing to clear up. Must not live here: what a run does.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import ExitCode, ScrmError
from warehouse.homes.version import claim
from warehouse.lake import FILE_MODE, Home, make_folder

LOCK_NAME = "run.lock"


class HomeBusy(ScrmError):
    """Another run works in this home folder."""

    exit_code = ExitCode.BUSY


@contextmanager
def exclusive(home: Path, run_id: str) -> Iterator[None]:
    """Hold the home folder for one run. Raises HomeBusy at once where another process holds it.

    A home of a later version is left alone: raises HomeOfAnotherVersion.
    """
    path = make_folder(home) / LOCK_NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeBusy(
                _sentence(home, file.read()),
                next_step="Wait until it ends, or give this run a home of its own ($SCRM_HOME).",
            ) from None
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"run_id": run_id, "process": os.getpid(), "since": since}))
        file.flush()
        claim(Home(home))
        yield


def holder(home: Path) -> str | None:
    """Return the id of the run that holds the home now; None where nobody does."""
    path = home / LOCK_NAME
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            try:
                return str(json.loads(file.read())["run_id"])
            except (ValueError, KeyError):  # the holder has taken the lock and not yet written who it is
                return "another"
    return None


def _sentence(home: Path, holder: str) -> str:
    try:
        known = json.loads(holder)
        who = f"Run {known['run_id']} (process {known['process']}, since {known['since']})"
    except (ValueError, KeyError):  # the holder has taken the lock and not yet written who it is
        who = "Another run"
    return f"{who} is working in {home}."
