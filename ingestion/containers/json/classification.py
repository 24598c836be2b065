"""What a JSON value is: a record, a page of records, an array, an answer without records, or damaged.

DuckDB's parser says so, set-wise; only what it cannot read is looked at one by one. Must not live here:
where a value begins and ends (values.py), how a page is cut (pages.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.containers.container import ENVELOPE, RECORD_BATCH, UnreadableFile
from ingestion.containers.json.damage import HALF_CHARACTER, mended, taken_apart
from ingestion.containers.json.pages import owners_of_pages
from ingestion.containers.json.structure import Flags, Positions
from warehouse.engine import quote_text

PAGE, ARRAY = "page", "array"
_DOUBLED = "doubled"
_DAMAGES = ("not_json", "bad_encoding", "half_character")
_ROWS_PER_CHUNK = 8_192
_MISTAKE = re.compile(r"at byte (\d+) of input: (unexpected end of data)?")
Verdicts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Told:
    """Values with their places and what each is: None for a plain record.

    `texts` are the values again, damaged pages and arrays mended.
    """

    raw: pa.Array
    places: pa.Array
    verdicts: Verdicts
    texts: pa.Array

    def runs(self) -> Iterator[Told]:
        """Give the values in stretches of one kind: pages, arrays, or neither."""
        kinds = (self.verdicts == PAGE) + 2 * (self.verdicts == ARRAY)
        begins = np.flatnonzero(np.append(np.ones(min(1, len(kinds))), kinds[1:] != kinds[:-1]))
        for begin, end in zip(begins, [*begins[1:], len(kinds)], strict=False):
            yield Told(
                self.raw[begin:end],
                self.places[begin:end],
                self.verdicts[begin:end],
                self.texts[begin:end],
            )

    def plain_batch(self) -> pa.Table:
        """Give the values as records, with the problems of those that are none."""
        columns = [self.places, self.raw, pa.array(self.verdicts, pa.string())]
        whole = pa.Table.from_arrays(columns, schema=RECORD_BATCH)
        return pa.Table.from_batches(whole.to_batches(max_chunksize=_ROWS_PER_CHUNK), RECORD_BATCH)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # small questions: a second thread only waits


class Classifier:
    """Says what values are."""

    def __init__(self, pages: tuple[str, ...], envelope: frozenset[str], signs: frozenset[str]) -> None:
        self._connection = _database().cursor()
        self._pages = pages
        parents = sorted({pointer.rpartition("/")[0] for pointer in pages})
        names = sorted({pointer.split("/")[1] for pointer in pages} | signs)
        self._may_be_page = re.compile(rb'\A\[|\\u00|"(' + "|".join(map(re.escape, names)).encode() + rb')"')
        self._query = _VERDICTS.format(
            tells=_texts(["$", *(_json_path(f"/{name}") for name in names)]),
            pages=_texts(map(_json_path, pages)),
            parents=_texts(map(_json_path, parents)),
            envelope=_texts(sorted(envelope | signs)),
            envelope_code=ENVELOPE,
            doubled=_DOUBLED,
            half_character=HALF_CHARACTER,
        )

    def told(self, raw: pa.Array, lines: Positions) -> Told:
        """Tell what the values that begin at some lines are; those that run together are taken apart."""
        verdicts = self._verdicts(raw)
        places = pa.array(lines).cast(pa.string())
        apart = taken_apart(raw, lines, _damaged(raw, verdicts))
        if apart:
            raw, places = apart
            verdicts = self._verdicts(raw)
        return self._with_damage_mended(raw, places, verdicts)

    def told_elements(self, raw: pa.Array, places: pa.Array) -> Told:
        """Tell what the elements of arrays are."""
        verdicts = self._verdicts(raw)
        verdicts[verdicts == ARRAY] = "not_an_object"
        return self._with_damage_mended(raw, places, verdicts)

    def are_json(self, values: pa.Array) -> Flags:
        """Say of each value whether it is JSON as it stands."""
        self._connection.register("lines", pa.table({"raw": values}))
        answers = self._connection.execute("select json_valid(try(decode(raw))) from lines").fetchall()
        return np.array([bool(answer) for (answer,) in answers], dtype=bool)

    def refuse_a_broken_document(self, told: Told) -> None:
        """Raise UnreadableFile where the only value of a file is broken: cut off, or over many lines."""
        if not len(_damaged(told.raw, told.verdicts)) or len(told.raw) > 1:
            return
        text = mended(told.raw[0].as_py())
        try:
            self._connection.execute("select json_type(decode(?::blob))", [text])
        except duckdb.InvalidInputException as error:
            found = _MISTAKE.search(str(error))
            if found and found[2]:
                said = "is not closed at its end, so it was cut off. Export it again."
            elif b"\n" not in text:
                return
            else:
                place = text.count(b"\n", 0, int(found[1])) + 1 if found else 1
                said = f"is not valid: see line {place} of it. Mend it, or export it again."
            raise UnreadableFile("not_json", f"is one JSON value that {said}") from None

    def _with_damage_mended(self, raw: pa.Array, places: pa.Array, verdicts: Verdicts) -> Told:
        """Tell pages and arrays among what is damaged: only the damaged records in them will be lost."""
        damaged = [at for at in _damaged(raw, verdicts) if self._may_be_page.search(raw[at].as_py())]
        if not damaged:
            return Told(raw, places, verdicts, raw)
        copies = pa.array([mended(raw[at].as_py()) for at in damaged], pa.binary())
        for at, verdict in zip(damaged, self._verdicts(copies), strict=True):
            verdicts[at] = verdict if verdict in (PAGE, ARRAY, ENVELOPE) else verdicts[at]
        mask = np.zeros(len(raw), dtype=bool)
        mask[damaged] = True
        return Told(raw, places, verdicts, pc.replace_with_mask(raw, mask, copies))

    def _verdicts(self, values: pa.Array) -> Verdicts:
        verdicts = np.full(len(values), None, dtype=object)
        chunks = [values.slice(at, _ROWS_PER_CHUNK) for at in range(0, len(values), _ROWS_PER_CHUNK)]
        table = pa.table({"place": np.arange(len(values)), "raw": pa.chunked_array(chunks, pa.binary())})
        self._connection.register("lines", table)
        found = self._connection.execute(self._query).fetchall()
        for at, verdict, _ in found:
            verdicts[at] = verdict
        # DuckDB's paths see only the first of two names: look closer at the objects that give one twice
        doubled = [(at, is_envelope) for at, verdict, is_envelope in found if verdict == _DOUBLED]
        pages = owners_of_pages(values.take(pa.array([at for at, _ in doubled], pa.int64())), self._pages)
        for number, (at, is_envelope) in enumerate(doubled):
            verdicts[at] = PAGE if number in pages else ENVELOPE if is_envelope else None
        return verdicts


def _damaged(raw: pa.Array, verdicts: Verdicts) -> list[int]:
    """Give the places of objects and arrays that are no JSON."""
    suspects = np.flatnonzero(np.isin(verdicts.astype(str), _DAMAGES)).tolist()
    return [at for at in suspects if raw[at].as_py()[:1] in (b"{", b"[")]


# One parse a value tells the plain ones; only what is left is looked at more closely.
_VERDICTS = """
with decoded as (select place, try(decode(raw)) as doc from lines),
parsed as (select place, doc, try(json_type(doc, {tells})) as types from decoded),
special as (
    select * from parsed
    where types is null or types[1] <> 'OBJECT'
        or list_any_value(types[2:]) is not null
),
told as (
    select place, doc, case
        when doc is null then 'bad_encoding'
        when types is null then case when {half_character} then 'half_character' else 'not_json' end
        when types[1] = 'ARRAY' then 'array'
        when types[1] <> 'OBJECT' then 'not_an_object'
        when list_bool_or(list_transform(
            json_keys(doc, {parents}), lambda names: len(list_distinct(names)) < len(names)
        )) then '{doubled}'
        when list_has_any(json_type(doc, {pages}), ['ARRAY', 'OBJECT']) then 'page'
        when list_has_all({envelope}, json_keys(doc)) then '{envelope_code}'
    end as verdict
    from special
)
select place, verdict,
    case verdict when '{doubled}' then list_has_all({envelope}, json_keys(doc)) end as is_envelope
from told
where verdict is not null
"""


def _json_path(pointer: str) -> str:
    """Write a JSON pointer as DuckDB's path: '/includes/users' becomes '$.includes.users'."""
    return "$" + "".join(f'."{name}"' for name in pointer.split("/")[1:])


def _texts(values: Iterable[str]) -> str:
    return "cast([" + ", ".join(quote_text(value) for value in values) + "] as varchar[])"
