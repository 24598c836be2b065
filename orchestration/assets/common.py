"""What the assets share: who answers for them, and the build that a run's steps work on.

Must not live here: what a step does.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.resources import Warehouse

# Who is asked when an asset of a schema fails, as Dagster shows it; teams of the company's own go by these names.
_OWNERS = {
    "ingestion": "team:data_engineering",
    "lake": "team:data_engineering",
    "inputs": "team:data_engineering",
    "staging": "team:data_engineering",
    "identity": "team:identity",
    "people": "team:identity",
}
_OTHERS = "team:analytics_engineering"


def owners_of(key: dg.AssetKey) -> list[str]:
    """Return who answers for an asset."""
    return [_OWNERS.get(key.path[0], _OTHERS)]


def build_of(warehouse: Warehouse, run_id: str, job: str = "refresh") -> Path:
    """Return the folder in which the steps of a run work. Raises Failure where none of them began a build.

    So it is where somebody materialises a selection of assets: a build is of one run, and what a step reads is
    made by the steps before it.
    """
    build = warehouse.home.build(run_id)
    if not build.is_dir():
        raise dg.Failure(
            "This run has no build to work on: a build is made anew by each run, from inputs to publication, "
            f"so no selection of these assets can be materialised by itself. Launch the job {job!r} instead "
            f"(Jobs → {job} → Launchpad), or type 'scrm run'.",
            allow_retries=False,
        )
    return build
