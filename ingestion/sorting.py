"""Sorts the records of one file: accepted, duplicate or rejected, with all the rows they become.

Batches come in, rows gather in DuckDB's temporary tables (they spill), and only when the whole file is
read are duplicates told and Parquet files written. Must not live here: files, folders and the ledger
(landing.py), the SQL of a format (mapping.py).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingestion import mapping
from ingestion.format import ENVELOPE, Format, UnreadableFile
from ingestion.mapping import Scope
from ingestion.schemas import TABLES
from warehouse.engine import quote_identifier, quote_text
from warehouse.lake import FILE_MODE

# One file a landed file beside its tables: identity (a hash) and kind of every accepted record.
RECORDS_FILE = "_records.parquet"
# A file whose first records are all of no known kind is another format's; no need to read on.
_ENOUGH_TO_TELL = 1_000
_FOREIGN = ("unknown_record", "not_json", "bad_encoding", "not_an_object")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_@:.$ -]{1,64}")
_MAX_UNKNOWN_FIELDS = 100
# Before the name of an unknown field of the page, and before what a record of no known kind says it is.
_PAGE, _KIND = "(page) ", "(type) "


@dataclass
class Tally:
    """How the records of a file ended."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    unknown_fields: set[str] = field(default_factory=set)
    envelopes: int = 0

    @property
    def is_foreign(self) -> bool:
        """Say whether not one record was of a kind the format knows."""
        return self.read > 0 and self.read == sum(self.rejected.get(code, 0) for code in _FOREIGN)


class Sorting:
    """The working tables of one file on a connection; a new one takes their place."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, form: Format, scope: Scope) -> None:
        self._connection, self._form, self._scope = connection, form, scope
        self._tables = sorted({rows.table for kind in form.kinds for rows in kind.rows})
        self._known = form.shape.keys() | form.known_fields
        self._page_known = (form.page_shape or {}).keys() | form.page_fields
        self._has_pages = False
        self.tally = Tally()
        for table in self._tables:
            columns = mapping.output_columns(TABLES[table])
            connection.execute(f"create or replace temp table {_gathered(table)} ({columns})")
        connection.execute(
            "create or replace temp table sorted (ordinal bigint, identity ubigint, kind utinyint)"
        )
        connection.execute(
            "create or replace temp table rejected "
            "(ordinal bigint, source_record varchar, raw blob, reason_code varchar)"
        )

    def take(self, batch: pa.Table) -> None:
        """Sort a batch of records. Raises UnreadableFile where they tell of another format or endpoint."""
        batch = self._without_envelopes(batch)
        if not len(batch):
            return
        first = self.tally.read
        self._stage(batch, first)
        self._refuse_other_endpoints()
        for kind, _ in self._count_kinds():
            for rows in self._form.kinds[kind].rows:
                sql = mapping.rows_sql(self._form, rows, kind, self._scope, self._has_pages)
                self._connection.execute(f"insert into {_gathered(rows.table)} {sql}")
        self._reject(first)
        self._note_unknown_fields(batch)
        self._note_unknown_kinds()
        self.tally.read += len(batch)
        if first == 0 and len(batch) >= _ENOUGH_TO_TELL:
            self._count_rejected()

    def settle(self, landed_before: Iterable[Path]) -> Tally:
        """Tell duplicates, within the file and of the files landed before (their `RECORDS_FILE`s)."""
        known = ", ".join(quote_text(path) for path in landed_before)
        before = f"select identity, kind from read_parquet([{known}])" if known else None
        names = ", ".join(f"{i}: {quote_text(kind.name)}" for i, kind in enumerate(self._form.kinds))
        self._connection.execute(f"""
            create or replace temp table accepted as
            with twice as (
                select identity, kind, min(ordinal) as first from sorted group by all having count(*) > 1
            ),
            named as (select *, cast(map {{{names}}}[kind] as varchar) as kind_name from sorted)
            select named.ordinal, named.identity, named.kind_name as kind
            from named left join twice on named.identity = twice.identity and named.kind = twice.kind
            where (twice.first is null or named.ordinal = twice.first)
            {
            f'''and not exists (select 1 from ({before}) as b
                where b.identity = named.identity and b.kind = named.kind_name)'''
            if before
            else ""
        }
        """)
        self._count_rejected()
        self.tally.accepted = self._number("select count(*) from accepted")
        self.tally.duplicate = self._number("select count(*) from sorted") - self.tally.accepted
        return self.tally

    def write(self, folder: Path, source: str, sha256: str, ingested_at: dt.datetime) -> None:
        """Write the rows of the accepted records, one Parquet file a canonical table that got any."""
        everything = self.tally.accepted == self.tally.read
        chosen = "" if everything else "where ordinal in (select ordinal from accepted)"
        constants = {
            "source": quote_text(source),
            "source_file_sha256": quote_text(sha256),
            "ingested_at": f"cast({quote_text(ingested_at.isoformat())} as timestamptz)",
        }
        for table in self._tables:
            columns = ", ".join(
                f"{constants[n]} as {n}" if n in constants else quote_identifier(n)
                for n in TABLES[table].schema.names
            )
            count = self._number(f"select count(*) from {_gathered(table)} {chosen}")
            if count:
                self._copy(f"select {columns} from {_gathered(table)} {chosen}", folder / f"{table}.parquet")
                self.tally.rows[table] = count
        self._copy("select identity, kind from accepted", folder / RECORDS_FILE)

    def _stage(self, batch: pa.Table, first: int) -> None:
        pages = pa.table({"page_number": pa.array([], pa.int32()), "raw": pa.array([], pa.binary())})
        numbers = pa.nulls(len(batch), pa.int32())
        self._has_pages = "page" in batch.schema.names
        if self._has_pages:
            column = batch["page"].combine_chunks()
            numbers = column.indices
            pages = pa.table({"page_number": np.arange(len(column.dictionary)), "raw": column.dictionary})
            batch = batch.drop_columns("page")
        batch = batch.append_column("ordinal", pa.array(np.arange(first, first + len(batch))))
        batch = batch.append_column("page_number", numbers)
        self._connection.register("incoming", batch)
        self._connection.register("incoming_page", pages)
        self._connection.execute(f"create or replace temp table page as {mapping.pages_sql(self._form)}")
        records = mapping.records_sql(self._form, self._scope, batch.schema, self._has_pages)
        self._connection.execute(f"create or replace temp table record as {records}")
        self._note_unknown_page_fields()

    def _without_envelopes(self, batch: pa.Table) -> pa.Table:
        problems = batch["problem"]
        if problems.null_count == len(batch):
            return batch
        kept = np.asarray([value != ENVELOPE for value in problems.to_pylist()])
        self.tally.envelopes += int(len(batch) - kept.sum())
        return batch.filter(pa.array(kept))

    def _refuse_other_endpoints(self) -> None:
        sql = mapping.refusal_sql(self._form, self._scope)
        found = self._connection.execute(sql).fetchall() if sql else []
        if found:
            raise UnreadableFile("other_endpoint", f"holds {found[0][0]}")

    def _count_kinds(self) -> list[tuple[int, int]]:
        query = "select kind, count(*) from record where kind is not null and problem is null group by kind"
        return sorted(self._connection.execute(query).fetchall())

    def _reject(self, first: int) -> None:
        """Set the records aside that any of their rows, or they themselves, make unusable."""
        parts = ["select ordinal, problem from record where problem is not null"]
        for table in self._tables:
            parts.append(
                f"select ordinal, problem from {_gathered(table)} "
                f"where ordinal >= {first} and problem is not null"
            )
        self._connection.execute(f"""
            create or replace temp table problem as
            select ordinal, case when bool_or(problem = '{mapping.NOT_PUBLIC}') then '{mapping.NOT_PUBLIC}'
                else min(problem) end as reason_code
            from ({" union all ".join(parts)}) group by ordinal
        """)
        self._connection.execute(f"""
            insert into rejected
            select ordinal, source_record,
                case when reason_code <> '{mapping.NOT_PUBLIC}' then raw end, reason_code
            from incoming join problem using (ordinal)
        """)
        self._connection.execute("""
            insert into sorted
            select ordinal, identity, kind from record anti join problem using (ordinal)
        """)

    def _note_unknown_fields(self, batch: pa.Table) -> None:
        if "fields" in batch.schema.names:
            header = json.loads((batch.schema.metadata or {}).get(b"header", b"[]"))
            # a header without one known name may be no header at all, but somebody's data
            self._note(header if not self._known.isdisjoint(header) else ())
            return
        found = self._connection.execute("""
            select distinct unnest(names) from (
                select any_value(names) as names from record anti join problem using (ordinal)
                group by hash(names)
            )
        """).fetchall()
        self._note(name for (name,) in found)

    def _note_unknown_kinds(self) -> None:
        if self._form.says_it_is is None:
            return
        names = self._connection.execute(
            f"select distinct {self._form.says_it_is} as kind from record where problem = 'unknown_record' "
            "order by kind"
        ).fetchall()
        self._add_unknown(f"{_KIND}{name}" for (name,) in names if name)

    def _note_unknown_page_fields(self) -> None:
        if not self._page_known:
            return
        names = self._connection.execute(
            "select distinct unnest(json_keys(decode(raw))) from incoming_page"
        ).fetchall()
        self._add_unknown(f"{_PAGE}{name}" for (name,) in names if name not in self._page_known)

    def _note(self, names: Iterable[str]) -> None:
        self._add_unknown(name for name in names if name not in self._known)

    def _add_unknown(self, names: Iterable[str]) -> None:
        # a name that is no plain word may itself be somebody's data
        for name in names:
            if len(self.tally.unknown_fields) < _MAX_UNKNOWN_FIELDS:
                plain = _PLAIN_NAME.fullmatch(name.removeprefix(_PAGE).removeprefix(_KIND))
                self.tally.unknown_fields.add(name if plain else "(a name that is no plain word)")

    def _count_rejected(self) -> None:
        query = "select reason_code, count(*) from rejected group by all order by all"
        self.tally.rejected = dict(self._connection.execute(query).fetchall())
        if self.tally.is_foreign:
            reasons = ", ".join(f"{count:,} × {code}" for code, count in self.tally.rejected.items())
            kinds = [n.removeprefix(_KIND) for n in sorted(self.tally.unknown_fields) if n.startswith(_KIND)]
            said = f" of type {', '.join(kinds)}" if kinds else ""
            raise UnreadableFile(
                "another_format", f"holds no record that this format knows ({reasons}{said})"
            )

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchall()[0][0])

    def _copy(self, query: str, path: Path) -> None:
        self._connection.execute(f"copy ({query}) to {quote_text(path)} (format parquet, compression zstd)")
        os.chmod(path, FILE_MODE)


def _gathered(table: str) -> str:
    return quote_identifier(f"gathered_{table}")
