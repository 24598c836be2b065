"""The workbench: a build of what serves, for `scrm dbt`, from which nothing is ever published.

    workbench/inputs, identity      links to the publication that serves: nothing is kept twice
    workbench/warehouse.duckdb      what dbt builds there: all by the first command, later what is named
    workbench/target, logs          dbt's own files

It holds the people of the publication, so it is its owner's alone, and goes with whatever takes rows back: the
next publication, `scrm withdraw`. Must not live here: how dbt is called (orchestration/dbt/).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from warehouse.errors import ScrmError
from warehouse.lake import Home, make_folder
from warehouse.publication.publications import current_id
from warehouse.publication.publish import MADE_OF

_BUILT = "built"


class NothingToWorkOn(ScrmError):
    """Nothing serves, or what serves was published before its inputs were kept."""


def open_workbench(home: Home, options: str = "") -> Path:
    """Return the workbench of the publication that serves, made anew where it was another one's.

    `options` go with the command that an error says to type next. Raises NothingToWorkOn.
    """
    serving = current_id(home)
    if serving is None:
        raise NothingToWorkOn(
            f"nothing is published under {home.published}, so there is nothing to run dbt on.",
            next_step=f"First: scrm run{options}",
        )
    if not all((home.published / serving / name).is_dir() for name in MADE_OF):
        raise NothingToWorkOn(
            f"publication {serving} does not hold what it was built from (an older version made it).",
            next_step=f"First: scrm run --force{options}",
        )
    if is_of(home) != serving:
        remove_workbench(home)
        make_folder(home.workbench)
        for name in MADE_OF:
            target = os.path.relpath((home.published / serving / name).resolve(), home.workbench.resolve())
            (home.workbench / name).symlink_to(target, target_is_directory=True)
    return home.workbench


def is_of(home: Home) -> str | None:
    """Id of the publication whose workbench it is; None without one."""
    link = home.workbench / MADE_OF[-1]  # the last that is made
    return Path(os.readlink(link)).parent.name if link.is_symlink() else None


def is_built(bench: Path) -> bool:
    """Whether dbt went through all models there once."""
    return (bench / _BUILT).exists()


def mark_as_built(bench: Path) -> None:
    """Say that dbt went through all models."""
    (bench / _BUILT).touch()


def remove_workbench(home: Home) -> None:
    """Remove the workbench with all that was built there; none is no error. Raises OSError."""
    if home.workbench.exists():
        shutil.rmtree(home.workbench)
