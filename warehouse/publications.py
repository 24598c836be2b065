"""The publications there are, which of them serves, and going back to an earlier one.

A publication is a folder `published/<id>/`; the one that serves is where the link `published/current`
points. Switching replaces that link by one rename, so readers see the old one or the new one, whole. Must
not live here: how a publication is made (publish.py).
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.lake import Home
from warehouse.ledger import Ledger, LedgerBroken
from warehouse.manifest import FILE_NAME, ManifestUnreadable, read_manifest, sha256_of, verify_files

PUBLICATION, ROLLBACK, BEGUN_ANEW = "publication", "rollback", "begun_anew"


class NoSuchPublication(Exception):
    """The publication asked for is not kept, or there is none to go back to."""


class CannotSwitch(Exception):
    """The publication folder cannot be written; what served before still serves."""


@dataclass(frozen=True)
class Publication:
    """A publication that is kept. `left_undone` says what failed after it had been switched in."""

    publication_id: str
    path: Path
    published_at: str
    is_current: bool
    manifest: dict[str, Any]
    left_undone: tuple[str, ...] = ()


def list_publications(home: Home) -> list[Publication]:
    """Every publication kept, the newest first; folders that are none are left out (damaged_publications)."""
    found = [each for each in _read_all(home) if isinstance(each, Publication)]
    return sorted(found, key=lambda p: (p.published_at, p.publication_id), reverse=True)


def damaged_publications(home: Home) -> list[str]:
    """One sentence for each folder in `published/` that is no publication, or no longer one."""
    return sorted(str(each) for each in _read_all(home) if isinstance(each, ManifestUnreadable))


def _read_all(home: Home) -> Iterator[Publication | ManifestUnreadable]:
    serving = current_id(home)
    for path in home.published.iterdir() if home.published.exists() else ():
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            try:
                yield _read(path, is_current=path.name == serving)
            except ManifestUnreadable as error:
                yield error


def _read(path: Path, *, is_current: bool) -> Publication:
    manifest = read_manifest(path)
    return Publication(path.name, path, str(manifest["published_at"]), is_current, manifest)


def current_id(home: Home) -> str | None:
    """Id of the publication that serves; None before the first."""
    return os.readlink(home.current) if home.current.is_symlink() else None


def current_publication(home: Home) -> Publication | None:
    """The publication that serves; None before the first. Raises ManifestUnreadable if it was damaged."""
    serving = current_id(home)
    return None if serving is None else _read(home.published / serving, is_current=True)


def switch(home: Home, publication_id: str) -> None:
    """Let `published/current` point to a publication: one rename, on disk when this returns."""
    beside = home.published / f".current.{uuid.uuid4().hex[:8]}"
    try:
        beside.symlink_to(publication_id, target_is_directory=True)
        os.replace(beside, home.current)
        sync_path(home.published)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CannotSwitch(
            f"{home.published} cannot be written ({error.strerror}); the publication that served before "
            "still serves. Make the folder writable, or free space, and run again."
        ) from error


def rollback(home: Home, to: str | None = None) -> Publication:
    """Let an earlier publication serve again: the one named, else the newest before the current one.

    Where the current one is damaged, and so has no time to go by, the newest that is not. Nothing is
    deleted. The ledger says who was left for whom. Raises NoSuchPublication, CannotSwitch.
    """
    kept = list_publications(home)
    serving = next((p for p in kept if p.is_current), None)
    current_before = current_id(home)
    target = _target(home, kept, to)
    switch(home, target.publication_id)
    Ledger(home.ledger).append(
        ROLLBACK,
        {
            "from_publication": current_before,
            "from_fingerprint": serving.manifest.get("run_fingerprint") if serving else None,
            "to_publication": target.publication_id,
            "to_manifest_sha256": sha256_of(target.path / FILE_NAME),
        },
    )
    return Publication(target.publication_id, target.path, target.published_at, True, target.manifest)


def _target(home: Home, kept: list[Publication], to: str | None) -> Publication:
    if to is not None:
        for publication in kept:
            if publication.publication_id == to:
                return publication
        raise NoSuchPublication(_unknown(home, to))
    serving = current_id(home)
    if serving is None:
        raise NoSuchPublication("nothing has been published yet; there is nothing to go back to")
    place = next((number for number, publication in enumerate(kept) if publication.is_current), -1)
    for publication in kept[place + 1 :]:
        return publication
    raise NoSuchPublication(
        f"{serving} is the oldest publication kept; there is none before it. "
        "publication.keep in scrm.yml sets how many are kept."
    )


def _unknown(home: Home, publication_id: str) -> str:
    known = ", ".join(p.publication_id for p in list_publications(home)) or "none"
    damaged = "".join(f"\n{sentence}" for sentence in damaged_publications(home))
    return f"there is no publication {publication_id!r}; kept are {known}{damaged}"


def remove_old(home: Home, keep: int) -> list[str]:
    """Remove all but the newest `keep` publications, never the one that serves. Returns the ids removed."""
    removed = []
    for publication in list_publications(home)[keep:]:
        if not publication.is_current:
            aside = home.published / f".{publication.publication_id}.old"
            os.rename(publication.path, aside)
            shutil.rmtree(aside)
            removed.append(publication.publication_id)
    return removed


def record_if_missing(home: Home) -> bool:
    """Enter the current publication into the ledger if a killed run switched to it and could not say so."""
    try:
        serving = current_publication(home)
    except ManifestUnreadable:  # nothing of it can be recorded; verify() and `scrm publications` name it
        return False
    if serving is None:
        return False
    ledger = Ledger(home.ledger)
    known = {(e.payload or {}).get("publication_id") for e in ledger.entries(PUBLICATION)}
    if serving.publication_id in known:
        return False
    ledger.append(PUBLICATION, ledger_entry(serving.path, serving.manifest))
    return True


def ledger_entry(path: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """What the ledger keeps of a publication."""
    return {
        "publication_id": manifest["publication_id"],
        "run_id": manifest["run_id"],
        "published_at": manifest["published_at"],
        "run_fingerprint": manifest["run_fingerprint"],
        "manifest_sha256": sha256_of(path / FILE_NAME),
    }


def verify(home: Home, publication_id: str | None = None) -> list[str]:
    """Prove, offline, that ledger and publications are as they were written.

    Checks the ledger's chain, then each publication kept (or the one named): every file against its
    manifest, the manifest against the ledger, and the ledger's end against the manifest. One sentence for
    each thing that is not right. Raises NoSuchPublication where the one named is not kept.
    """
    folder = home.published / publication_id if publication_id else None
    if folder is not None and (folder.name != publication_id or not folder.is_dir() or folder.is_symlink()):
        raise NoSuchPublication(_unknown(home, str(publication_id)))
    try:
        Ledger(home.ledger).verify()
    except LedgerBroken as error:
        return [str(error)]
    recorded = _recorded_manifests(home)
    asked = str(home.published / (publication_id or ""))
    problems = [sentence for sentence in damaged_publications(home) if sentence.startswith(asked)]
    for publication in list_publications(home):
        if publication_id in (None, publication.publication_id):
            problems += _problems(publication, recorded)
    return problems + missing_lines(home, publication_id)


def _recorded_manifests(home: Home) -> dict[str, str]:
    """SHA-256 of the manifest of each publication, as the ledger has it."""
    recorded: dict[str, str] = {}
    for entry in Ledger(home.ledger).entries():
        if entry.kind == PUBLICATION and entry.payload:
            recorded[entry.payload["publication_id"]] = entry.payload["manifest_sha256"]
        elif entry.kind == BEGUN_ANEW and entry.payload:
            recorded |= entry.payload["manifests"]
    return recorded


def _problems(publication: Publication, recorded: Mapping[str, str]) -> Iterator[str]:
    yield from verify_files(publication.path)
    manifest = publication.path / FILE_NAME
    if recorded.get(publication.publication_id) != sha256_of(manifest):
        yield f"{manifest}: not the manifest that the ledger recorded when it was published"


def missing_lines(home: Home, publication_id: str | None = None) -> list[str]:
    """One sentence for each publication that names a line which the ledger has not (any more).

    A manifest that was altered, or was made under a ledger since begun anew, proves nothing of this one.
    """
    lines: dict[int, str] = {}
    older: set[str] = set()
    for entry in Ledger(home.ledger).entries():
        lines[entry.seq] = entry.hash
        if entry.kind == BEGUN_ANEW and entry.payload:
            older |= entry.payload["manifests"].keys()
    recorded = _recorded_manifests(home)
    problems = []
    for publication in list_publications(home):
        anchor = publication.manifest.get("ledger")
        is_altered = recorded.get(publication.publication_id) not in (
            None,
            sha256_of(publication.path / FILE_NAME),
        )
        is_asked = publication_id in (None, publication.publication_id)
        if not is_asked or not anchor or is_altered or publication.publication_id in older:
            continue
        if lines.get(anchor["entries"]) != anchor["hash"]:
            problems.append(
                f"{home.ledger}: line {anchor['entries']}, named by publication {publication.publication_id}, is "
                "missing or another one: the ledger was cut off or replaced"
            )
    return problems


def alterations(home: Home, publication: Publication) -> list[str]:
    """One sentence for each file of a publication that is not as it was published, its manifest included.

    One that a killed run switched to before it could enter it into the ledger is held against itself.
    """
    name = publication.publication_id
    recorded = {name: sha256_of(publication.path / FILE_NAME)} | _recorded_manifests(home)
    return list(_problems(publication, recorded))


def sync_path(folder: Path) -> None:
    """Make renames in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
