"""Dagster's own home: `<home>/dagster`, with telemetry off and runs of `scrm` and of the UI side by side.

Must not live here: what is run (jobs.py).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.lake import file_beside, make_folder

if TYPE_CHECKING:
    import dagster as dg

# No pool may have two steps at once: DuckDB allows one writer a file.
_DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:  # no window that asks newcomers for their address
  enabled: false
event_log_storage:
  module: orchestration.dagster_home.event_log
  class: QuickSqliteEventLogStorage
  config:
    base_dir: {runs}
compute_logs:  # no processes beside ours that mirror what steps print, and end on Ctrl-C with traces
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
concurrency:
  pools:
    default_limit: 1
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: false
"""


def dagster_home(home: Path) -> Path:
    """Return the folder for $DAGSTER_HOME under the warehouse's home, with its dagster.yaml written."""
    folder = make_folder(home / "dagster")
    configuration = folder / "dagster.yaml"
    said = _DAGSTER_YAML.format(
        runs=json.dumps(str(folder / "history" / "runs"), ensure_ascii=False)  # quoted as YAML quotes, too
    )
    if not configuration.exists() or configuration.read_text(encoding="utf-8") != said:
        with file_beside(configuration) as beside:
            beside.write_text(said, encoding="utf-8")
    return folder


def open_instance(home: Path) -> dg.DagsterInstance:
    """Open Dagster's instance of this home: run history, events, checks."""
    import dagster as dg

    folder = dagster_home(home)
    os.environ["DAGSTER_HOME"] = str(folder)
    return dg.DagsterInstance.from_config(str(folder))
