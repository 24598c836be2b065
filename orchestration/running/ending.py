"""What is done when a run ends, by whomever it was started, while it still holds the home.

Must not live here: what a run does before that (assets/).
"""

from __future__ import annotations

import datetime as dt

import dagster as dg

from orchestration.console.report import failed_checks, read_report
from orchestration.dagster_home.history import prune_history
from orchestration.running.notify import notify
from warehouse.builds.folders import code_version
from warehouse.lake import Home
from warehouse.publication.publications import current_id
from warehouse.publication.refusals import record_refusal
from warehouse.settings import Settings


def tell_of_run(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> str | None:
    """Call `notify.command` of a run that ended. Returns what went wrong with it."""
    if not settings.notify.command:
        return None
    events = [entry.dagster_event for entry in instance.all_logs(run_id) if entry.dagster_event is not None]
    return notify(settings, read_report(run_id, 0.0, events))


def end_run(home: Home, settings: Settings, instance: dg.DagsterInstance, run_id: str) -> None:
    """Enter a refusal into the ledger, and forget the oldest runs of Dagster's history."""
    critical = [
        {"name": check.shown_as, "found": check.found}
        for check in failed_checks(
            entry.dagster_event
            for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
            if entry.dagster_event is not None
        )
        if check.is_critical
    ]
    if critical and current_id(home) != run_id:
        now = dt.datetime.now(dt.UTC)
        record_refusal(home, run_id, critical, code_version=code_version(), now=now)
    prune_history(instance, settings.history, run_id)
