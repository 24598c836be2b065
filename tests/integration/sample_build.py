"""The sample company's personas in a build of their own: landed and standardised, ready to be linked.

Must not live here: linking, and what tests ask of it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.landing import land, write_empty_tables
from ingestion.sample import Noise, write_sample
from orchestration.assets.landing import build_tables
from orchestration.dbt.graph import READ_BY_IDENTITY
from orchestration.dbt.in_process import Dbt
from warehouse.builds.avatars import hash_avatars
from warehouse.builds.folders import begin_build
from warehouse.builds.inputs import Run, write_inputs
from warehouse.engine import quote_text
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.settings import load_settings

RUN_AT = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


def stage_sample(folder: Path, scale: float, seed: int, noise: Noise | None = None) -> Path:
    """Write the sample to `folder`, land it and build what linkage reads; return the build."""
    write_sample(folder, scale, seed, noise=noise)
    return stage_company(folder)


def stage_company(folder: Path) -> Path:
    """Land the files of a company and build what linkage reads; return the build."""
    settings = load_settings(folder)
    home = Home(settings.home)
    write_empty_tables(home)
    for source in settings.sources:
        land(source, settings, home)
    build = begin_build(home, "staged")
    hashes = hash_avatars(settings, home).hashes
    write_inputs(build, build_tables(settings, Ledger(home.ledger), Run("staged", RUN_AT, "test"), hashes))
    models = [f"+{name}" for name in READ_BY_IDENTITY]
    tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    results = Dbt.of(settings).build(build, ["--select", *models, *tests], lambda *_: None)
    assert {result.status for result in results} == {"success"}
    return build


def copy_build(build: Path, folder: Path, run_id: str, without: str | None = None) -> Path:
    """A build with the same personas, but those of the condition `without`; each run is a day after the last."""
    (folder / "inputs").mkdir(parents=True)
    shutil.copy(build / "warehouse.duckdb", folder)
    parameters = pq.read_table(build / "inputs" / "parameters.parquet").drop_columns(["run_id", "run_at"])
    at = pa.array([RUN_AT + dt.timedelta(days=len(list(folder.parent.iterdir())))])
    parameters = parameters.append_column("run_id", [[run_id]]).append_column("run_at", at)
    pq.write_table(parameters, folder / "inputs" / "parameters.parquet")
    if without is not None:
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute(f"delete from intermediate.int_personas where {without}")
    return folder


def truth_of(build: Path) -> str:
    """The true person of each persona, as a relation (persona_id, person_id, …)."""
    return f"read_parquet({quote_text(build.parents[2] / 'truth' / 'personas.parquet')})"
