"""Carries the lake of a home that an earlier version made over to this one: its files land anew.

What landed is taken aside, file by file, and the ledger still lists it; so the next run finds it missing and
lands it from its source, by this version's rules. Person ids, decisions and the ledger's chain stay as they are.
Must not live here: which version made a home (warehouse/homes/version.py).
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from ingestion.lake.data_files import parts_of
from ingestion.lake.known_files import KnownFiles, Payload
from ingestion.landed_content import landing_copies
from warehouse.errors import ScrmError
from warehouse.lake import Home, make_folder
from warehouse.ledger import Ledger
from warehouse.settings import Settings

_NAMED = 5


class CannotUpgrade(ScrmError):
    """Files that landed are not in the landing folders any more, so that they could not land anew."""


@dataclass(frozen=True)
class TakenAside:
    """How many files land anew with the next run, and where their parts lie; `left` stay as they landed."""

    files: int
    folder: Path
    left: int


def take_lake_aside(settings: Settings, home: Home, now: dt.datetime, *, keep_gone: bool) -> TakenAside:
    """Take aside what landed of the configured sources. With `keep_gone`, files that are gone keep their rows.

    Safe to be killed and begun again. Raises CannotUpgrade where files are gone.
    """
    ledger = Ledger(home.ledger)
    there: list[Payload] = []
    gone: list[Payload] = []
    for source in settings.sources:
        copies = landing_copies(source, settings, home)
        for payload in KnownFiles(ledger, source.name).with_outcome("landed"):
            (there if payload["source_file_sha256"] in copies else gone).append(payload)
    if gone and not keep_gone:
        raise _gone(gone)
    folder = home.set_aside / f"upgrade-{now:%Y%m%dT%H%M%S}"
    for payload in there:
        for path in parts_of(home, (payload["source"], payload["source_file_sha256"])):
            target = folder / path.relative_to(home.root)
            make_folder(target.parent)
            shutil.move(path, target)
    return TakenAside(len(there), folder, len(gone))


def _gone(gone: list[Payload]) -> CannotUpgrade:
    named = [f"  {p['source']}: {p['file_name']}  SHA-256 {p['source_file_sha256']}" for p in gone[:_NAMED]]
    more = [f"  … and {len(gone) - _NAMED:,} more"] if len(gone) > _NAMED else []
    count = "1 file is" if len(gone) == 1 else f"{len(gone):,} files are"
    first = f"Of what landed, {count} in the landing folders no longer, and could not land anew:"
    return CannotUpgrade(
        "\n".join([first, *named, *more, "Nothing was changed."]),
        next_step="Put them back, take them out for good ('scrm withdraw SHA-256'), or let their rows stay as the "
        "earlier version read them: scrm upgrade --keep-gone",
    )
