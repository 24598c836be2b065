"""Dagster's history of runs, kept from growing for ever and from taking killed runs for running: the ledger lasts.

Must not live here: builds and publications, which have limits of their own.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from orchestration.dagster_home.event_log import QuickSqliteEventLogStorage
from orchestration.dagster_home.instance import open_instance
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.publications import PUBLICATION
from warehouse.publication.refusals import list_refusals
from warehouse.settings import History, Settings


def prune_history(instance: dg.DagsterInstance, kept: History, running: str) -> list[str]:
    """Delete runs beyond the last `kept.runs`, or `kept.days` older than the last one. Returns their ids.

    `running` is the run that holds the home: no other goes on, whatever the history says of killed ones. Ages
    are counted from the newest run, not by the clock.
    """
    records = instance.get_run_records(order_by="create_timestamp")
    if not records:
        return []
    newest = records[0].create_timestamp
    gone = [
        record.dagster_run.run_id
        for place, record in enumerate(records)
        if place >= kept.runs or (newest - record.create_timestamp).days >= kept.days
    ]
    gone = [run_id for run_id in gone if run_id != running]
    for run_id in gone:
        instance.delete_run(run_id)
        _delete_rest(instance, run_id)
    return gone


@dataclass(frozen=True)
class PastRun:
    """A run as the history and the ledger know it. `outcome` is one of OUTCOMES, or stopped, or running."""

    run_id: str
    job: str
    outcome: str
    began: dt.datetime | None
    seconds: float | None


def last_runs(settings: Settings, limit: int) -> list[PastRun]:
    """List the last runs of the history, the newest first."""
    home = Home(settings.home)
    if not (home.root / "dagster").exists():
        return []
    published = {str((e.payload or {}).get("run_id")) for e in Ledger(home.ledger).entries(PUBLICATION)}
    refused = {each.run_id for each in list_refusals(home)}
    with open_instance(home.root) as instance:
        return [
            PastRun(
                record.dagster_run.run_id,
                record.dagster_run.job_name,
                _outcome(record.dagster_run, published, refused),
                None if record.start_time is None else dt.datetime.fromtimestamp(record.start_time, dt.UTC),
                None
                if record.start_time is None or record.end_time is None
                else round(record.end_time - record.start_time, 1),
            )
            for record in instance.get_run_records(limit=limit, order_by="create_timestamp")
        ]


def _outcome(run: dg.DagsterRun, published: Container[str], refused: Container[str]) -> str:
    if run.run_id in published:
        return "published"
    if run.run_id in refused:
        return "refused"
    if not run.is_finished:
        return "running"
    if run.status is dg.DagsterRunStatus.CANCELED:
        return "stopped"
    if run.status is dg.DagsterRunStatus.FAILURE:
        return "broken"
    return "nothing_new" if run.job_name == "refresh" else "done"


def end_killed_runs(instance: dg.DagsterInstance, running: str) -> None:
    """Mark runs as failed that the history takes to go on: `running` holds the home, so their process is gone.

    Dagster would let no run from its queue begin while they seem to.
    """
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
    for run in instance.get_runs(unfinished):
        if run.run_id != running:
            instance.report_run_failed(run, message="The process of this run was killed.")


def _delete_rest(instance: dg.DagsterInstance, run_id: str) -> None:
    """Delete what Dagster leaves of a deleted run: its file of events, results of checks, captured output."""
    storage = instance.event_log_storage
    if isinstance(storage, QuickSqliteEventLogStorage):
        storage.delete_shard(run_id)
        with storage.index_connection() as connection:
            table = AssetCheckExecutionsTable
            connection.execute(table.delete().where(table.c.run_id == run_id))
    shutil.rmtree(Path(instance.storage_directory()) / run_id, ignore_errors=True)
