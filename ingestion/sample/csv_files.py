"""CSV and Parquet files: the answer of one SQL query each.

CSV is written as Salesforce's Data Export does: every value in double quotes, empty where NULL. Must not live
here: any query.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.sample.lines import write_lines
from ingestion.sample.world import World

ROWS_AT_ONCE = 200_000


def write_csv(world: World, path: Path, query: str) -> None:
    """Write the answer of a query (which says its order) as CSV with a header."""
    found = world.db.execute(f"select * from ({query}) limit 0").description or []
    names = [column[0] for column in found]
    values = " || ',' || ".join(
        f"'\"' || replace(coalesce(cast(\"{n}\" as varchar), ''), '\"', '\"\"') || '\"'" for n in names
    )
    reader = world.db.execute(f"select {values} as line from ({query})").to_arrow_reader(ROWS_AT_ONCE)
    header = ",".join(f'"{n}"' for n in names) + "\n"
    write_lines(path, _lines(header, reader))


def _lines(header: str, reader: pa.RecordBatchReader) -> Iterator[pa.Array | bytes]:
    yield header.encode()
    for batch in reader:
        yield batch.column(0)


def iso(column: str) -> str:
    """SQL that writes a timestamp as ISO 8601 with milliseconds and Z."""
    return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%gZ')"


def write_parquet(world: World, path: Path, query: str) -> None:
    """Write the answer of a query (which says its order) as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(world.arrow(query), path, compression="zstd")
