"""Loads the records of several small files at once: planning the SQL of a format takes longer than running it.

Each record knows its file by its number, each file has a tally of its own, and all of it ends as if one file had
been loaded after the other. Must not live here: which files are loaded together (landing.py), what is done where
one of them is broken (landed_group.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.lake.data_files import RECORDS_FILE
from ingestion.loading.loader import Loader, landed_columns
from ingestion.loading.tally import KIND, Tally
from ingestion.mapping.compiler import FILE_COLUMNS, Scope
from ingestion.mapping.format import Format


@dataclass(frozen=True)
class SmallFile:
    """A file's records, read whole, and what a group needs to know of the file; None where it has no record."""

    name: str
    sha256: str
    observed_at: dt.datetime
    records: pa.Table | None
    header: list[str]
    envelopes: int

    @property
    def count(self) -> int:
        return 0 if self.records is None else len(self.records)


class GroupLoader(Loader):
    """The working tables of several files; `tallies` has one for each, in their order."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        form: Format,
        scope: Scope,
        files: Sequence[SmallFile],
    ) -> None:
        super().__init__(connection, form, scope)
        self._files = files
        self.tallies = [Tally(envelopes=file.envelopes) for file in files]
        counts = np.array([file.count for file in files])
        self._first = np.cumsum(counts) - counts
        held = [number for number, count in enumerate(counts) if count]  # else two would begin at one record
        connection.register(
            "group_file",
            pa.table(
                {
                    "file_number": pa.array(held, pa.int32()),
                    "first_ordinal": pa.array(self._first[held], pa.int64()),
                    "sha256": pa.array([files[number].sha256 for number in held], pa.string()),
                }
            ),
        )

    def load_all(self) -> None:
        """Load the records of all files. Raises UnreadableFile."""
        tables = [
            _told(file.records, number, file)
            for number, file in enumerate(self._files)
            if file.records is not None
        ]
        if tables:
            self.load(pa.concat_tables(tables))

    def rejected_of(self, file: int) -> str:
        """Give the relation of the rejected records of a file."""
        first = int(self._first[file])
        return f"(from rejected where ordinal >= {first} and ordinal < {first + self._files[file].count})"

    def tell(self, landed_before: Iterable[Path]) -> list[Tally]:
        """Tell duplicates within the files, among them and of files landed before; count how each file ended."""
        self.deduplicate(landed_before)
        for tally, file in zip(self.tallies, self._files, strict=True):
            tally.read = file.count
        for number, code, count in self._by_file("rejected", "reason_code, count(*)"):
            self.tallies[number].rejected[code] = count
        for number, count in self._by_file("accepted", "count(*)"):
            self.tallies[number].accepted = count
        for number, count in self._by_file("usable", "count(*)"):
            self.tallies[number].duplicate = count - self.tallies[number].accepted
        for number, name, count in self._by_file("known_before", "filename, count(*)"):
            self.tallies[number].duplicates_of[Path(name)] = count
        for number, holder, count in self._told_within():
            records = Path(self._files[holder].sha256) / RECORDS_FILE
            self.tallies[number].duplicates_of[records] = count
        return self.tallies

    def write_all(self, folders: Sequence[Path], source: str, ingested_at: dt.datetime) -> None:
        """Write the rows of the accepted records of each file into its folder, one Parquet file a table."""
        for table in self._tables:
            columns = landed_columns(table, source, "sha256", ingested_at)
            for number, rows in self._written(self._accepted_rows(table), columns):
                _write(rows, folders[number] / f"{table}.parquet")
                self.tallies[number].rows[table] = len(rows)
        empty = pa.table({"identity": pa.array([], pa.uint64()), "kind": pa.array([], pa.string())})
        records = dict(self._written("accepted", "identity, kind"))
        for number, folder in enumerate(folders):
            _write(records.get(number, empty), folder / RECORDS_FILE)

    def _written(self, rows: str, columns: str) -> Iterator[tuple[int, pa.Table]]:
        """Give the rows of each file that has any, in the order of its records."""
        found = self._connection.execute(f"""
            select {columns}, file_number
            from {rows} as rows asof join group_file on rows.ordinal >= group_file.first_ordinal
            order by ordinal
        """).to_arrow_table()
        numbers = found["file_number"].to_numpy()
        held, begins = np.unique(numbers, return_index=True)
        rows_alone = found.drop_columns("file_number")
        ends = np.append(begins, len(found))[1:]
        for number, begin, end in zip(held, begins, ends, strict=True):
            yield int(number), rows_alone.slice(begin, end - begin)

    def _by_file(self, rows: str, what: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(f"""
            select file_number, {what}
            from {rows} as rows asof join group_file on rows.ordinal >= group_file.first_ordinal
            group by all order by all
        """).fetchall()

    def _told_within(self) -> list[tuple[int, int, int]]:
        """Count the duplicates of each file that one before it in the group holds: its number, the other's."""
        return self._connection.execute("""
            with first as (
                select identity, kind, min(ordinal) as first from named group by all having count(*) > 1
            ),
            again as (
                select named.ordinal, first.first
                from named join first using (identity, kind) anti join known_before using (ordinal)
                where named.ordinal > first.first
            ),
            own as (
                select again.first, group_file.file_number
                from again asof join group_file on again.ordinal >= group_file.first_ordinal
            )
            select own.file_number, holder.file_number, count(*)
            from own asof join group_file as holder on own.first >= holder.first_ordinal
            where own.file_number <> holder.file_number
            group by all order by all
        """).fetchall()

    def _tally_of(self, file: int) -> Tally:
        return self.tallies[file]

    def _note_fields(self, _batch: pa.Table, _kinds: list[int], /) -> None:
        if self._is_table:
            by_file: dict[int, list[int]] = {
                number: [] for number, file in enumerate(self._files) if file.count
            }
            found = self._connection.execute(
                "select distinct file_number, kind from record where problem is null order by all"
            ).fetchall()
            for number, kind in found:
                by_file[number].append(kind)
            for number, present in by_file.items():
                self._note_header(self._files[number].header, present, number)
            return
        found = self._connection.execute("""
            select distinct file_number, unnest(names) from (
                select file_number, any_value(names) as names from record anti join problem using (ordinal)
                group by file_number, hash(names)
            )
        """).fetchall()
        for number, name in found:
            self._note((name,), number)

    def _note_unknown_kinds(self) -> None:
        if self._form.says_it_is is None:
            return
        names = self._connection.execute(
            f"select distinct file_number, {self._form.says_it_is} as kind from record "
            "where problem = 'unknown_record' order by all"
        ).fetchall()
        for number, name in names:
            self._add_unknown((f"{KIND}{name}",) if name else (), number)


def _told(records: pa.Table, number: int, file: SmallFile) -> pa.Table:
    """Give the records with what they tell of their file."""
    for field, value in zip(FILE_COLUMNS, (number, file.name, file.observed_at), strict=True):
        records = records.append_column(field, pa.repeat(pa.scalar(value, field.type), len(records)))
    return records


def _write(rows: pa.Table, path: Path) -> None:
    """Write a small table as DuckDB would; dictionaries save nothing of a few rows."""
    pq.write_table(rows, path, compression="zstd", use_dictionary=False, store_decimal_as_integer=True)
