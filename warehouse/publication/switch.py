"""Which publication serves: switching to one, and going back to an earlier one.

Switching replaces the link `published/current` by one rename, so readers see the old one or the new one, whole.
Must not live here: how a publication is made (publish.py), which ones there are (publications.py).
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from warehouse.errors import ScrmError
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.manifest import FILE_NAME, sha256_of
from warehouse.publication.publications import (
    NoSuchPublication,
    Publication,
    current_id,
    find_publication,
    list_publications,
)
from warehouse.publication.withdrawn import files_behind, withdrawn_files

ROLLBACK = "rollback"


class HoldsWithdrawn(ScrmError):
    """The publication to go back to was made from files that are withdrawn."""


class CannotSwitch(Exception):
    """The publication folder cannot be written; what served before still serves."""


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


def rollback(home: Home, to: str | None = None, *, with_withdrawn: bool = False) -> Publication:
    """Let an earlier publication serve again: the one named, else the newest before the current one.

    Where the current one is damaged, and so has no time to go by, the newest that is not. Nothing is
    deleted. The ledger says who was left for whom. Raises NoSuchPublication, CannotSwitch, and HoldsWithdrawn
    where the publication was made from files withdrawn since, unless `with_withdrawn`.
    """
    kept = list_publications(home)
    serving = next((p for p in kept if p.is_current), None)
    current_before = current_id(home)
    target = _target(home, kept, to)
    if not with_withdrawn:
        _refuse_withdrawn(home, kept, target)
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


def _refuse_withdrawn(home: Home, kept: list[Publication], target: Publication) -> None:
    withdrawn = withdrawn_files(home)
    held = sorted(files_behind(target) & withdrawn.keys())
    if not held:
        return
    files = ", ".join(withdrawn[file] for file in held[:5]) + (" and others" if len(held) > 5 else "")
    free = [
        each.publication_id
        for each in kept
        if not each.is_current and files_behind(each).isdisjoint(withdrawn)
    ]
    raise HoldsWithdrawn(
        f"{target.publication_id} was made from what is withdrawn since: {files}. It would serve those rows "
        "again; nothing was switched.",
        next_step=(
            f"Kept without them: {', '.join(free)}. " if free else "None that is kept is without them. "
        )
        + "To let it serve all the same: scrm rollback --with-withdrawn",
    )


def _target(home: Home, kept: list[Publication], to: str | None) -> Publication:
    if to is not None:
        return find_publication(home, to)
    serving = current_id(home)
    if serving is None:
        raise NoSuchPublication("nothing has been published yet; there is nothing to go back to")
    place = next((number for number, publication in enumerate(kept) if publication.is_current), -1)
    for publication in kept[place + 1 :]:
        return publication
    raise NoSuchPublication(
        f"{serving} is the oldest publication kept; there is none before it.",
        next_step="publication.keep in scrm.yml sets how many are kept.",
    )


def sync_path(folder: Path) -> None:
    """Make renames in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
