"""Lays a batch of records out for the SQL of its format: the relations `incoming`, `page` and `record`.

A name that an object gives twice is told here, and the text in which it stands once takes its place. Must
not live here: what becomes of the records (loader.py), the SQL (compiler.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.containers.container import UnreadableFile
from ingestion.containers.json.duplicate_keys import NestedTooDeeply, resolved
from ingestion.mapping import compiler
from ingestion.mapping.compiler import Scope
from ingestion.mapping.format import Format

_HAS_DOUBLES = """coalesce(len(names) <> len(list_distinct(names))
    or list_bool_or(list_transform(inner_names, lambda n: len(n) <> len(list_distinct(n)))), false)"""
# Most records of a file share a few shapes, so it is asked of one record of each.
_DOUBLED_SHAPES = f"""
select shape from (
    select shape, json_keys(doc) as names, json_keys(doc, '$.**') as inner_names
    from (
        select shape, decode(raw) as doc
        from incoming join (
            select shape, min(ordinal) as ordinal from record where names is not null group by shape
        ) using (ordinal)
    )
)
where {_HAS_DOUBLES}
"""
_DOUBLED_RECORDS = """
select ordinal, decode(raw) from incoming join record using (ordinal)
where names is not null and list_contains(?, shape)
"""
_NAMES_OF_PAGES = f"""
select page_number, names, case when {_HAS_DOUBLES} then list_prepend(names, inner_names) end
from (
    select page_number, json_keys(doc) as names, json_keys(doc, '$.*') as inner_names
    from (select page_number, decode(raw) as doc from incoming_page)
)
"""


class BatchRelations:
    """The relations of one batch at a time; `note` is told of fields that are news."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        form: Format,
        scope: Scope,
        note: Callable[[Iterable[str]], None],
    ) -> None:
        self._connection, self._form, self._scope, self._note = connection, form, scope, note
        self._page_known = (form.page_shape or {}).keys() | form.page_fields
        self.has_pages = False

    def lay_out(self, batch: pa.Table, first: int) -> None:
        """Make the relations of a batch, whose records are numbered from `first` on."""
        pages = pa.table({"page_number": pa.array([], pa.int32()), "raw": pa.array([], pa.binary())})
        numbers = pa.nulls(len(batch), pa.int32())
        self.has_pages = "page" in batch.schema.names
        if self.has_pages:
            column = batch["page"].combine_chunks()
            numbers = column.indices
            pages = pa.table({"page_number": np.arange(len(column.dictionary)), "raw": column.dictionary})
            batch = batch.drop_columns("page")
        batch = batch.append_column("ordinal", pa.array(np.arange(first, first + len(batch))))
        batch = batch.append_column("page_number", numbers)
        self._connection.register("incoming_page", pages)
        self._connection.register("incoming_page", self._pages_without_doubles(pages))
        self._connection.execute(f"create or replace temp table page as {compiler.pages_sql(self._form)}")
        self._read(batch)
        if "fields" not in batch.schema.names:
            shapes = [shape for (shape,) in self._connection.execute(_DOUBLED_SHAPES).fetchall()]
            if shapes:
                doubled = dict(self._connection.execute(_DOUBLED_RECORDS, [shapes]).fetchall())
                self._read(self._without_doubles(batch, doubled, first))

    def _read(self, batch: pa.Table) -> None:
        self._connection.register("incoming", batch)
        records = compiler.records_sql(self._form, self._scope, batch.schema, self.has_pages)
        self._connection.execute(f"create or replace temp table record as {records}")

    def _without_doubles(self, batch: pa.Table, doubled: dict[int, str], first: int) -> pa.Table:
        """Give the batch with the text to read in place of the bytes, where these give a name twice."""
        texts: list[str | None] = [None] * len(batch)
        problems = batch["problem"].to_pylist()
        for ordinal, text in doubled.items():
            try:
                texts[ordinal - first] = self._resolved(text)
            except NestedTooDeeply:
                problems[ordinal - first] = "duplicate_names"
        at = batch.schema.get_field_index("problem")
        batch = batch.set_column(at, "problem", pa.array(problems, pa.string()))
        return batch.append_column("resolved", pa.array(texts, pa.string()))

    def _pages_without_doubles(self, pages: pa.Table) -> pa.Table:
        if not len(pages):
            return pages
        found = self._connection.execute(_NAMES_OF_PAGES).fetchall()
        names = {name for _, names, _ in found for name in names or ()}
        if self._page_known:
            self._note(f"(page) {name}" for name in names - self._page_known)
        doubled = {number: lists for number, _, lists in found if lists}
        self._note_twice(twice for lists in doubled.values() for names in lists for twice in _twice(names))
        if not doubled or self._form.page_shape is None:
            return pages
        raw = pages["raw"].to_pylist()
        try:
            raw = [self._resolved(r.decode()).encode() if n in doubled else r for n, r in enumerate(raw)]
        except NestedTooDeeply:
            raise UnreadableFile(
                "not_supported",
                "holds a page that gives a name twice and is nested too deeply to be taken apart; mend it.",
            ) from None
        return pages.set_column(1, "raw", pa.array(raw, pa.binary()))

    def _resolved(self, text: str) -> str:
        text, twice = resolved(text)
        self._note_twice(twice)
        return text

    def _note_twice(self, names: Iterable[str]) -> None:
        self._note(f"(twice) {name}" for name in sorted(set(names)))


def _twice(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
