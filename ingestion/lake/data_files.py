"""The files of lake and quarantine as the ledger lists them: hashed when written, compared before they are read.

An entry of the ledger lists the parts of one landed file: path in the home, SHA-256, bytes. It is written while
the parts lie beside their places, under names that begin with a dot; then they are moved. So what lies in a
place is what the last entry lists, or a killed run left it, and the next one moves the rest. Must not live here:
what is done where that is not so (guard.py), what is in the files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.quarantine import quarantine_path
from warehouse.lake import FILE_MODE, Home, make_folder, sweep
from warehouse.ledger import Entry

# Kinds of ledger entries that list parts; the second is of the empty parts that every table has.
FILE_KIND, SCHEMA_KIND = "file", "lake_schema"
# Source and file of the empty parts, as if a file of no rows had landed.
SCHEMA = "_schema"
# Outcomes under which a file has parts: its rows, or what was rejected of it.
HOLDING = ("landed", "failed")
LOST = "lost"
# Beside a file's tables: identity (a hash) and kind of every accepted record. No build reads it.
RECORDS_FILE = "_records.parquet"
_TOP = ("lake", "quarantine")
_THREADS = 8

Parts = dict[str, dict[str, Any]]
Key = tuple[str, str]


@dataclass(frozen=True)
class Listed:
    """What the ledger says last of a file. `parts` is None where it landed before parts were hashed.

    `earlier` are those that the entry before listed, which a killed run may not have removed yet.
    """

    payload: dict[str, Any]
    parts: Parts | None
    earlier: Parts = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """A file of lake or quarantine that is not as the ledger lists it: missing, altered, or unlisted."""

    kind: str
    path: str
    key: Key

    @property
    def is_of_rows(self) -> bool:
        """Whether a build would read it."""
        return is_of_rows(self.path)

    @property
    def sentence(self) -> str:
        """What is wrong with which file."""
        said = {
            "missing": "is missing, but the ledger lists it",
            "altered": "was altered: its bytes are not those that the ledger lists",
            "unlisted": "is in no line of the ledger",
        }
        return f"{os.fsencode(self.path).decode('utf-8', 'backslashreplace')} {said[self.kind]}"


@dataclass
class Comparison:
    """Lake and quarantine held against the ledger. `beside` maps a path to the copy that belongs there."""

    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    beside: dict[str, Path] = field(default_factory=dict)
    leftovers: list[Path] = field(default_factory=list)
    unhashed: list[Key] = field(default_factory=list)
    returned: list[Key] = field(default_factory=list)


def list_parts(entries: Iterable[Entry]) -> dict[Key, Listed]:
    """Give what the ledger lists of each file, from all of its entries, in order."""
    listed: dict[Key, Listed] = {(SCHEMA, SCHEMA): Listed({"outcome": "landed"}, None)}
    for entry in entries:
        if entry.kind not in (FILE_KIND, SCHEMA_KIND) or not (payload := entry.payload):
            continue
        if not payload["source_file_sha256"]:  # its bytes could not be had
            continue
        key = (payload["source"], payload["source_file_sha256"])
        before = listed.get(key)
        earlier = (before.parts or before.earlier) if before else {}
        parts: Parts | None = {}
        if payload["outcome"] in HOLDING:
            parts = payload.get("parts", {} if payload["outcome"] == "failed" else None)
        listed[key] = Listed(payload, parts, earlier)
    return listed


def is_of_rows(name: str) -> bool:
    """Say whether a build reads a part: all of the lake but what begins with '_', which only landing reads."""
    return name.startswith("lake/") and not name.rpartition("/")[2].startswith("_")


def hash_file(path: Path) -> dict[str, Any]:
    """Give SHA-256 and size of a file, as the ledger lists them."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"sha256": digest, "bytes": file.tell()}


def compare_part(home: Home, path: Path, parts: Mapping[str, dict[str, Any]]) -> bool:
    """Say whether a file is the part that is listed."""
    return hash_file(path) == parts.get(_name(home, path))


def compare(home: Home, listed: Mapping[Key, Listed], source: str | None = None) -> Comparison:
    """Hash the files of lake and quarantine, of one source or of all, and hold them against the ledger."""
    mine = {key: each for key, each in listed.items() if source in (None, key[0])}
    found = {_name(home, path): path for path in _files(home, source)}
    with ThreadPoolExecutor(_THREADS) as pool:
        hashed = dict(zip(found, pool.map(_hash_regular, found.values()), strict=True))
    hidden = {name: part for name, part in hashed.items() if _is_hidden(name)}
    visible = {name: part for name, part in hashed.items() if name not in hidden}
    result = Comparison(files=len(visible), leftovers=[found[name] for name in hidden])
    expected: set[str] = set()
    for key, each in mine.items():
        if each.parts is None:
            result.unhashed.append(key)
        for name, part in (_unhashed(key, each.payload) if each.parts is None else each.parts).items():
            expected.add(name)
            there = visible.get(name)
            if there and part in ({}, there):
                continue
            if copy := next((h for h in hidden if hidden[h] == part and _place(h, key) == name), None):
                result.beside[name] = found[copy]
            else:
                result.faults.append(Fault("altered" if name in visible else "missing", name, key))
    _sort_unlisted(result, mine, found, {n: p for n, p in visible.items() if n not in expected})
    return result


def _sort_unlisted(
    result: Comparison, listed: Mapping[Key, Listed], found: Mapping[str, Path], unlisted: Parts
) -> None:
    """Tell what a killed run left, and what was brought back, from what nobody here wrote."""
    for key, each in listed.items():
        if each.payload["outcome"] == LOST and _is_back(each.payload.get("parts", {}), unlisted):
            result.returned.append(key)
    for name, part in unlisted.items():
        key = _key(name)
        if not (of := listed.get(key)):
            result.faults.append(Fault("unlisted", name, key))
        elif of.parts is None or (key in result.returned and of.payload["parts"].get(name) == part):
            continue  # it belongs there
        elif part and of.payload["outcome"] != LOST and of.earlier.get(name) == part:
            result.leftovers.append(found[name])
        else:
            result.faults.append(Fault("unlisted", name, key))


def _is_back(parts: Parts, unlisted: Parts) -> bool:
    rows = [name for name in parts if is_of_rows(name)]
    return bool(rows) and all(unlisted.get(name) == parts[name] for name in rows)


def settle(comparison: Comparison, home: Home, source: str) -> None:
    """Do what a killed run did not get to: move parts to their places, remove what it left."""
    for name, copy in comparison.beside.items():
        _move(copy, home.root / name)
    for path in comparison.leftovers:
        _remove(path)
    for top in _TOP:
        sweep(home.root / top / source)


@dataclass
class Beside:
    """Where the parts of a file are written, before the ledger lists them."""

    home: Home
    key: Key
    lake: Path
    quarantine: Path
    is_listed: bool = False  # from then on it is the next run's to move, if this one cannot

    def put_in_place(self, enter: Callable[[Parts], None], kept: Parts | None = None) -> None:
        """Let `enter` list what was written in the ledger, then move it to its places.

        What lay there goes, but those parts of `kept` that were not written anew.
        """
        parts = (kept or {}) | self.parts()
        self.is_listed = True
        enter(parts)
        self.move(parts)

    def parts(self) -> Parts:
        """Give what was written, as the ledger lists it."""
        return {_place(_name(self.home, path), self.key): hash_file(path) for path in self._written()}

    def move(self, parts: Parts) -> None:
        """Move what was written, and `parts` list in the ledger, to its places."""
        for path in self._written():
            _move(path, self.home.root / _place(_name(self.home, path), self.key))
        remove_parts(self.home, self.key, keep=parts)
        self.remove()

    def remove(self) -> None:
        """Remove the places beside."""
        for folder in (self.lake, self.quarantine):
            shutil.rmtree(folder, ignore_errors=True)

    def _written(self) -> list[Path]:
        return sorted(
            path for place in (self.lake, self.quarantine) if place.exists() for path in place.iterdir()
        )


def put_all_in_place(places: Sequence[Beside], enter: Callable[[list[Parts]], None]) -> None:
    """Let `enter` list what was written for several files in the ledger at once, then move it to its places."""
    listed = [place.parts() for place in places]
    for place in places:
        place.is_listed = True
    enter(listed)
    for place, parts in zip(places, listed, strict=True):
        place.move(parts)


@contextmanager
def written_beside(home: Home, source: str, sha256: str) -> Iterator[Beside]:
    """Give places beside the lake and the quarantine to write to; what is never listed goes."""
    hidden = f".{sha256}.{uuid.uuid4().hex[:8]}"
    beside = Beside(home, (source, sha256), home.lake / source / hidden, home.quarantine / source / hidden)
    make_folder(beside.lake)
    try:
        yield beside
    finally:
        if not beside.is_listed:
            beside.remove()


def remove_parts(home: Home, key: Key, keep: Iterable[str] = ()) -> None:
    """Remove what lies in the places of a file, but what is listed in `keep`."""
    kept = set(keep)
    for path in parts_of(home, key):
        if _name(home, path) not in kept:
            _remove(path)


def parts_of(home: Home, key: Key) -> list[Path]:
    """List what lies in the places of a file."""
    source, sha256 = key
    folder, rejected = home.landed_folder(source, sha256), quarantine_path(home, source, sha256)
    return [*(_walk(folder) if folder.is_dir() else ()), *((rejected,) if rejected.exists() else ())]


def _unhashed(key: Key, payload: Mapping[str, Any]) -> Parts:
    """The parts that a file from before parts were hashed must have at least: those of its rows."""
    return {f"lake/{key[0]}/{key[1]}/{table}.parquet": {} for table in payload.get("rows") or {}}


def _files(home: Home, source: str | None) -> list[Path]:
    roots = [home.root / top / source if source else home.root / top for top in _TOP]
    return sorted(path for root in roots if root.exists() for path in _walk(root))


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what is no folder; a link counts as a file, wherever it leads."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            else:
                yield Path(entry.path)


def _hash_regular(path: Path) -> dict[str, Any]:
    """Hash a file; what is none (a link, a pipe) is equal to nothing."""
    return hash_file(path) if path.is_file() and not path.is_symlink() else {}


def _name(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _key(name: str) -> Key:
    """The file that a place is of, as far as its path tells."""
    _, source, file, *_ = [*name.split("/"), "", ""]
    return source, file.removesuffix(".parquet") if name.startswith("quarantine/") else file


def _place(hidden: str, key: Key) -> str:
    """Where a part that lies beside belongs; empty where it is of another file."""
    top, source, folder, *rest = [*hidden.split("/"), "", ""]
    if source != key[0] or not folder.startswith(f".{key[1]}.") or not rest[0]:
        return ""
    return f"lake/{source}/{key[1]}/{rest[0]}" if top == "lake" else f"quarantine/{source}/{rest[0]}"


def _move(path: Path, target: Path) -> None:
    make_folder(target.parent)
    os.chmod(path, FILE_MODE)
    os.replace(path, target)


def _remove(path: Path) -> None:
    """Remove a file, and its folder where nothing else is in it."""
    path.unlink(missing_ok=True)
    folder = path.parent
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
