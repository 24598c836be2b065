"""What a run prints while it goes on: a line a stage, and none as long as nothing is new."""

from __future__ import annotations

import io
import logging
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from orchestration.console.progress import RunProgress


def said(*events: Any) -> str:
    console = Console(file=io.StringIO(), width=200)
    progress = RunProgress(console)
    progress.begin(stages=2)
    for event in events:
        record = logging.makeLogRecord({})
        record.dagster_meta = {"dagster_event": event, "step_key": "ingestion__crm"}
        progress.emit(record)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def event(kind: str, **metadata: Any) -> Any:
    kinds = ("start", "success", "failure", "skipped", "materialization")
    values = {name: SimpleNamespace(value=value) for name, value in metadata.items()}
    data = SimpleNamespace(materialization=SimpleNamespace(metadata=values))
    return SimpleNamespace(**{f"is_step_{k}": k == kind for k in kinds}, step_materialization_data=data)


def test_a_run_that_finds_nothing_new_prints_nothing() -> None:
    assert said(event("start"), event("materialization", files_new=0), event("success")) == ""


def test_what_was_held_back_is_printed_once_something_is_new() -> None:
    first = (event("start"), event("materialization", files_new=0), event("success"))
    second = (event("start"), event("materialization", files_new=3), event("success"))
    assert [line[:5] for line in said(*first, *second).splitlines()] == ["✓ 1/2", "✓ 2/2"]


def test_a_failure_is_always_printed() -> None:
    assert said(event("start"), event("failure")).startswith("✗ 1/2")
