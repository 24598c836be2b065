"""How a run tells what it is doing: assets say how far they are, the terminal shows it.

Everything goes through Dagster's log, so its UI and `scrm run` show the same. Must not live here: the closing
summary (summary.py).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    import dagster as dg
    from rich.status import Status

# The logger that definitions.py gives to Dagster; whoever wants to follow a run adds a handler to it.
RUN_LOGGER = "scrm"

# The log of the last run, under the home folder: what Dagster and the parts said.
LOG = Path("logs", "run.log")

STAGES = {
    "build_inputs": "Beginning a build",
    "check_landed": "Checking what landed",
    "persona_models": "Staging and personas (dbt)",
    "identity": "Linking personas",
    "identity__model": "Training the linkage model",
    "identity__evaluation": "Measuring the links",
    "check_identity": "Checking links",
    "mart_models": "Marts (dbt)",
    "check_marts": "Checking marts",
    "publication": "Publishing",
}


def stage_title(step: str) -> str:
    """Return the words for a step of the job: `STAGES`, else the source that it reads."""
    return STAGES.get(step) or f"Reading {step.removeprefix('ingestion__')}"


def teller(log: logging.Logger, every_seconds: float = 1.0) -> Callable[[int, int, str], None]:
    """Return a function (done, total, what) that logs how far a stage is, at most once in a while."""
    last = -every_seconds

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= every_seconds:
            last = now
            log.info(f"{done} of {total}: {what}")

    return tell


class RunProgress(logging.Handler):
    """Shows a run on the terminal: a line for each stage that ended, one that moves for the present.

    Lines wait until a stage has something new to say: a run that finds nothing new prints none.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(level=logging.DEBUG)  # where Dagster says that a step began
        self._console = console
        self._console.file = console.file  # kept, while libraries' own words to stderr go to the log
        self._stages = 0
        self._ended = 0
        self._began = 0.0
        self._title = ""
        self._status: Status | None = None
        self._waiting: list[str] | None = []  # None once there was something new

    def begin(self, stages: int = 0) -> None:
        """Show that the run begins; `stages` says how many there are, as soon as that is known."""
        self._stages = stages
        if not stages:
            self._show("Starting")

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record of Dagster's log."""
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event: dg.DagsterEvent | None = meta.get("dagster_event")
        step = meta.get("step_key")
        if step is None:
            return
        if event is None and record.levelno >= logging.INFO:
            self._show(f"{self._title} · {meta['orig_message']}")
        elif event is None:
            return
        elif event.is_step_start:
            self._title, self._began = stage_title(step), time.monotonic()
            self._show(self._title)
        elif event.is_step_success or event.is_step_failure:
            self._end_stage("[green]✓[/]" if event.is_step_success else "[red]✗[/]")
        elif event.is_step_skipped:
            self._ended += 1
        if event is not None and (event.is_step_failure or _is_news(event)):
            self._print_what_waits()

    def stop(self) -> None:
        """Take the moving line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def end(self, sentence: str) -> None:
        """Print a last sentence, also where all else is quiet; nothing that is printed after it is shown."""
        self.stop()
        print(sentence, file=self._console.file, flush=True)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(nowhere, descriptor)

    def _show(self, text: str) -> None:
        if not self._console.is_terminal:
            return
        line = f"[{self._ended + 1}/{self._stages}] {text}" if self._stages else text
        if self._status is None:
            self._status = self._console.status(line)
            self._status.start()
        else:
            self._status.update(line)

    def _end_stage(self, mark: str) -> None:
        self._ended += 1
        seconds = time.monotonic() - self._began
        place = f"{self._ended:>{len(str(self._stages))}}/{self._stages}"
        line = f"{mark} {place} {self._title:<40} {seconds:6.1f} s"
        if self._waiting is None:
            self._console.print(line, highlight=False)
        else:
            self._waiting.append(line)

    def _print_what_waits(self) -> None:
        for line in self._waiting or ():
            self._console.print(line, highlight=False)
        self._waiting = None


def _is_news(event: dg.DagsterEvent) -> bool:
    """Say whether something came in, or something is built."""
    if not event.is_step_materialization:
        return False
    materialization = event.step_materialization_data.materialization
    files_new = materialization.metadata.get("files_new")
    return files_new is None or bool(files_new.value)
