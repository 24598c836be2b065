"""A table in whichever of the two ways it was written: Parquet, by its magic, or delimited text.

Must not live here: reading of either (parquet.py, delimited/).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

import pyarrow as pa

from ingestion.containers.delimited.reader import Delimited
from ingestion.containers.parquet import MAGIC, Parquet


@dataclass(frozen=True)
class Tabular:
    """A container of rows (see containers.container.Container)."""

    delimited: Delimited
    parquet: Parquet

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the rows in the order of the file. Raises UnreadableFile."""
        container, stream = self._recognised(stream)
        yield from container.read(stream)

    def count(self, stream: IO[bytes]) -> int:
        """Count the rows by a pass of its own."""
        container, stream = self._recognised(stream)
        return container.count(stream)

    def _recognised(self, stream: IO[bytes]) -> tuple[Delimited | Parquet, IO[bytes]]:
        head = stream.read(len(MAGIC))
        container = self.parquet if head == MAGIC else self.delimited
        if stream.seekable():
            stream.seek(0)
            return container, stream
        return container, cast(IO[bytes], io.BufferedReader(_Rejoined(head, stream)))


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        part = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(part) :] if self._head else b""
        buffer[: len(part)] = part
        return len(part)
