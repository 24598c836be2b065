"""Text files written from Arrow: JSON and CSV lines joined column by column, never row by row.

Lives here: joining of text, instants as text, plain and gzip files whose bytes depend on nothing but the
data. Must not live here: the layout of any export.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sample.streams import Ints
from ingestion.sample.world import World, fixed_width_text

Piece: TypeAlias = "str | pa.Array"
DAY_US = 86_400_000_000
_GZIP_LEVEL = 1


def join(*pieces: Piece) -> pa.Array:
    """Join texts and columns of text, row by row; a NULL is left out. At least one piece is a column."""
    return pc.binary_join_element_wise(*map(_piece, pieces), "", null_handling="replace", null_replacement="")


def optional(*pieces: Piece) -> pa.Array:
    """Join like `join`, but NULL where a piece is NULL: a field that is absent."""
    return pc.binary_join_element_wise(*map(_piece, pieces), "", null_handling="emit_null")


def listed(*pieces: pa.Array) -> pa.Array:
    """Join columns of JSON members with commas, leaving NULLs out; NULL where nothing is left.

    (Arrow's own `null_handling="skip"` loses rows in which every piece is NULL.)
    """
    joined = pc.utf8_rtrim(join(*(optional(piece, ",") for piece in pieces)), ",")
    return only_where(pc.greater(pc.binary_length(joined), 0).to_numpy(zero_copy_only=False), joined)


def _piece(piece: Piece) -> Piece:
    return piece if isinstance(piece, str) else pc.cast(piece, pa.string())


def only_where(flags: npt.NDArray[np.bool_], values: pa.Array) -> pa.Array:
    """The values where the flags are set, else NULL."""
    return pc.if_else(pa.array(flags), values, pa.scalar(None, values.type))


def number(values: Ints) -> pa.Array:
    """Whole numbers as text."""
    return pc.cast(pa.array(np.ascontiguousarray(values)), pa.string())


def groups(values: pa.Array, sizes: Ints, separator: str = ",") -> pa.Array:
    """Join runs of the values: as many texts as sizes; NULL where a size is 0."""
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), values), separator)
    return only_where(sizes > 0, joined)


def _digits(values: Ints, width: int) -> npt.NDArray[np.uint8]:
    places = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // places % 10 + ord("0")).astype(np.uint8)


def _literal(text: str, rows: int) -> npt.NDArray[np.uint8]:
    return np.broadcast_to(np.frombuffer(text.encode(), dtype=np.uint8), (rows, len(text)))


_SECONDS = np.arange(86_400)
_CLOCK = np.concatenate(
    [
        _digits(_SECONDS // 3600, 2), _literal(":", 86_400), _digits(_SECONDS // 60 % 60, 2), _literal(":",
            86_400),
        _digits(_SECONDS % 60, 2),
    ],
    axis=1,
)  # fmt: skip


def instants(at_us: Ints, suffix: str = "Z", milliseconds: bool = True) -> pa.Array:
    """ISO 8601 text of instants (microseconds since 1970): 2026-03-01T09:30:00.000Z."""
    at = np.asarray(at_us, dtype=np.int64)
    day, rest = at // DAY_US, at % DAY_US
    days, where = np.unique(day, return_inverse=True)
    dates = np.frombuffer(
        "".join(np.datetime_as_string(days.astype("datetime64[D]"))).encode(), dtype=np.uint8
    )
    rows = len(at)
    parts = [dates.reshape(-1, 10)[where], _literal("T", rows), _CLOCK[rest // 1_000_000]]
    if milliseconds:
        parts += [_literal(".", rows), _digits(rest // 1000 % 1000, 3)]
    parts.append(_literal(suffix, rows))
    return fixed_width_text(np.concatenate(parts, axis=1))


def instants_or_null(at_us: Ints, suffix: str = "Z") -> pa.Array:
    """Like `instants`, NULL where the number is negative."""
    return only_where(at_us >= 0, instants(np.maximum(at_us, 0), suffix))


def json_texts(texts: Sequence[str]) -> pa.Array:
    """The inside of JSON strings (without quotes) of a short list of texts, such as a pool."""
    return pa.array([json.dumps(t, ensure_ascii=False)[1:-1] for t in texts], pa.string())


def query_columns(world: World, query: str) -> dict[str, pa.Array]:
    """The columns of a query's answer, each as one array."""
    table = world.arrow(query)
    return {name: table.column(name).combine_chunks() for name in table.column_names}


def write_all(files: Iterable[tuple[Path, Iterable[pa.Array | bytes]]]) -> None:
    """Write several files at once, two at a time: joining and compressing leave Python's lock."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        for done in [pool.submit(write_lines, path, parts) for path, parts in files]:
            done.result()


def write_lines(path: Path, parts: Iterable[pa.Array | bytes]) -> None:
    """Write texts one a line, bytes as they are; `.gz` is compressed, with no time inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", compresslevel=_GZIP_LEVEL, fileobj=raw, mtime=0) as stream:
                _write(cast(IO[bytes], stream), parts)
        else:
            _write(raw, parts)


def _write(stream: IO[bytes], parts: Iterable[pa.Array | bytes]) -> None:
    write = stream.write
    for part in parts:
        if isinstance(part, bytes):
            write(part)
            continue
        lines = join(part, "\n")
        if len(lines):
            offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)[
                lines.offset : lines.offset + len(lines) + 1
            ]
            write(memoryview(lines.buffers()[2])[offsets[0] : offsets[-1]])


def slices(size: int, step: int) -> Iterable[slice]:
    """Cut a range into pieces, for bounded memory."""
    return (slice(start, min(start + step, size)) for start in range(0, size, step))
