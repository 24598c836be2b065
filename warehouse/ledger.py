"""The ledger: what was read, what was run, what was published. Append-only, chained by hashes.

Each line is {seq, kind, payload, payload_sha256, previous, hash}, with hash = SHA-256(previous + kind +
payload_sha256). The chain covers hashes only, so a payload may be emptied by an erasure without breaking
it. Must not live here: what the payloads mean.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.lake import FILE_MODE, make_folder

GENESIS = "0" * 64


class LedgerBroken(Exception):
    """A line of the ledger does not read, or was altered, removed or added by another hand."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger."""

    seq: int
    kind: str
    payload: dict[str, Any] | None
    payload_sha256: str
    previous: str
    hash: str


class Ledger:
    """The ledger in `<folder>/ledger.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ledger.jsonl"

    def append(self, kind: str, payload: dict[str, Any]) -> Entry:
        """Add a line, flushed to disk before this returns. Safe against a writer at the same time.

        Raises LedgerBroken where the line before does not read.
        """
        make_folder(self._path.parent)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last_line_cutting_torn_tail(file)
            entry = _next(self._read(last, "its last whole line") if last else None, kind, payload)
            file.seek(0, os.SEEK_END)
            file.write(_line(entry))
            file.flush()
            os.fsync(file.fileno())
        return entry

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Read the lines in order; a half-written last line (a killed run) is passed over.

        Raises LedgerBroken at a whole line that does not read.
        """
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                entry = self._read(line, f"line {number}")
                if kind is None or entry.kind == kind:
                    yield entry

    def _read(self, line: bytes, place: str) -> Entry:
        try:
            return Entry(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise LedgerBroken(
                f"{self._path}, {place}: begins with {line[:40].decode(errors='replace')!r}, which is no entry "
                "of a ledger (one JSON object a line); the file is damaged. Restore it from a copy."
            ) from error

    def verify(self) -> int:
        """Recompute the chain. Returns the number of lines; raises LedgerBroken at the first wrong one."""
        previous, count = GENESIS, 0
        for count, entry in enumerate(self.entries(), start=1):
            expected = _hash(previous, entry.kind, entry.payload_sha256)
            altered = entry.payload is not None and _payload_hash(entry.payload) != entry.payload_sha256
            if entry.seq != count or entry.previous != previous or entry.hash != expected or altered:
                raise LedgerBroken(
                    f"{self._path}, line {count}: the entry {entry.seq} ({entry.kind}) does not follow "
                    "from the one before; the ledger was changed by another hand. Restore it from a copy."
                )
            previous = entry.hash
        return count


def _next(before: Entry | None, kind: str, payload: dict[str, Any]) -> Entry:
    previous = before.hash if before else GENESIS
    digest = _payload_hash(payload)
    return Entry(
        seq=before.seq + 1 if before else 1,
        kind=kind,
        payload=payload,
        payload_sha256=digest,
        previous=previous,
        hash=_hash(previous, kind, digest),
    )


def _last_line_cutting_torn_tail(file: Any) -> bytes | None:
    """Return the last whole line; a line without its end, left by a killed run, is cut off."""
    size = file.seek(0, os.SEEK_END)
    tail, position = b"", size
    while position > 0 and tail.count(b"\n") < 2:
        step = min(65_536, position)
        position -= step
        file.seek(position)
        tail = file.read(step) + tail
    whole = tail.rfind(b"\n") + 1
    file.truncate(size - (len(tail) - whole))
    lines = tail[:whole].splitlines()
    return lines[-1] if lines else None


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.__dict__, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _payload_hash(payload: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def _hash(previous: str, kind: str, payload_sha256: str) -> str:
    return hashlib.sha256(f"{previous}{kind}{payload_sha256}".encode()).hexdigest()
