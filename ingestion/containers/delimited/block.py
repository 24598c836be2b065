"""One block of delimited records: its raw bytes and its fields, with the bad records named.

Must not live here: reading and splitting of the stream (delimited.py, record_split.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ingestion.containers.container import UnreadableFile
from ingestion.containers.delimited.record_split import NEWLINE, Positions, Split
from ingestion.mapping.macros import GUARD

CARRIAGE_RETURN = ord("\r")

Problems = dict[int, str]


@dataclass(frozen=True)
class Block:
    """Whole records of a block: where they start and end (line end left out).

    Blank lines are passed over: those without a character, and those of delimiters alone, as spreadsheets write
    empty rows.
    """

    data: bytes
    starts: Positions
    ends: Positions
    unclosed: frozenset[int]
    consumed: int

    @classmethod
    def of(cls, data: bytes, split: Split, delimiter: str) -> Block:
        view = np.frombuffer(data, np.uint8)
        starts, ends = split.starts, split.ends.copy()
        if len(ends):
            ends -= view[ends - 1] == NEWLINE
            ends -= (view[ends - 1] == CARRIAGE_RETURN) & (ends > starts)
        unclosed = frozenset(split.unclosed)
        blank = _blank(data, starts, ends, delimiter)
        if blank.any():
            place = np.cumsum(~blank) - 1
            unclosed = frozenset(int(place[i]) for i in unclosed)
            starts, ends = starts[~blank], ends[~blank]
        return cls(data, starts, ends, unclosed, split.consumed)

    def without_first(self, count: int) -> Block:
        unclosed = frozenset(i - count for i in self.unclosed if i >= count)
        return Block(self.data, self.starts[count:], self.ends[count:], unclosed, self.consumed)

    def record(self, place: int) -> bytes:
        return self.data[self.starts[place] : self.ends[place]]

    def raw(self) -> pa.Array:
        """The records as binary: every second piece of the block, line ends lying between."""
        offsets = np.empty(2 * len(self.starts), np.int32)
        offsets[0::2], offsets[1::2] = self.starts, self.ends
        pieces = pa.Array.from_buffers(
            pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(self.data)]
        )
        return pieces.take(pa.array(np.arange(0, len(offsets), 2)))

    def bytes_of(self, keep: Positions) -> bytes:
        """The records named by `keep`, one after another, each with a newline."""
        return b"".join(self.data[self.starts[i] : self.ends[i]] + b"\n" for i in keep)


def parse_block(
    block: Block, header: list[str], convert: pacsv.ConvertOptions, delimiter: str
) -> tuple[pa.StructArray, Problems]:
    """Return the fields of every record (NULL for a bad one) and the reason codes of the bad ones."""
    if not block.unclosed and _is_utf8(block.data) and not _has_lone_carriage_return(block.data):
        whole = pa.py_buffer(block.data).slice(
            int(block.starts[0]), min(int(block.ends[-1]) + 2, block.consumed) - int(block.starts[0])
        )
        try:
            table = _parse(whole, header, convert, delimiter)
        except pa.ArrowInvalid:
            table = None
        if table is not None and len(table) == len(block.starts):
            return _struct(table, block.data), {}
    return _parse_carefully(block, header, convert, delimiter)


def _parse_carefully(
    block: Block, header: list[str], convert: pacsv.ConvertOptions, delimiter: str
) -> tuple[pa.StructArray, Problems]:
    problems: Problems = dict.fromkeys(block.unclosed, "unclosed_quote")
    problems |= dict.fromkeys(_not_utf8(block), "bad_encoding")
    problems |= dict.fromkeys(_with_stray_carriage_return(block, delimiter), "stray_carriage_return")
    keep = np.setdiff1d(np.arange(len(block.starts)), list(problems))
    wrong: list[int] = []

    def note(row: pacsv.InvalidRow) -> str:
        wrong.append(row.number - 1)
        return "skip"

    table = _parse(pa.py_buffer(block.bytes_of(keep)), header, convert, delimiter, note)
    problems |= dict.fromkeys(keep[wrong].tolist(), "wrong_column_count")
    good = np.delete(keep, wrong)
    if len(table) != len(good):
        raise UnreadableFile(
            "records_differ",
            f"holds a block of {len(good):,} records that reads as {len(table):,}: it is not delimited as "
            "configured. Check 'delimiter' and 'encoding'.",
        )
    places = np.full(len(block.starts), -1)
    places[good] = np.arange(len(good))
    return _struct(table, block.data).take(pa.array(places, mask=places < 0)), problems


def _parse(
    data: pa.Buffer,
    header: list[str],
    convert: pacsv.ConvertOptions,
    delimiter: str,
    on_invalid: object = None,
) -> pa.Table:
    if not data.size:
        names = convert.include_columns
        return pa.table({name: pa.nulls(0, pa.string()) for name in names})
    return pacsv.read_csv(
        pa.BufferReader(data),
        pacsv.ReadOptions(column_names=header, block_size=data.size + 1, use_threads=False),
        pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=on_invalid),
        convert,
    )


def _struct(table: pa.Table, data: bytes) -> pa.StructArray:
    columns = [column.combine_chunks() for column in table.columns]
    if b'="' in data:
        columns = [pc.replace_substring_regex(column, GUARD, r"\1") for column in columns]
    return pa.StructArray.from_arrays(columns, names=table.column_names)


def _blank(data: bytes, starts: Positions, ends: Positions, delimiter: str) -> npt.NDArray[np.bool_]:
    """Say which records hold nothing, or delimiters alone."""
    blank: npt.NDArray[np.bool_] = ends == starts
    view, mark = np.frombuffer(data, np.uint8), ord(delimiter)
    filled = np.flatnonzero(~blank)
    framed = filled[(view[starts[filled]] == mark) & (view[ends[filled] - 1] == mark)]
    if len(framed):
        others = np.concatenate([[0], np.cumsum(view != mark)])
        blank[framed] = others[starts[framed]] == others[ends[framed]]
    return blank


def _is_utf8(data: bytes) -> bool:
    """Validate the whole block at once, without copying it."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _not_utf8(block: Block) -> list[int]:
    """Records that are not UTF-8; only those with a byte beyond ASCII are looked at."""
    beyond = np.flatnonzero(np.frombuffer(block.data, np.uint8) > 127)
    return [i for i in _records_at(block, beyond) if not _decodes(block.record(i))]


def _decodes(record: bytes) -> bool:
    try:
        record.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_lone_carriage_return(data: bytes) -> bool:
    return b"\r" in data and data.count(b"\r") != data.count(b"\r\n")


def has_stray_carriage_return(record: bytes, delimiter: str) -> bool:
    """Say whether a record has a carriage return outside of quotes."""
    if b"\r" not in record:
        return False
    d = re.escape(delimiter.encode())
    return b"\r" in re.sub(rb"(?:^|(?<=" + d + rb'))"(?:[^"]++|"")*+"', b"", record)


def _with_stray_carriage_return(block: Block, delimiter: str) -> list[int]:
    if not _has_lone_carriage_return(block.data):
        return []
    view = np.frombuffer(block.data, np.uint8)
    returns = np.flatnonzero(view == CARRIAGE_RETURN)
    following = view[np.minimum(returns + 1, len(view) - 1)]
    records = _records_at(block, returns[following != NEWLINE])
    return [i for i in records if has_stray_carriage_return(block.record(i), delimiter)]


def _records_at(block: Block, positions: Positions) -> list[int]:
    """Which records hold the positions (those in line ends and blank lines hold none)."""
    if not len(block.starts):
        return []
    place = np.searchsorted(block.starts, positions, side="right") - 1
    inside = (place >= 0) & (positions < block.ends[np.maximum(place, 0)])
    return [int(i) for i in np.unique(place[inside])]
