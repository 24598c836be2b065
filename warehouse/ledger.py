"""The ledger: what was read, what was run, what was published. Append-only, chained by hashes.

Each line is {seq, kind, payload, payload_sha256, previous, hash}, with hash = SHA-256(previous + kind +
payload_sha256). The chain covers hashes only, so a payload may be emptied by an erasure without breaking
it. What no chain tells is that lines are missing at its end: so `head.json` beside it repeats the number and
hash of the last line, and every manifest those at its time (publication/). Must not live here: what the
payloads mean.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.errors import ExitCode, ScrmError
from warehouse.lake import FILE_MODE, file_beside, make_folder

GENESIS = "0" * 64
FROM_A_COPY = "Restore it from a copy."


class LedgerBroken(ScrmError):
    """A line of the ledger does not read, or was altered, removed or added by another hand."""

    exit_code = ExitCode.REFUSED


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
    """The ledger in `<folder>/ledger.jsonl`, its end repeated in `<folder>/head.json`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ledger.jsonl"
        self._head = folder / "head.json"

    def append(self, kind: str, payload: dict[str, Any]) -> Entry:
        """Add a line, flushed to disk before this returns. Safe against a writer at the same time.

        Raises LedgerBroken where the line before does not read, or is not the one that was last written.
        """
        return self.append_all(kind, [payload])[-1]

    def append_all(self, kind: str, payloads: Sequence[dict[str, Any]]) -> list[Entry]:
        """Add lines, at least one, flushed to disk together; see `append`."""
        entries: list[Entry] = []
        make_folder(self._path.parent)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last, end = _last_whole_line(file)
            before = self._read(last, "its last whole line") if last else None
            near = {before.seq: before.hash, before.seq - 1: before.previous} if before else {}
            head = self._read_head()
            if before and head[0] < before.seq - 1:  # a killed run wrote several lines, and not yet the head
                near |= {entry.seq: entry.hash for entry in self.entries() if entry.seq == head[0]}
            self._refuse_cut(head, near)
            file.truncate(end)  # a line without its end was left by a killed run
            for payload in payloads:
                before = _next(before, kind, payload)
                entries.append(before)
            file.seek(0, os.SEEK_END)
            file.write(b"".join(map(_line, entries)))
            file.flush()
            os.fsync(file.fileno())
            self._write_head(entries[-1])
        return entries

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Read the lines in order; a half-written last line (a killed run) is passed over.

        Raises LedgerBroken at a whole line that does not read.
        """
        return (entry for _, entry in self._lines() if kind is None or entry.kind == kind)

    def last_payloads(self, kind: str, *fields: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Give the last payload of a kind for each value of its `fields`; none where one of these is empty."""
        payloads = (entry.payload for entry in self.entries(kind) if entry.payload)
        keyed = ((tuple(payload.get(field) for field in fields), payload) for payload in payloads)
        return {key: payload for key, payload in keyed if all(key)}

    def _lines(self) -> Iterator[tuple[bytes, Entry]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                yield line, self._read(line, f"line {number}")

    def _read(self, line: bytes, place: str) -> Entry:
        try:
            return Entry(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise LedgerBroken(
                f"{self._path}, {place}: begins with {line[:40].decode(errors='replace')!r}, which is no entry "
                "of a ledger (one JSON object a line); the file is damaged.",
                next_step=FROM_A_COPY,
            ) from error

    def verify(self) -> int:
        """Recompute the chain. Returns the number of lines; raises LedgerBroken at the first wrong one.

        The line that was written last must be there; more may be, whose writer was killed.
        """
        head = self._read_head()  # first: who appends meanwhile makes the ledger longer, not shorter
        previous, count = GENESIS, 0
        at_head: dict[int, str] = {}
        for count, (line, entry) in enumerate(self._lines(), start=1):
            expected = _hash(previous, entry.kind, entry.payload_sha256)
            altered = entry.payload is not None and _payload_hash(entry.payload) != entry.payload_sha256
            is_next = entry.seq == count and entry.previous == previous and entry.hash == expected
            if altered or not is_next or line != _line(entry):
                raise LedgerBroken(
                    f"{self._path}, line {count}: the entry {entry.seq} ({entry.kind}) does not follow "
                    "from the one before; the ledger was changed by another hand.",
                    next_step=FROM_A_COPY,
                )
            previous = entry.hash
            if count == head[0]:
                at_head[count] = entry.hash
        self._refuse_cut(head, at_head)
        return count

    def _refuse_cut(self, head: tuple[int, str], hashes: Mapping[int, str]) -> None:
        """Raise LedgerBroken unless the line that `head` names is there; `hashes` are those of lines near it."""
        entries, hash_ = head
        if entries and hashes.get(entries) != hash_:
            raise LedgerBroken(
                f"{self._path}: line {entries}, the last one written as {self._head.name} beside it says, is "
                "missing or another one: the ledger was cut off, deleted or replaced.",
                next_step=FROM_A_COPY,
            )

    def _read_head(self) -> tuple[int, str]:
        """Give number and hash of the line written last; 0 before the first, and in homes older than it."""
        if not self._head.exists():
            return 0, GENESIS
        written = self._head.read_bytes()
        try:
            head = json.loads(written)
            entries, hash_ = head["entries"], head["hash"]
            if written == _head(entries, hash_) and entries > 0:
                return entries, hash_
        except (ValueError, TypeError, KeyError):
            pass  # said below, with what is read but is no head
        raise LedgerBroken(
            f"{self._head}: does not say what the ledger's last line is; the file is damaged. Restore it from a "
            f"copy, or, where you know that {self._path.name} is whole, delete it."
        )

    def _write_head(self, entry: Entry) -> None:
        with file_beside(self._head) as beside, beside.open("wb") as file:
            file.write(_head(entry.seq, entry.hash))
            file.flush()
            os.fsync(file.fileno())


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


def _last_whole_line(file: Any) -> tuple[bytes | None, int]:
    """Return the last whole line, and where it ends: what follows has no line end."""
    size = file.seek(0, os.SEEK_END)
    tail, position = b"", size
    while position > 0 and tail.count(b"\n") < 2:
        step = min(65_536, position)
        position -= step
        file.seek(position)
        tail = file.read(step) + tail
    whole = tail.rfind(b"\n") + 1
    lines = tail[:whole].splitlines()
    return (lines[-1] if lines else None), size - (len(tail) - whole)


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.__dict__, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _head(entries: Any, hash_: Any) -> bytes:
    return json.dumps({"entries": entries, "hash": hash_}).encode()


def _payload_hash(payload: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def _hash(previous: str, kind: str, payload_sha256: str) -> str:
    return hashlib.sha256(f"{previous}{kind}{payload_sha256}".encode()).hexdigest()
