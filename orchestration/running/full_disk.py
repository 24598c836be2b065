"""A full disk, told in words: where, how much is left, what to do.

Must not live here: how a run ends (run.py).
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from rich.filesize import decimal

# As the system, SQLite, and DuckDB (which keeps what it spills below nine tenths of what is free) say it.
_SIGNS = re.compile(
    r"No space left on device|Disk quota exceeded|database or disk is full|max_temp_directory_size"
)
# SQLite says this too where the disk is broken; so it is believed only where hardly anything is free.
_PERHAPS = "disk I/O error"
_HARDLY_ANYTHING = 2**24
_PATH = re.compile(r"""["'](/[^"'\n]+)["']""")


def is_full_disk(said: str, home: Path) -> bool:
    """Say whether an error's message tells of a full disk."""
    if _PERHAPS in said:
        return shutil.disk_usage(_existing(home)).free < _HARDLY_ANYTHING
    return _SIGNS.search(said) is not None


def full_disk_sentence(said: str, home: Path) -> str:
    """Say which disk ran full, what is left of it, what the home takes of it, and what to do.

    To be called once the build is removed. The disk is that of a path that the message names, else the home's.
    """
    named = _PATH.search(said)
    place = _existing(Path(named[1]) if named else home)
    usage = shutil.disk_usage(place)
    held = ", ".join(
        f"{name} {decimal(_size(home / name))}"
        for name in ("lake", "quarantine", "published")
        if (home / name).is_dir()
    )
    return (
        f"The disk that holds {place} ran full. What this run had built is removed again; now "
        f"{decimal(usage.free)} of {decimal(usage.total)} are free. {home} holds {held or 'nothing yet'}. "
        "Free space (publication.keep in scrm.yml says how many publications are kept), or let $SCRM_HOME name a "
        "folder on another disk, and run again: files that were read stay read."
    )


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
