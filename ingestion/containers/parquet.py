"""A Parquet file as records: each row's JSON rendering, and its columns as a struct of text.

Text is what DuckDB writes of a value: ISO 8601 instants in UTC with their offset, decimals as they are,
lists and structs as JSON. Must not live here: what a column means (formats/).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.containers.header import check_required
from ingestion.format import UnreadableFile
from warehouse.engine import connect, quote_identifier

MAGIC = b"PAR1"
BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Parquet:
    """A container of Parquet rows. `columns` and `required` as in `delimited.Delimited`."""

    columns: tuple[str, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the rows in the order of the file. Raises UnreadableFile."""
        with _opened(stream) as file:
            schema = file.schema_arrow
            check_required(schema.names, self.required, self.columns)
            query = _rendering(schema, [n for n in schema.names if not self.columns or n in self.columns])
            ordinal = 1
            with connect(threads=1) as connection:
                connection.execute("set preserve_insertion_order = true")
                for batch in _batches(file):
                    connection.register("rows", pa.table(batch))
                    rendered = connection.execute(query).to_arrow_table()
                    places = pa.array(np.arange(ordinal, ordinal + len(rendered))).cast(pa.string())
                    ordinal += len(rendered)
                    table = rendered.add_column(0, "source_record", places)
                    yield table.replace_schema_metadata({"header": json.dumps(schema.names)})

    def count(self, stream: IO[bytes]) -> int:
        """Return the number of rows that the file's footer states."""
        with _opened(stream) as file:
            return int(file.metadata.num_rows)


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator[pq.ParquetFile]:
    """Open Parquet, which is read from its end: a stream that cannot seek is copied to a file first."""
    with tempfile.TemporaryFile() as copy:
        if not stream.seekable():
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
        try:
            file = pq.ParquetFile(stream if stream.seekable() else copy)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile(
                "not_parquet",
                "begins as Parquet, but the directory that must stand at its end does not read: it is cut off or "
                "damaged. Export it again.",
            ) from error
        yield file


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    batches, rows = file.iter_batches(batch_size=BATCH_ROWS), 0
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile(
                "not_parquet", f"is Parquet with a damaged part after row {rows:,}. Export it again."
            ) from error
        if batch is None:
            return
        yield batch
        rows += batch.num_rows


def _rendering(schema: pa.Schema, columns: list[str]) -> str:
    """SQL over `rows`: the row as JSON, and the wanted columns as text."""
    everything = ", ".join(f"{quote_identifier(n)} := {quote_identifier(n)}" for n in schema.names)
    fields = ", ".join(f"{quote_identifier(name)} := {_as_text(schema, name)}" for name in columns)
    return (
        f"select encode(cast(to_json(struct_pack({everything})) as varchar)) as raw, "
        f"cast(null as varchar) as problem, struct_pack({fields}) as fields from rows"
    )


def _as_text(schema: pa.Schema, name: str) -> str:
    column = quote_identifier(name)
    kind = schema.field(name).type
    if pa.types.is_nested(kind):
        return f"cast(to_json({column}) as varchar)"
    return f"nullif(cast({column} as varchar), '')"
