"""The publications there are, which of them serves, what the ledger says of them, and removing old ones.

A publication is a folder `published/<id>/`; the one that serves is where the link `published/current`
points. Must not live here: how a publication is made (publish.py), letting another one serve (switch.py).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.errors import ScrmError
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.manifest import FILE_NAME, ManifestUnreadable, read_manifest, sha256_of

PUBLICATION, BEGUN_ANEW = "publication", "begun_anew"


class NoSuchPublication(ScrmError):
    """The publication asked for is not kept, or there is none to go back to."""


@dataclass(frozen=True)
class Publication:
    """A publication that is kept. `left_undone` says what failed beside it."""

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


def find_publication(home: Home, words: str) -> Publication:
    """Return the publication of an id, or of the beginning of one that no other has. Raises NoSuchPublication."""
    kept = list_publications(home)
    exact = [each for each in kept if each.publication_id == words]
    found = exact or [each for each in kept if words and each.publication_id.startswith(words)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise no_such_publication(home, words)
    listed = ", ".join(each.publication_id for each in found)
    raise NoSuchPublication(
        f"{words!r} begins the ids of several publications: {listed}; give more of the id"
    )


def no_such_publication(home: Home, publication_id: str) -> NoSuchPublication:
    """Give the error that names the publications kept."""
    known = ", ".join(p.publication_id for p in list_publications(home)) or "none"
    damaged = "".join(f"\n{sentence}" for sentence in damaged_publications(home))
    return NoSuchPublication(f"there is no publication {publication_id!r}; kept are {known}{damaged}")


def remove_old(home: Home, keep: int) -> list[str]:
    """Remove all but the newest `keep` publications, never the one that serves. Returns the ids removed."""
    removed = []
    for publication in list_publications(home)[keep:]:
        if not publication.is_current:
            remove_publication(home, publication)
            removed.append(publication.publication_id)
    return removed


def remove_publication(home: Home, publication: Publication) -> None:
    """Remove a publication: gone at once for readers, whatever becomes of its files."""
    aside = home.published / f".{publication.publication_id}.old"
    os.rename(publication.path, aside)
    shutil.rmtree(aside)


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
