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
from numpy.typing import NDArray

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
    """The relations of one batch at a time; `note` is told of fields that are news, and of which file they are."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        form: Format,
        scope: Scope,
        note: Callable[[Iterable[str], int], None],
    ) -> None:
        self._connection, self._form, self._scope, self._note = connection, form, scope, note
        self._page_known = (form.page_shape or {}).keys() | form.page_fields
        self.has_pages = False
        self._files: NDArray[np.int32] | None = None
        self._pages: NDArray[np.int32] = np.zeros(0, np.int32)

    def lay_out(self, batch: pa.Table, first: int) -> None:
        """Make the relations of a batch, whose records are numbered from `first` on."""
        self._files = batch["file_number"].to_numpy() if "file_number" in batch.schema.names else None
        pages = pa.table({"page_number": pa.array([], pa.int32()), "raw": pa.array([], pa.binary())})
        numbers = pa.nulls(len(batch), pa.int32())
        self.has_pages = "page" in batch.schema.names
        if self.has_pages:
            column = batch["page"].combine_chunks()
            numbers = column.indices
            self._pages = numbers.to_numpy()
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
        self._connection.execute(f"create or replace temp table record_held as {records}")
        whole = compiler.whole_records_sql(self._form, batch.schema)
        self._connection.execute(f"create or replace temp view record as {whole}")

    def _without_doubles(self, batch: pa.Table, doubled: dict[int, str], first: int) -> pa.Table:
        """Give the batch with the text to read in place of the bytes, where these give a name twice."""
        texts: list[str | None] = [None] * len(batch)
        problems = batch["problem"].to_pylist()
        for ordinal, text in doubled.items():
            try:
                texts[ordinal - first] = self._resolved(text, self._files_at(ordinal - first))
            except NestedTooDeeply:
                problems[ordinal - first] = "duplicate_names"
        at = batch.schema.get_field_index("problem")
        batch = batch.set_column(at, "problem", pa.array(problems, pa.string()))
        return batch.append_column("resolved", pa.array(texts, pa.string()))

    def _pages_without_doubles(self, pages: pa.Table) -> pa.Table:
        if not len(pages):
            return pages
        found = self._connection.execute(_NAMES_OF_PAGES).fetchall()
        doubled = {number: lists for number, _, lists in found if lists}
        for number, names, lists in found:
            news = [
                f"(page) {name}" for name in names or () if self._page_known and name not in self._page_known
            ]
            twice = {name for names in lists or () for name in _twice(names)}
            if news or twice:
                self._note_all(news, self._files_of_page(number))
                self._note_all((f"(twice) {name}" for name in sorted(twice)), self._files_of_page(number))
        if not doubled or self._form.page_shape is None:
            return pages
        raw = pages["raw"].to_pylist()
        try:
            raw = [
                self._resolved(r.decode(), self._files_of_page(n)).encode() if n in doubled else r
                for n, r in enumerate(raw)
            ]
        except NestedTooDeeply:
            raise UnreadableFile(
                "not_supported",
                "holds a page that gives a name twice and is nested too deeply to be taken apart; mend it.",
            ) from None
        return pages.set_column(1, "raw", pa.array(raw, pa.binary()))

    def _resolved(self, text: str, files: list[int]) -> str:
        text, twice = resolved(text)
        self._note_all((f"(twice) {name}" for name in sorted(twice)), files)
        return text

    def _files_at(self, place: int) -> list[int]:
        return [0] if self._files is None else [int(self._files[place])]

    def _files_of_page(self, number: int) -> list[int]:
        """Give the files that hold a page; several, where they hold the same bytes."""
        return [0] if self._files is None else np.unique(self._files[self._pages == number]).tolist()

    def _note_all(self, names: Iterable[str], files: list[int]) -> None:
        names = list(names)
        for file in files:
            self._note(names, file)


def _twice(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
