"""A page of JSON cut into its records: each keeps its bytes, its pointer, and the page around it.

Must not live here: what is a page (json_lines.py), where brackets lie (json_structure.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.containers.json_structure import Positions, Spans, Structure, cut
from ingestion.format import RECORD_BATCH

PAGED_BATCH = pa.schema(
    [
        *RECORD_BATCH,
        pa.field("pointer", pa.string()),
        pa.field("page", pa.dictionary(pa.int32(), pa.binary())),
    ]
)
_ROWS_PER_CHUNK = 8_192
_NO_INDEX = -1


def page_batch(pages: pa.Array, numbers: Positions, pointers: tuple[str, ...]) -> Iterator[pa.Table]:
    """Cut pages, given with their line numbers, into records in the order they stand in the text.

    Expects valid JSON, arrays and objects only. Yields one table, or none where all pages are empty.
    """
    text = b"\n".join(pages.to_pylist())
    lengths = pc.binary_length(pages).to_numpy()
    start = np.append(0, np.cumsum(lengths[:-1] + 1)).astype(np.int64)
    found = _records(text, Spans(np.arange(len(pages)), start, start + lengths), pointers)
    if found is None:
        return
    spans, pointer_of, index = found
    order = np.argsort(spans.start, kind="stable")
    spans = Spans(spans.owner[order], spans.start[order], spans.end[order])
    pointer_of, index = pointer_of[order], index[order]
    pointer = pa.array([*pointers, ""], pa.string()).take(pa.array(pointer_of))
    table = pa.Table.from_arrays(
        [
            _places(pa.array(numbers[spans.owner]), pointer, index),
            cut(text, spans.start, spans.end),
            pa.nulls(len(spans), pa.string()),
            pointer,
            pa.DictionaryArray.from_arrays(pa.array(spans.owner.astype(np.int32)), pages),
        ],
        schema=PAGED_BATCH,
    )
    yield pa.Table.from_batches(table.to_batches(max_chunksize=_ROWS_PER_CHUNK), PAGED_BATCH)


def _records(
    text: bytes, pages: Spans, pointers: tuple[str, ...]
) -> tuple[Spans, Positions, Positions] | None:
    structure = Structure(np.frombuffer(text, dtype=np.uint8))
    pages = structure.trimmed(pages)
    is_array = structure.is_array(pages)
    parts: list[tuple[Spans, int, Positions]] = []
    elements, index = structure.elements(pages.where(is_array), 1)
    parts.append((elements, len(pointers), index))
    for number, pointer in enumerate(pointers):
        held, level = pages.where(~is_array), 1
        for name in pointer.split("/")[1:]:
            held = structure.members(held.where(structure.is_object(held)), level, name)
            level += 1
        single = held.where(structure.is_object(held))
        parts.append((single, number, np.full(len(single), _NO_INDEX)))
        elements, index = structure.elements(held.where(structure.is_array(held)), level)
        parts.append((elements, number, index))
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


def _places(numbers: pa.Array, pointer: pa.Array, index: Positions) -> pa.Array:
    suffix = pc.binary_join_element_wise("/", pa.array(index).cast(pa.string()), "")
    suffix = pc.if_else(pa.array(index == _NO_INDEX), "", suffix)
    return pc.binary_join_element_wise(numbers.cast(pa.string()), "#", pointer, suffix, "")
