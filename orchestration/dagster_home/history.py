"""Dagster's history of runs, kept from growing for ever and from taking killed runs for running: the ledger lasts.

Must not live here: builds and publications, which have limits of their own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from orchestration.dagster_home.event_log import QuickSqliteEventLogStorage
from warehouse.settings import History


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
