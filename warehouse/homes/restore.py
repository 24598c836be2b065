"""Makes a home of a backup: what cannot be computed again is put in place, and the next run makes the rest.

Every file is checked against the backup's own list before any is put in place; the ledger comes last, so a restore
that was killed is no home yet. Must not live here: what a backup holds (backup.py).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from warehouse.errors import ScrmError
from warehouse.homes.backup import CONTENTS, FORMAT
from warehouse.homes.version import FILE_NAME as VERSION_FILE
from warehouse.homes.version import parse, refuse_newer
from warehouse.lake import FILE_MODE, Home, make_folder
from warehouse.ledger import Ledger
from warehouse.publication.manifest import sha256_of
from warehouse.settings import CONFIG_NAME

RESTORE = "restore"


class CannotRestore(ScrmError):
    """The file is no whole backup, or the home is not empty."""


@dataclass(frozen=True)
class Unpacked:
    """A backup whose files were all found to be as they were backed up, in a folder that goes afterwards."""

    folder: Path
    contents: Mapping[str, Any]
    config: Path


@contextmanager
def unpacked(path: Path, config: Path) -> Iterator[Unpacked]:
    """Unpack a backup beside the scrm.yml that it is for.

    Raises CannotRestore, HomeOfAnotherVersion, LedgerBroken.
    """
    config = config if config.suffix in (".yml", ".yaml") else config / CONFIG_NAME
    config.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=config.parent, prefix=".restore-") as name:
        folder = Path(name)
        contents = _unpack(path, folder)
        Ledger(folder / "home" / "ledger").verify()
        yield Unpacked(folder, contents, config.absolute())


def put_in_place(backup: Unpacked, home: Home, now: dt.datetime) -> tuple[Path, ...]:
    """Make `home`, which must be empty, of a backup, and write the configuration where there is none.

    Returns files of the configuration that were there already and differ. Raises CannotRestore.
    """
    _refuse_used(home)
    kept = _put_configuration(backup.folder / "configuration", backup.config)
    _put_home(backup.folder / "home", home)
    said = {"made_at": backup.contents["made_at"], "restored_at": now.isoformat(timespec="seconds")}
    Ledger(home.ledger).append(RESTORE, said)
    return kept


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Write the files of a backup below a folder, each as the backup's list says; return the list."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            head = archive.extractfile(CONTENTS)
            contents: dict[str, Any] = json.loads(head.read()) if head is not None else {}
            if contents["format"] > FORMAT:
                raise CannotRestore(
                    f"{path} was written by version {contents['package']}, in a format not known to this one.",
                    next_step=f"Use version {contents['package']} or later.",
                )
            for name, sha256 in contents["files"].items():
                target = folder / _inside(path, name)
                make_folder(target.parent)
                member = archive.extractfile(name)
                if member is None:
                    raise KeyError(name)
                with member, open(os.open(target, os.O_WRONLY | os.O_CREAT, FILE_MODE), "wb") as file:
                    shutil.copyfileobj(member, file)
                if sha256_of(target) != sha256:
                    raise _damaged(path, f"{name} is not what was backed up")
    except FileNotFoundError as error:
        raise CannotRestore(f"{path} does not exist.", next_step="Name a file of 'scrm backup'.") from error
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise _damaged(path, f"{type(error).__name__}: {error}") from error
    version = folder / "home" / VERSION_FILE
    if version.exists():
        refuse_newer(parse(version.read_bytes(), str(path)), str(path))
    return contents


def _inside(path: Path, name: str) -> PurePosixPath:
    """Return the name of a member, which must lie below one of the two folders of a backup."""
    relative = PurePosixPath(name)
    if relative.parts[:1] not in (("configuration",), ("home",)) or ".." in relative.parts:
        raise _damaged(path, f"{name!r} is no place in a backup")
    return relative


def _damaged(path: Path, what: str) -> CannotRestore:
    return CannotRestore(
        f"{path} is no whole backup ({what}); nothing was restored.", next_step="Take another copy of it."
    )


def _put_configuration(backed_up: Path, config: Path) -> tuple[Path, ...]:
    """Put files of the configuration where there are none; return those that are there and differ."""
    kept = []
    for file in sorted(each for each in backed_up.rglob("*") if each.is_file()):
        name = file.relative_to(backed_up)
        target = config if name == Path(CONFIG_NAME) else config.parent / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)
        elif sha256_of(target) != sha256_of(file):
            kept.append(target)
    return tuple(kept)


def _refuse_used(home: Home) -> None:
    used = [
        place
        for place in (home.ledger, home.identity, home.restored, home.published, home.lake)
        if _holds(place)
    ]
    if used:
        raise CannotRestore(
            f"{home.root} is in use: {used[0]} is not empty, and a backup is restored into an empty home.",
            next_step="Let $SCRM_HOME name another folder, or move this one away.",
        )


def _holds(place: Path) -> bool:
    return place.is_dir() and any(place.iterdir())


def _put_home(whole: Path, home: Home) -> None:
    (home.root / VERSION_FILE).unlink(missing_ok=True)  # the backup says which version made what is in it
    for place in sorted(whole.iterdir(), key=lambda each: each.name == "ledger"):
        target = home.root / place.name
        if target.is_dir():  # empty
            target.rmdir()
        shutil.move(place, target)
