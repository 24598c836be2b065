"""The world under construction: one in-memory DuckDB that the parts of the sample fill table by table.

Lives here: the connection, deterministic tables of random numbers, identifiers as the platforms form them.
Must not live here: anything about people or exports.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.sample.noise import Noise
from ingestion.sample.streams import Ints, stream
from warehouse.engine import connect

_DIGITS = np.frombuffer((string.digits + string.ascii_uppercase).encode(), dtype=np.uint8)
_CHECKSUM = np.frombuffer((string.ascii_uppercase + "012345").encode(), dtype=np.uint8)
TWITTER_EPOCH_MS = 1_288_834_974_657  # from which X counts the time inside its ids


@dataclass(frozen=True)
class World:
    """What the parts share. `customers` is the number of customers planted (100,000 at scale 1)."""

    db: duckdb.DuckDBPyConnection
    customers: int
    seed: int
    noise: Noise
    progress: Callable[[str], None]

    def add(self, name: str, table: pa.Table) -> None:
        """Put an Arrow table into the world."""
        self.db.register("_incoming", table)
        self.db.execute(f"create or replace table {name} as select * from _incoming")
        self.db.unregister("_incoming")

    def make(self, name: str, query: str) -> None:
        """Put the answer of a query into the world; the query says its order."""
        self.db.execute(f"create or replace table {name} as {query}")

    def arrow(self, query: str) -> pa.Table:
        """Answer a query; it must say its order."""
        return self.db.execute(query).to_arrow_table()

    def column(self, query: str) -> Any:
        """Answer a query of one column as a NumPy array."""
        return self.arrow(query).column(0).combine_chunks().to_numpy(zero_copy_only=False)

    def rows(self, name: str) -> int:
        found = self.db.execute(f"select count(*) from {name}").fetchone()
        return int(found[0]) if found else 0

    def dice(self, name: str, size: int, columns: int) -> dict[str, Any]:
        """Columns u1 … uN of uniform numbers in [0, 1), from the stream called `name`."""
        rng = stream(self.seed, name)
        return {f"u{i + 1}": rng.random(size) for i in range(columns)}


def new_world(customers: int, seed: int, noise: Noise, progress: Callable[[str], None]) -> World:
    """An empty world. Every query says its order, which is kept: the bytes do not hang on threads."""
    db = connect(memory_limit="2GB", threads=2)
    db.execute("set preserve_insertion_order = true")
    return World(db, customers, seed, noise, progress)


def salesforce_ids(prefix: str, numbers: Ints) -> pa.Array:
    """18-character ids: key prefix of the object, a number in base 36, the checksum of the capitals."""
    body = np.full((len(numbers), 15), ord("0"), dtype=np.uint8)
    body[:, :5] = np.frombuffer((prefix + "Hv").encode(), dtype=np.uint8)
    rest = np.asarray(numbers, dtype=np.int64).copy()
    for place in range(14, 6, -1):
        body[:, place] = _DIGITS[rest % 36]
        rest //= 36
    capitals = (body >= ord("A")) & (body <= ord("Z"))
    bits = capitals.reshape(-1, 3, 5) @ np.array([1, 2, 4, 8, 16])
    text = np.concatenate([body, _CHECKSUM[bits]], axis=1)
    return fixed_width_text(text)


def fixed_width_text(characters: np.typing.NDArray[np.uint8]) -> pa.Array:
    """Text from a matrix of ASCII bytes, one row a value."""
    rows, width = characters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(
        rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters))
    )


def snowflakes(at_us: Ints, numbers: Ints) -> Ints:
    """Ids as X forms them: milliseconds since its epoch above 22 bits, which `numbers` keep distinct."""
    return ((at_us // 1000 - TWITTER_EPOCH_MS) << 22) | (numbers % (1 << 22))
