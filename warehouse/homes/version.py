"""Which version of the warehouse made a home: a number of its layout, in `<home>/version.json`.

The layout is raised where a home of before cannot simply be used on. Homes of version 0.1 say nothing and are of
layout 1. Must not live here: what an upgrade does (ingestion/upgrade.py).
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
from dataclasses import asdict, dataclass
from typing import Any

from warehouse.errors import ScrmError
from warehouse.lake import Home, file_beside
from warehouse.ledger import Ledger

LAYOUT = 2
FILE_NAME = "version.json"
UPGRADE = "upgrade"


class HomeOfAnotherVersion(ScrmError):
    """A home that this version cannot use as it is."""


@dataclass(frozen=True)
class Version:
    """Layout of a home, and the version of the package that made it so."""

    layout: int
    package: str


OURS = Version(LAYOUT, importlib.metadata.version("social-crm-warehouse"))
_FIRST = Version(1, "0.1")


def version_of(home: Home) -> Version | None:
    """Return which version made a home; None where nothing has been written yet. Raises HomeOfAnotherVersion."""
    path = home.root / FILE_NAME
    if path.exists():
        return parse(path.read_bytes(), str(path))
    is_used = (home.ledger / "ledger.jsonl").exists() or home.current.is_symlink()
    return _FIRST if is_used else None


def parse(written: bytes, place: str) -> Version:
    """Read a version as it is written. Raises HomeOfAnotherVersion for anything else."""
    try:
        said: dict[str, Any] = json.loads(written)
        return Version(int(said["layout"]), str(said["package"]))
    except (ValueError, TypeError, KeyError) as error:
        raise HomeOfAnotherVersion(
            f"{place}: does not say which version made the home; the file is damaged.",
            next_step=f"Where you know that this one did, write {json.dumps(asdict(OURS))}.",
        ) from error


def stamp(home: Home) -> None:
    """Write that this version made the home what it is."""
    with file_beside(home.root / FILE_NAME) as beside:
        beside.write_text(json.dumps(asdict(OURS)) + "\n", encoding="utf-8")


def record_upgrade(home: Home, found: Version, now: dt.datetime) -> None:
    """Enter into the ledger that this version took over a home of another, and stamp it."""
    said = {"from": asdict(found), "to": asdict(OURS), "upgraded_at": now.isoformat(timespec="seconds")}
    Ledger(home.ledger).append(UPGRADE, said)
    stamp(home)


def refuse_newer(found: Version, place: str) -> None:
    """Raise HomeOfAnotherVersion for what a later version made."""
    if found.layout > LAYOUT:
        raise HomeOfAnotherVersion(
            f"{place} was made by version {found.package} (layout {found.layout}); this is {OURS.package}, which "
            f"knows layouts up to {LAYOUT}.",
            next_step=f"Use version {found.package} or later.",
        )


def claim(home: Home) -> None:
    """Let this version write to a home: stamp a new one, refuse one that a later version made."""
    found = version_of(home)
    if found is None:
        stamp(home)
    else:
        refuse_newer(found, str(home.root))


def refuse_older(home: Home) -> None:
    """Raise HomeOfAnotherVersion, with what to type, for a home that has to be upgraded before a run."""
    found = version_of(home)
    if found is not None and found.layout < LAYOUT:
        raise HomeOfAnotherVersion(
            f"{home.root} was made by version {found.package}, and this is {OURS.package}.",
            next_step="Keep a copy ('scrm backup FILE'), then type 'scrm upgrade'.",
        )
