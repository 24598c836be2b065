"""Runs a job of definitions.py inside this process, followed on the terminal: what `scrm run` is.

It is the very job that Dagster shows, with its run history in the same place. Must not live here: what the
job does (assets/), how the outcome looks (summary.py). Dagster, dbt and what they bring are imported only
when there is something to do.
"""

from __future__ import annotations

import io
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from orchestration.configuration.wording import refuse_wrong_words
from orchestration.console.progress import LOG, RUN_LOGGER, RunProgress
from orchestration.console.report import FailedFile, RunReport, read_report
from orchestration.dagster_home.instance import open_instance
from orchestration.environment import NO_TELEMETRY
from orchestration.running import notify
from orchestration.running.arrivals import anything_new, unreadable_files
from orchestration.running.full_disk import full_disk_sentence, is_full_disk
from orchestration.running.lock import HomeBusy
from orchestration.running.stopping import stopping_at_once
from warehouse.builds.folders import end_build
from warehouse.lake import FILE_MODE, Home, make_folder
from warehouse.publication.publications import current_id
from warehouse.settings import Settings

if TYPE_CHECKING:
    import dagster as dg


def run_refresh(settings: Settings, console: Console, *, force: bool = False) -> RunReport:
    """Run `refresh` unless nothing is new. Raises HomeBusy where another run has the home."""
    began = time.monotonic()
    refuse_wrong_words(settings)
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
    run = _Run(str(uuid.uuid4()), Home(settings.home), RunProgress(console))
    run_id, home = run.run_id, run.home
    _keep_quiet()
    try:
        with stopping_at_once(run.say_that_it_was_stopped):
            events = _execute(name, settings, run, force=force)
    except Exception as error:
        if not is_full_disk(str(error), home.root):
            raise
        report = RunReport(run_id, "broken", round(time.monotonic() - began, 1), error=str(error))
    else:
        _raise_if_busy(events)
        report = replace(
            read_report(run_id, time.monotonic() - began, events), untold=notify.problem_of(home, run_id)
        )
    if report.outcome == "broken" and is_full_disk(report.error or "", home.root):
        end_build(home, run_id)
        return replace(report, error=full_disk_sentence(report.error or "", home.root))
    return report


@dataclass
class _Run:
    """A run that goes on: what must be known of it where it is stopped."""

    run_id: str
    home: Home
    progress: RunProgress
    instance: dg.DagsterInstance | None = None

    def say_that_it_was_stopped(self) -> None:
        """Say what stands, and end the run in Dagster's history."""
        if current_id(self.home) == self.run_id:
            stands = f"Publication {self.run_id} had been switched in, and serves."
        else:
            stands = "Nothing was published: what served before still serves. Files that were read stay read."
        self.progress.end(f"Stopped. {stands}")
        run = self.instance.get_run_by_id(self.run_id) if self.instance is not None else None
        if self.instance is not None and run is not None and not run.is_finished:
            self.instance.report_run_canceled(run, message="Stopped from the command line.")


def _execute(name: str, settings: Settings, run: _Run, *, force: bool) -> list[dg.DagsterEvent]:
    with ExitStack() as stack:
        run.progress.begin()
        from orchestration.definitions import build_definitions

        job = build_definitions(settings).resolve_job_def(name)
        instance = run.instance = stack.enter_context(open_instance(settings.home))
        stack.enter_context(_followed(run.progress, len(job.nodes), settings.home / LOG))
        result = job.execute_in_process(
            run_config={
                "ops": {"build_inputs": {"config": {"force": force}}},
                "loggers": {RUN_LOGGER: {}},
            },
            instance=instance,
            raise_on_error=False,
            run_id=run.run_id,
        )
        return list(result.all_events)


def _raise_if_busy(events: Iterable[Any]) -> None:
    for event in events:
        if event.is_resource_init_failure or event.is_failure:
            error = getattr(event.event_specific_data, "error", None)
            while error is not None:
                if error.cls_name == HomeBusy.__name__:
                    raise HomeBusy(error.message.partition(": ")[2].strip())
                error = error.cause


@contextmanager
def _followed(progress: RunProgress, stages: int, path: Path) -> Iterator[None]:
    """Send what the run says to the terminal and to the log file."""
    progress.begin(stages)
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
        with redirect_stderr(_LogStream(to_file)):
            yield
    finally:
        progress.stop()
        for handler in handlers:
            logger.removeHandler(handler)
        to_file.close()


class _LogStream(io.TextIOBase):
    """Takes what libraries print to stderr into the log of the run."""

    def __init__(self, log: logging.Handler) -> None:
        self._log = log

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                self._log.handle(logging.makeLogRecord({"msg": line, "levelname": "PRINTED"}))
        return len(text)


def _keep_quiet() -> None:
    """Silence what the libraries would send out or print: telemetry, notices, warnings to developers."""
    os.environ.update(NO_TELEMETRY)
    # a process that multiprocessing leaves behind for a moment complains of a run that was stopped
    os.environ.setdefault("PYTHONWARNINGS", "ignore::UserWarning:multiprocessing.resource_tracker")
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a log that cannot be written is no news on a disk that is full
    # Dagster gives its own logger a level again; of steps that have nothing to do it warns in this one
    of_steps = "dagster._core.execution.plan"
    for library in ("dagster", of_steps, "great_expectations", "splink", "py.warnings"):
        logging.getLogger(library).setLevel(logging.ERROR)
