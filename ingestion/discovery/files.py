"""The files of a source: found by its glob, kept inside its folder, known by their SHA-256.

Must not live here: what is in a file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ingestion.containers.container import UnreadableFile
from warehouse.lake import Home, file_beside
from warehouse.settings import Source

_WILD = re.compile(r"[*?\[]")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_BLOCK_BYTES = 2**20


@dataclass(frozen=True)
class Stamp:
    """What tells, without reading, that a file is still the one it was."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        seen = path.stat()
        return cls(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


@dataclass(frozen=True)
class FoundFile:
    """A file that the source's glob names; `name` is relative to the folder of `scrm.yml`."""

    path: Path
    name: str
    problem: UnreadableFile | None = None


def find_files(source: Source, folder: Path) -> list[FoundFile]:
    """List the files of a source, the oldest observation first, then by name; hidden ones are left out.

    A path that names a folder means everything in it. A link that leads out of the path's fixed part
    (the part before the first wildcard) is named as a problem, not followed; so is a name that is not UTF-8,
    and what is no file at all: a pipe would be waited for without end.
    """
    fixed, pattern = split_path(source.path)
    base = folder / fixed
    if not pattern and base.is_dir():
        pattern = "**/*"
    elif not pattern:
        base, pattern = base.parent, base.name
    paths = sorted(base.glob(pattern)) if base.is_dir() else []
    root = base.resolve()
    found = [
        _found(path, folder, root)
        for path in paths
        if not _is_folder(path) and not any(part.startswith(".") for part in path.relative_to(base).parts)
    ]
    return sorted(found, key=lambda file: (_place_in_time(source, file), file.name))


def split_path(pattern: str) -> tuple[Path, str]:
    """Split a source's path into its fixed part and the pattern after it, which begins at the first wildcard."""
    parts = Path(pattern).parts
    wild = next((i for i, part in enumerate(parts) if _WILD.search(part)), len(parts))
    return Path(*parts[:wild]), "/".join(parts[wild:])


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # who reads the file will meet the error again, and name it
        return False


def _place_in_time(source: Source, file: FoundFile) -> dt.datetime:
    try:
        return observed_at(source, file.name, file.path)
    except OSError:  # gone since it was listed, which who reads it will name
        return dt.datetime.max.replace(tzinfo=dt.UTC)


def _found(path: Path, folder: Path, root: Path) -> FoundFile:
    found = str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
    name = os.fsencode(found).decode("utf-8", "backslashreplace")
    if name != found:
        sentence = f"{name} is a name that is not UTF-8 (\\x… stands for its bytes); rename the file."
        return FoundFile(path, name, UnreadableFile("bad_name", sentence))
    try:
        if path.resolve().is_relative_to(root):
            is_other = path.exists() and not path.is_file()
            problem = UnreadableFile("not_readable", f"{name} is a pipe, socket or device, no file; move it.")
            return FoundFile(path, name, problem if is_other else None)
    except (OSError, RuntimeError):  # pathlib says of a loop of links that it is a RuntimeError
        problem = UnreadableFile("not_readable", f"{name} cannot be followed (a loop of links?); delete it.")
        return FoundFile(path, name, problem)
    problem = UnreadableFile(
        "outside_folder",
        f"{name} is a link that leads out of the source's folder; put the file itself there.",
    )
    return FoundFile(path, name, problem)


def digest(stream: IO[bytes]) -> tuple[str, int]:
    """Give the SHA-256 of a stream, in hex, and its length in bytes."""
    sha256, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK_BYTES):
        sha256.update(block)
        size += len(block)
    return sha256.hexdigest(), size


def observed_at(source: Source, name: str, path: Path) -> dt.datetime:
    """Say when the platform was asked for a file: the next midnight (UTC) after the configured day or
    the day in its name (YYYY-MM-DD, YYYYMMDD), else the time the file was last written."""
    day = source.observed_on or _day_in(name)
    if day is not None:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    return dt.datetime.fromtimestamp(path.lstat().st_mtime, dt.UTC)


def observed_by(source: Source, name: str) -> str:
    """Say what tells `observed_at`: 'observed_on', 'file_name', or, for want of both, the 'file_clock'."""
    if source.observed_on is not None:
        return "observed_on"
    return "file_clock" if _day_in(name) is None else "file_name"


def _day_in(name: str) -> dt.date | None:
    """Find the last day that a file's name tells."""
    day = None
    for year, _, month, number in _DATE.findall(name):
        try:
            day = dt.date(int(year), int(month), int(number))
        except ValueError:  # such as 30 February: no date after all
            continue
    return day


@dataclass
class DigestCache:
    """Digests of files that have not changed since. Only saves reading: may be deleted at any time."""

    path: Path
    _entries: dict[str, Any] = field(default_factory=dict)
    _fresh: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, home: Home, source: str) -> DigestCache:
        path = home.root / "digests" / f"{source}.json"
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            entries = {}
        return cls(path, entries if isinstance(entries, dict) else {})

    def get(self, path: Path, stamp: Stamp) -> list[tuple[str | None, str, int]] | None:
        """Give (member, SHA-256, bytes) of each content of the file, or None where it must be read."""
        match entry := self._entries.get(str(path)):
            case [seen, list(digests)] if seen == _plain(stamp):
                self._fresh[str(path)] = entry
                return [(member, sha256, size) for member, sha256, size in digests]
        return None

    def failure(self, path: Path, stamp: Stamp) -> str | None:
        """Give the code of why the bytes of the file, as it still is, could not be had; None where they could."""
        match self._entries.get(str(path)):
            case [seen, str(code)] if seen == _plain(stamp):
                return code
        return None

    def put_failure(self, path: Path, stamp: Stamp, code: str) -> None:
        self._fresh[str(path)] = [_plain(stamp), code]

    def put(self, path: Path, stamp: Stamp, digests: list[tuple[str | None, str, int]]) -> None:
        self._fresh[str(path)] = [_plain(stamp), [list(d) for d in digests]]

    def forget(self, path: Path) -> None:
        """Let a file be read anew: it is not what its digest says."""
        self._fresh.pop(str(path), None)

    def save(self) -> None:
        """Keep what was seen in this landing, and nothing else."""
        if self._fresh != self._entries:
            with file_beside(self.path) as beside:
                beside.write_text(json.dumps(self._fresh), encoding="utf-8")


def _plain(stamp: Stamp) -> list[int]:
    return [stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.inode]
