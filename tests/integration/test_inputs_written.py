"""The inputs of dbt as files: readable back, replaced whole, for the owner's eyes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq

from warehouse.builds.inputs import SCHEMAS, Run, SourceFacts, input_tables, write_inputs
from warehouse.settings import Settings


def test_written_inputs_read_back_as_they_were_and_a_second_writing_replaces_them(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"brand": {"name": "Kettle"}, "sources": [{"name": "blogs", "format": "feed", "path": "b/*"}]}
    )
    for run_id in ("first", "second"):
        run = Run(run_id, dt.datetime(2024, 7, 1, tzinfo=dt.UTC), "1")
        tables = input_tables(settings, [], {"blogs": SourceFacts("feed")}, run)
        folder = write_inputs(tmp_path / "build", tables)
    assert {path.name for path in folder.iterdir()} == {f"{name}.parquet" for name in SCHEMAS}
    for name, table in tables.items():
        assert pq.read_table(folder / f"{name}.parquet").equals(table)
        assert (folder / f"{name}.parquet").stat().st_mode & 0o777 == 0o600
    assert pq.read_table(folder / "parameters.parquet")["run_id"].to_pylist() == ["second"]
