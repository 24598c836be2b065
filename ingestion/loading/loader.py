"""Loads the records of one file: each accepted, duplicate or rejected, with all the rows it becomes.

Batches come in, rows gather in DuckDB's temporary tables (they spill), and only when the whole file is
read are duplicates told and Parquet files written. Must not live here: files, folders and the ledger
(landing.py), the SQL of a format (compiler.py).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.containers.container import ENVELOPE, UnreadableFile
from ingestion.containers.likely_encoding import likely_encoding
from ingestion.lake.data_files import RECORDS_FILE
from ingestion.loading.batches import BatchRelations
from ingestion.loading.tally import KIND, Tally
from ingestion.mapping import compiler
from ingestion.mapping.compiler import Scope
from ingestion.mapping.format import Format
from warehouse.canonical.register import TABLES
from warehouse.engine import quote_identifier, quote_text
from warehouse.lake import FILE_MODE

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_@:.$ -]{1,64}")
_MAX_UNKNOWN_FIELDS = 100
_MARK = re.compile(r"^\((?:page|twice|type)\) ")


class Loader:
    """The working tables of one file, or of several (group.py), on a connection; a new one takes their place."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, form: Format, scope: Scope) -> None:
        self._connection, self._form, self._scope = connection, form, scope
        self._tables = sorted({rows.table for kind in form.kinds for rows in kind.rows})
        self._rows = compiler.rows_by_kinds(form)
        self._known = form.shape.keys() | form.known_fields
        self._batch = BatchRelations(connection, form, scope, self._add_unknown)
        self._is_table = False
        self.tally = Tally()
        for table in self._tables:
            columns = compiler.output_columns(TABLES[table])
            connection.execute(f"create or replace temp table {gathered(table)} ({columns})")
        connection.execute(
            "create or replace temp table usable (ordinal bigint, identity ubigint, kind utinyint)"
        )
        connection.execute(
            "create or replace temp table rejected "
            "(ordinal bigint, source_record varchar, raw blob, reason_code varchar)"
        )

    def load(self, batch: pa.Table) -> None:
        """Load a batch of records. Raises UnreadableFile where they tell of another endpoint."""
        batch = self._without_envelopes(batch)
        if not len(batch):
            return
        first = self.tally.read
        self._is_table = "fields" in batch.schema.names
        self._batch.lay_out(batch, first)
        kinds, has_unknown = self._kinds_there()
        if has_unknown:
            self._refuse_other_endpoints()
        for rows, places in self._rows:
            present = {kind: part for kind, part in places.items() if kind in kinds}
            if present:
                sql = compiler.rows_sql(self._form, rows, present, self._scope, self._batch.has_pages)
                self._connection.execute(f"insert into {gathered(rows.table)} {sql}")
        self._reject(first)
        for table in compiler.repeated_tables(self._form.kinds[kind] for kind in kinds):
            self._connection.execute(compiler.repetition_sql(TABLES[table], gathered(table), first))
        self._note_fields(batch, kinds)
        if has_unknown:
            self._note_unknown_kinds()
        self.tally.read += len(batch)
        if first == 0:
            self._count_rejected()

    def deduplicate(self, landed_before: Iterable[Path]) -> Tally:
        """Tell duplicates, within the file and of the files landed before (their `RECORDS_FILE`s)."""
        names = ", ".join(f"{i}: {quote_text(kind.name)}" for i, kind in enumerate(self._form.kinds))
        self._connection.execute(f"""
            create or replace temp table named as
            select ordinal, identity, cast(map {{{names}}}[kind] as varchar) as kind from usable
        """)
        self._tell_known(list(landed_before))
        self._connection.execute("""
            create or replace temp table accepted as
            with twice as (
                select identity, kind, min(ordinal) as first from named group by all having count(*) > 1
            )
            select named.ordinal, named.identity, named.kind
            from named left join twice on named.identity = twice.identity and named.kind = twice.kind
            where (twice.first is null or named.ordinal = twice.first)
                and not exists (select 1 from known_before where known_before.ordinal = named.ordinal)
        """)
        self._count_rejected()
        self.tally.accepted = self._number("select count(*) from accepted")
        self.tally.duplicate = self._number("select count(*) from usable") - self.tally.accepted
        return self.tally

    def _tell_known(self, landed_before: list[Path]) -> None:
        """Find the records that files landed before hold, and the first of those files."""
        files = ", ".join(quote_text(path) for path in landed_before)
        before = f"read_parquet([{files}], filename = true)" if files else None
        self._connection.execute(f"""
            create or replace temp table known_before as
            select named.ordinal, min(before.filename) as filename
            from named join {before or "(select null::ubigint, null, null)"} as before(identity, kind, filename)
                on before.identity = named.identity and before.kind = named.kind
            group by named.ordinal
        """)
        told = self._connection.execute("select filename, count(*) from known_before group by filename")
        self.tally.duplicates_of = {Path(name): int(count) for name, count in told.fetchall()}

    def write(self, folder: Path, source: str, sha256: str, ingested_at: dt.datetime) -> None:
        """Write the rows of the accepted records, one Parquet file a canonical table that got any."""
        for table in self._tables:
            columns = landed_columns(table, source, quote_text(sha256), ingested_at)
            rows = self._accepted_rows(table)
            count = self._number(f"select count(*) from {rows}")
            if count:
                self._copy(f"select {columns} from {rows}", folder / f"{table}.parquet")
                self.tally.rows[table] = count
        self._copy("select identity, kind from accepted", folder / RECORDS_FILE)

    def _accepted_rows(self, table: str) -> str:
        everything = self.tally.accepted == self.tally.read
        chosen = "" if everything else " where ordinal in (select ordinal from accepted)"
        return f"(from {gathered(table)}{chosen})"

    def _without_envelopes(self, batch: pa.Table) -> pa.Table:
        problems = batch["problem"]
        if problems.null_count == len(batch):
            return batch
        kept = np.asarray([value != ENVELOPE for value in problems.to_pylist()])
        self.tally.envelopes += int(len(batch) - kept.sum())
        return batch.filter(pa.array(kept))

    def _refuse_other_endpoints(self) -> None:
        sql = compiler.refusal_sql(self._form, self._scope)
        found = self._connection.execute(sql).fetchall() if sql else []
        if found:
            raise UnreadableFile("other_endpoint", f"holds {found[0][0]}")

    def _kinds_there(self) -> tuple[list[int], bool]:
        """Give the kinds of the batch's usable records, and whether it has records of no known kind."""
        found = self._connection.execute("""
            select list_sort(list(distinct kind) filter (problem is null)),
                coalesce(bool_or(problem = 'unknown_record'), false)
            from record
        """).fetchall()
        return found[0][0] or [], found[0][1]

    def _reject(self, first: int) -> None:
        """Set the records aside that any of their rows, or they themselves, make unusable."""
        parts = ["select ordinal, problem from record where problem is not null"]
        for table in self._tables:
            parts.append(
                f"select ordinal, problem from {gathered(table)} "
                f"where ordinal >= {first} and problem is not null"
            )
        self._connection.execute(f"""
            create or replace temp table problem as
            select ordinal, case when bool_or(problem = '{compiler.NOT_PUBLIC}') then '{compiler.NOT_PUBLIC}'
                else min(problem) end as reason_code
            from ({" union all ".join(parts)}) group by ordinal
        """)
        self._connection.execute(f"""
            insert into rejected
            select ordinal, source_record,
                case when reason_code <> '{compiler.NOT_PUBLIC}' then raw end, reason_code
            from incoming join problem using (ordinal)
        """)
        self._connection.execute("""
            insert into usable
            select ordinal, identity, kind from record anti join problem using (ordinal)
        """)

    def _note_fields(self, batch: pa.Table, kinds: list[int], /) -> None:
        if self._is_table:
            self._note_header(header_of(batch), kinds)
            return
        found = self._connection.execute("""
            select distinct unnest(names) from (
                select any_value(names) as names from record anti join problem using (ordinal)
                group by hash(names)
            )
        """).fetchall()
        self._note(name for (name,) in found)

    def _note_header(self, header: list[str], kinds: list[int], file: int = 0) -> None:
        for kind in kinds:
            mapped = self._form.kinds[kind].mapped.items()
            missing = {column: made for column, made in mapped if column not in header}
            self._tally_of(file).missing_columns |= missing
        # a header without one known name may be no header at all, but somebody's data
        self._note(header if not self._known.isdisjoint(header) else (), file)

    def _note_unknown_kinds(self) -> None:
        if self._form.says_it_is is None:
            return
        names = self._connection.execute(
            f"select distinct {self._form.says_it_is} as kind from record where problem = 'unknown_record' "
            "order by kind"
        ).fetchall()
        self._add_unknown(f"{KIND}{name}" for (name,) in names if name)

    def _note(self, names: Iterable[str], file: int = 0) -> None:
        self._add_unknown((name for name in names if name not in self._known), file)

    def _add_unknown(self, names: Iterable[str], file: int = 0) -> None:
        # a name that is no plain word may itself be somebody's data
        found = self._tally_of(file).unknown_fields
        for name in names:
            if len(found) < _MAX_UNKNOWN_FIELDS:
                plain = _PLAIN_NAME.fullmatch(_MARK.sub("", name))
                found.add(name if plain else "(a name that is no plain word)")

    def _tally_of(self, _: int) -> Tally:
        return self.tally

    def _count_rejected(self) -> None:
        query = "select reason_code, count(*) from rejected group by all order by all"
        self.tally.rejected = dict(self._connection.execute(query).fetchall())
        if self._is_table and "bad_encoding" in self.tally.rejected:
            found = self._connection.execute(
                "select raw from rejected where reason_code = 'bad_encoding' order by ordinal limit 100"
            ).fetchall()
            self.tally.likely_encoding = likely_encoding(b"\n".join(raw for (raw,) in found))

    def cells_of(self, column: str, code: str) -> list[str]:
        """Give some cells of a column of the table, of records that the last batch had rejected for a reason."""
        found = self._connection.execute(
            f"select r.{quote_identifier(column)} from record join problem using (ordinal) "
            f"where reason_code = {quote_text(code)} order by ordinal limit 500"
        ).fetchall()
        return [cell for (cell,) in found if cell]

    def withheld_visibilities(self) -> list[str]:
        """Give the words of visibility for which records were not taken; what is no plain word is left out."""
        if "activities" not in self._tables:
            return []
        found = self._connection.execute(
            f"select distinct visibility from {gathered('activities')} "
            f"where problem = '{compiler.NOT_PUBLIC}' order by visibility limit 20"
        ).fetchall()
        return [word for (word,) in found if word and _PLAIN_NAME.fullmatch(word)]

    def first_rejected(self, code: str) -> str:
        """Give the place of the first record that was rejected for a reason."""
        first = self._connection.execute(
            f"select source_record from rejected where reason_code = {quote_text(code)} order by ordinal limit 1"
        ).fetchall()
        return str(first[0][0])

    def words_of(self, table: str, column: str) -> list[str | None]:
        """Give some of the values of a column, None for an empty one, of the records that were accepted."""
        if table not in self._tables:
            return []
        each = quote_identifier(column)
        if TABLES[table].columns[[c.name for c in TABLES[table].columns].index(column)].is_list:
            each = f"unnest({each})"
        found = self._connection.execute(
            f"select distinct left(word, 64) from (select ordinal, {each} as word from {gathered(table)}) "
            "where ordinal in (select ordinal from accepted) limit 20"
        ).fetchall()
        return [word for (word,) in found]

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchall()[0][0])

    def _copy(self, query: str, path: Path) -> None:
        self._connection.execute(f"copy ({query}) to {quote_text(path)} (format parquet, compression zstd)")
        os.chmod(path, FILE_MODE)


def gathered(table: str) -> str:
    """Name the working table of the rows of a canonical table."""
    return quote_identifier(f"gathered_{table}")


def header_of(batch: pa.Table) -> list[str]:
    """Give the header of a table, as its reader says."""
    header: list[str] = json.loads((batch.schema.metadata or {}).get(b"header", b"[]"))
    return header


def landed_columns(table: str, source: str, sha256: str, ingested_at: dt.datetime) -> str:
    """Give the columns of a canonical table as they land; `sha256` is SQL."""
    constants = {
        "source": quote_text(source),
        "source_file_sha256": sha256,
        "ingested_at": f"cast({quote_text(ingested_at.isoformat())} as timestamptz)",
    }
    return ", ".join(
        f"{constants[n]} as {n}" if n in constants else quote_identifier(n)
        for n in TABLES[table].schema.names
    )
