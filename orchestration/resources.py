"""What the assets share: the configuration, the home folder, its lock, and dbt.

Must not live here: what is done with them (assets/).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import dagster as dg

from orchestration.dagster_home.history import end_killed_runs
from orchestration.dbt.in_process import Dbt
from orchestration.running.ending import end_run, tell_of_run
from orchestration.running.lock import exclusive
from warehouse.homes.version import refuse_older
from warehouse.lake import Home
from warehouse.publication.ledger_proof import refuse_altered_ledger
from warehouse.settings import Settings, load_settings


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The warehouse that one scrm.yml describes. A run holds the home's lock from beginning to end.

    The lock is taken when the run's process starts, hence jobs use the in-process executor.
    """

    config_path: str

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.config_path)

    @cached_property
    def home(self) -> Home:
        return Home(self.settings.home)

    @cached_property
    def dbt(self) -> Dbt:
        return Dbt.of(self.settings)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Warehouse]:
        """Hold the lock for the run. Raises HomeBusy, HomeOfAnotherVersion, LedgerBroken."""
        if _is_over(context):
            yield self
            return
        with exclusive(self.home.root, context.run_id or "unknown"):
            if context.instance is not None and context.run_id is not None:
                end_killed_runs(context.instance, context.run_id)
            refuse_altered_ledger(self.home)
            refuse_older(self.home)
            yield self
            if context.instance is not None and context.run_id is not None:
                end_run(self.home, self.settings, context.instance, context.run_id)
        if context.instance is not None and context.run_id is not None:
            problem = tell_of_run(self.settings, context.instance, context.run_id)
            if problem is not None and context.log is not None:
                context.log.warning(problem)


def _is_over(context: dg.InitResourceContext) -> bool:
    """Whether the run has ended: `dagster job execute` opens its resources once more to read its results."""
    if context.instance is None or context.run_id is None:
        return False
    run = context.instance.get_run_by_id(context.run_id)
    return run is not None and run.is_finished
