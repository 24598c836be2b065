"""Who may read a publication: its owner, and the group that `publication.group` names; without it nobody.

Identity state and inputs stay the owner's alone: they tie native ids together, and name accounts. Must
not live here: who may see which mart (that is what the separate files of people are for).
"""

from __future__ import annotations

import grp
import os
from pathlib import Path

from warehouse.lake import FILE_MODE, FOLDER_MODE, Home

GROUP_FOLDER_MODE = 0o750
GROUP_FILE_MODE = 0o640
_PASS_THROUGH = 0o710  # the group may go through the home folder, not list it
_OWNERS_ALONE = frozenset(("identity", "inputs"))


class NoSuchGroup(OSError):
    """`publication.group` names a group that this machine does not know."""


def grant_access(home: Home, publication: Path, group: str | None) -> None:
    """Set the modes of a publication, and of the folders that lead to it. Raises OSError."""
    number = None if group is None else number_of(group)
    for path in (publication, *publication.rglob("*")):
        private = number is None or not _OWNERS_ALONE.isdisjoint(path.relative_to(publication).parts[:1])
        if number is not None and not private:
            os.chown(path, -1, number)
        if path.is_dir():
            path.chmod(FOLDER_MODE if private else GROUP_FOLDER_MODE)
        else:
            path.chmod(FILE_MODE if private else GROUP_FILE_MODE)
    for folder, mode in ((home.root, _PASS_THROUGH), (home.published, GROUP_FOLDER_MODE)):
        if number is not None:
            os.chown(folder, -1, number)
            folder.chmod(mode)
        elif folder.stat().st_mode & 0o077:  # a group configured before loses every publication kept
            folder.chmod(FOLDER_MODE)


def number_of(group: str) -> int:
    """Return the number of a group of this machine. Raises NoSuchGroup."""
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise NoSuchGroup(
            f"publication.group in scrm.yml names {group!r}, and this machine has no such group; create it "
            "or take the setting out"
        ) from None
