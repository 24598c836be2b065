"""A backup: one file with what a home holds and cannot compute again.

    backup.json                 what the file holds, by SHA-256; of which version; when
    configuration/…             scrm.yml, checks.yml, models/, a linkage model that scrm.yml names beside it
    home/ledger/…               what was read, withdrawn, accepted, published
    home/identity/…             reviewers' decisions, models trained here
    home/restored/…             identity state and manifest of the publication that serves
    home/version.json           the version that made the home

Lake, marts and reports are not in it: a run makes them again from the exports, which stay where they are. Must not
live here: making a home of a backup (restore.py).
"""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.builds.folders import prior_state
from warehouse.errors import ScrmError
from warehouse.homes.version import FILE_NAME as VERSION_FILE
from warehouse.homes.version import OURS
from warehouse.lake import Home, file_beside
from warehouse.ledger import Ledger
from warehouse.own_models.outcome import own_files
from warehouse.publication.manifest import FILE_NAME as MANIFEST
from warehouse.publication.manifest import sha256_of, verify_files
from warehouse.settings import CHECKS_NAME, CONFIG_NAME, Settings

CONTENTS = "backup.json"
FORMAT = 1
# Computed again from the pictures.
_NOT_KEPT = frozenset(("avatars.parquet",))


class CannotBackUp(ScrmError):
    """The backup cannot be written, or what it should hold was altered."""


@dataclass(frozen=True)
class BackedUp:
    """What went into a backup."""

    path: Path
    files: int
    ledger_entries: int
    publication: str | None


def write_backup(home: Home, settings: Settings, path: Path, now: dt.datetime) -> BackedUp:
    """Write a backup of a home that nobody else writes to meanwhile; the file is its owner's alone.

    Raises CannotBackUp where the file exists or identity state was altered, LedgerBroken for a broken ledger.
    """
    if path.exists():
        raise CannotBackUp(f"{path} exists already, and is not overwritten.", next_step="Name another file.")
    entries = Ledger(home.ledger).verify()
    source = prior_state(home)
    state = source.resolve() if source else None
    if state is not None and (altered := verify_files(state, within="identity/")):
        raise CannotBackUp(
            f"{altered[0]}: the person ids in it cannot be trusted.",
            next_step="Go back to another publication ('scrm publications', 'scrm rollback ID').",
        )
    files = dict(_files(home, settings, state))
    contents: dict[str, Any] = {
        "format": FORMAT,
        "package": OURS.package,
        "made_at": now.isoformat(timespec="seconds"),
        "publication": state.name if state and source == home.current else None,
        "ledger_entries": entries,
        "files": {name: sha256_of(file) for name, file in files.items()},
    }
    with file_beside(path.absolute()) as beside, tarfile.open(beside, "w:gz") as archive:
        said = json.dumps(contents, indent=2, sort_keys=True).encode()
        head = tarfile.TarInfo(CONTENTS)
        head.size, head.mtime = len(said), int(now.timestamp())
        archive.addfile(head, io.BytesIO(said))
        for name, file in files.items():
            archive.add(file, name, recursive=False)
    return BackedUp(path, len(files), entries, contents["publication"])


def _files(home: Home, settings: Settings, state: Path | None) -> Iterator[tuple[str, Path]]:
    yield f"configuration/{CONFIG_NAME}", settings.path
    beside = (settings.folder / CHECKS_NAME, settings.folder / settings.identity.model, *own_files(settings))
    for file in beside:
        is_beside = file.is_relative_to(settings.folder) and ".." not in file.parts
        if file.is_file() and is_beside and not file.is_relative_to(home.root):
            yield f"configuration/{file.relative_to(settings.folder).as_posix()}", file
    for folder in (home.ledger, home.identity):
        for file in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(home.root).parts)
            if file.is_file() and not file.is_symlink() and file.name not in _NOT_KEPT and not hidden:
                yield f"home/{file.relative_to(home.root).as_posix()}", file
    if state is not None:
        yield f"home/restored/{MANIFEST}", state / MANIFEST
        for file in sorted((state / "identity").glob("*.parquet")):
            yield f"home/restored/identity/{file.name}", file
    if (home.root / VERSION_FILE).exists():
        yield f"home/{VERSION_FILE}", home.root / VERSION_FILE
