"""A page of JSON cut into its records, an array into its elements: each keeps its bytes and its pointer.

Where a page is damaged its `texts` are mended copies of the same length: these say where things lie, and
the bytes come from the page itself. Must not live here: what is a page (classification.py), where brackets lie
(structure.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.containers.container import RECORD_BATCH
from ingestion.containers.json.structure import Positions, Spans, Structure, cut

PAGED_BATCH = pa.schema(
    [
        *RECORD_BATCH,
        pa.field("pointer", pa.string()),
        pa.field("page", pa.dictionary(pa.int32(), pa.binary())),
    ]
)
_ROWS_PER_CHUNK = 8_192
_NO_INDEX = -1


def page_batch(
    pages: pa.Array, texts: pa.Array, places: pa.Array, pointers: tuple[str, ...]
) -> Iterator[pa.Table]:
    """Cut pages, given with their places, into records in the order they stand in the text.

    Expects objects only, `texts` valid JSON. Yields one table, or none where all pages are empty.
    """
    found = _records(*_joined(texts), pointers)
    if found is None:
        return
    spans, pointer_of, index = found
    order = np.argsort(spans.start, kind="stable")
    spans = Spans(spans.owner[order], spans.start[order], spans.end[order])
    pointer_of, index = pointer_of[order], index[order]
    pointer = pa.array(pointers, pa.string()).take(pa.array(pointer_of))
    table = pa.Table.from_arrays(
        [
            _places(places.take(pa.array(spans.owner)), pointer, index),
            cut(_joined(pages)[0], spans.start, spans.end),
            pa.nulls(len(spans), pa.string()),
            pointer,
            pa.DictionaryArray.from_arrays(pa.array(spans.owner.astype(np.int32)), texts),
        ],
        schema=PAGED_BATCH,
    )
    yield pa.Table.from_batches(table.to_batches(max_chunksize=_ROWS_PER_CHUNK), PAGED_BATCH)


def elements(arrays: pa.Array, texts: pa.Array, places: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Cut arrays into their elements. Gives the elements and their places."""
    text, spans = _joined(texts)
    structure = Structure(np.frombuffer(text, dtype=np.uint8))
    found, index = structure.elements(structure.trimmed(spans), 1)
    pointer = pa.array([""], pa.string()).take(pa.array(np.zeros(len(found), dtype=np.int64)))
    held = _places(places.take(pa.array(found.owner)), pointer, index)
    return cut(_joined(arrays)[0], found.start, found.end), held


def owners_of_pages(values: pa.Array, pointers: tuple[str, ...]) -> set[int]:
    """Give the places of those objects that have records, or lists of records, at the pointers."""
    if not len(values):
        return set()
    text, spans = _joined(values)
    structure = Structure(np.frombuffer(text, dtype=np.uint8))
    held = [_held(structure, structure.trimmed(spans), pointer)[0] for pointer in pointers]
    return {int(n) for h in held for n in h.owner[structure.is_object(h) | structure.is_array(h)]}


def _joined(values: pa.Array) -> tuple[bytes, Spans]:
    lengths = pc.binary_length(values).to_numpy(zero_copy_only=False)
    start = np.append(0, np.cumsum(lengths[:-1] + 1)).astype(np.int64)
    return b"\n".join(values.to_pylist()), Spans(np.arange(len(values)), start, start + lengths)


def _held(structure: Structure, objects: Spans, pointer: str) -> tuple[Spans, int]:
    """Find what lies at the pointer in each object, and the level of its brackets."""
    held, level = objects, 1
    for name in pointer.split("/")[1:]:
        held = structure.members(held.where(structure.is_object(held)), level, name)
        level += 1
    return held, level


def _records(
    text: bytes, pages: Spans, pointers: tuple[str, ...]
) -> tuple[Spans, Positions, Positions] | None:
    structure = Structure(np.frombuffer(text, dtype=np.uint8))
    pages = structure.trimmed(pages)
    parts: list[tuple[Spans, int, Positions]] = []
    for number, pointer in enumerate(pointers):
        held, level = _held(structure, pages, pointer)
        single = held.where(structure.is_object(held))
        parts.append((single, number, np.full(len(single), _NO_INDEX)))
        found, index = structure.elements(held.where(structure.is_array(held)), level)
        parts.append((found, number, index))
    filled = [part for part in parts if len(part[0])]
    if not filled:
        return None
    spans = Spans(
        np.concatenate([s.owner for s, _, _ in filled]),
        np.concatenate([s.start for s, _, _ in filled]),
        np.concatenate([s.end for s, _, _ in filled]),
    )
    pointer_of = np.concatenate([np.full(len(s), number) for s, number, _ in filled])
    return spans, pointer_of, np.concatenate([i for _, _, i in filled])


def _places(owners: pa.Array, pointer: pa.Array, index: Positions) -> pa.Array:
    """Write places: '12#/data/3'; of a page that is itself an element of an array: '12#/0/data/3'."""
    suffix = pc.binary_join_element_wise("/", pa.array(index).cast(pa.string()), "")
    suffix = pc.if_else(pa.array(index == _NO_INDEX), "", suffix)
    fragment = pc.if_else(pc.match_substring(owners, "#"), "", "#")
    return pc.binary_join_element_wise(owners, fragment, pointer, suffix, "")
