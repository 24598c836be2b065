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

from ingestion.containers.container import UnreadableFile
from ingestion.containers.header import check_columns, each_once, respelt
from ingestion.mapping.macros import GUARD
from warehouse.engine import connect, quote_identifier, quote_text

MAGIC = b"PAR1"
BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Parquet:
    """A container of Parquet rows. `columns`, `required` and `null_values` as in `delimited.Delimited`."""

    columns: tuple[str, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)
    null_values: tuple[str, ...] = ("",)

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the rows in the order of the file. Raises UnreadableFile."""
        with _opened(stream) as file:
            names = each_once(respelt(file.schema_arrow.names, (*self.required, *self.columns)), self.columns)
            schema = pa.schema([f.with_name(name) for f, name in zip(file.schema_arrow, names, strict=True)])
            check_columns(names, self.required, self.columns, all_names=True)
            wanted = [n for n in names if not self.columns or n in self.columns]
            query = _rendering(schema, wanted, self.null_values)
            ordinal = 1
            with connect(threads=1) as connection:
                connection.execute("set preserve_insertion_order = true")
                for batch in _batches(file):
                    connection.register("rows", pa.Table.from_batches([batch]).rename_columns(names))
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


def _rendering(schema: pa.Schema, columns: list[str], null_values: tuple[str, ...]) -> str:
    """SQL over `rows`: the row as JSON, and the wanted columns as text."""
    everything = ", ".join(f"{quote_identifier(n)} := {quote_identifier(n)}" for n in schema.names)
    fields = ", ".join(
        f"{quote_identifier(name)} := {_as_text(schema, name, null_values)}" for name in columns
    )
    return (
        f"select encode(cast(to_json(struct_pack({everything})) as varchar)) as raw, "
        f"cast(null as varchar) as problem, struct_pack({fields}) as fields from rows"
    )


def _as_text(schema: pa.Schema, name: str, null_values: tuple[str, ...]) -> str:
    column = quote_identifier(name)
    kind = schema.field(name).type
    if pa.types.is_nested(kind):
        return f"cast(to_json({column}) as varchar)"
    text = f"cast({column} as varchar)"
    if not pa.types.is_string(kind) and not pa.types.is_large_string(kind):
        return f"nullif({text}, '')"
    guard = f"regexp_replace({text}, {quote_text(GUARD)}, '\\1')"
    nothing = ", ".join(map(quote_text, null_values))
    return f"case when {text} in ({nothing}) then null when {text} like '%=\"%' then {guard} else {text} end"
