"""Runs a job of definitions.py inside this process, followed on the terminal: what `scrm run` is.

It is the very job that Dagster shows, with its run history in the same place. Must not live here: what the
job does (assets/), how the outcome looks (summary.py). Dagster, dbt and what they bring are imported only
when there is something to do.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from orchestration.arrivals import anything_new, unreadable_files
from orchestration.environment import NO_TELEMETRY
from orchestration.instance import open_instance
from orchestration.lock import HomeBusy
from orchestration.progress import LOG, RUN_LOGGER, RunProgress
from orchestration.report import FailedFile, RunReport, read_report
from orchestration.wording import refuse_wrong_words
from warehouse.lake import FILE_MODE, Home, make_folder
from warehouse.ledger_proof import refuse_altered_ledger
from warehouse.settings import Settings


def run_refresh(settings: Settings, console: Console, *, force: bool = False) -> RunReport:
    """Run `refresh` unless nothing is new. Raises HomeBusy where another run has the home."""
    began = time.monotonic()
    refuse_wrong_words(settings)
    refuse_altered_ledger(Home(settings.home))
    if not force and not anything_new(settings):
        failed = tuple(
            FailedFile(f["source"], f["file_name"], f["reason"]) for f in unreadable_files(settings)
        )
        seconds = round(time.monotonic() - began, 1)
        return RunReport(run_id="", outcome="nothing_new", seconds=seconds, failed_files=failed)
    return run_job("refresh", settings, console, force=force)


def run_job(name: str, settings: Settings, console: Console, *, force: bool) -> RunReport:
    """Run a job in this process and report. Raises HomeBusy where another run has the home.

    With `force`, it goes on where nothing is new.
    """
    began = time.monotonic()
    run_id = str(uuid.uuid4())
    _keep_quiet()
    with ExitStack() as stack:
        console_status = stack.enter_context(console.status("Starting")) if console.is_terminal else None
        from orchestration.definitions import build_definitions

        job = build_definitions(settings).resolve_job_def(name)
        instance = stack.enter_context(open_instance(settings.home))
        if console_status is not None:
            console_status.stop()
        stack.enter_context(_followed(RunProgress(console, len(job.nodes)), settings.home / LOG))
        result = job.execute_in_process(
            run_config={
                "ops": {"build_inputs": {"config": {"force": force}}},
                "loggers": {RUN_LOGGER: {}},
            },
            instance=instance,
            raise_on_error=False,
            run_id=run_id,
        )
    _raise_if_busy(result.all_events)
    return read_report(run_id, time.monotonic() - began, result.all_events)


def _raise_if_busy(events: Iterable[Any]) -> None:
    for event in events:
        if event.is_resource_init_failure or event.is_failure:
            error = getattr(event.event_specific_data, "error", None)
            while error is not None:
                if error.cls_name == HomeBusy.__name__:
                    raise HomeBusy(error.message.partition(": ")[2].strip())
                error = error.cause


@contextmanager
def _followed(progress: RunProgress, path: Path) -> Iterator[None]:
    """Send what the run says to the terminal and to the log file."""
    make_folder(path.parent)
    path.write_bytes(b"")
    path.chmod(FILE_MODE)
    # Dagster's migrations shut down every log handler there is; only one that appends opens again.
    to_file = logging.FileHandler(path, mode="a", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger(RUN_LOGGER)
    handlers: list[logging.Handler] = [progress, to_file]
    for handler in handlers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        progress.stop()
        for handler in handlers:
            logger.removeHandler(handler)
        to_file.close()


def _keep_quiet() -> None:
    """Silence what the libraries would send out or print: telemetry, notices, warnings to developers."""
    os.environ.update(NO_TELEMETRY)
    logging.captureWarnings(True)
    for library in ("dagster", "great_expectations", "splink", "py.warnings"):
        logging.getLogger(library).setLevel(logging.ERROR)
