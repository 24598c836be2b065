"""The build folder of a run, and the words for the code that made it.

A build that was published goes, and with it those that were refused or killed before it. Until then the last
ones stay, to be looked into: of a refused one, reviewers ask about the links
(warehouse/identity/review/links_at_hand.py). Must not live here: what is in a build (warehouse/builds/inputs.py,
dbt_project/, warehouse/identity/).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
from pathlib import Path

from warehouse.lake import Home, make_folder
from warehouse.policy import KEPT_FAILED_BUILDS
from warehouse.publication.manifest import verify_files

_ROOT = Path(__file__).resolve().parents[2]
_CODE = ("ingestion", "warehouse", "quality", "orchestration", "dbt_project")
_SUFFIXES = {".py", ".sql", ".yml", ".csv", ".json"}
_MADE_BY_DBT = {"target", "logs", "dbt_packages"}


class PriorStateMissing(Exception):
    """The publication that serves has no identity state, or another one: a run would mix up person ids."""


def begin_build(home: Home, run_id: str) -> Path:
    """Make the build folder of a run; all but the last builds that failed or were killed go.

    Its `prior` leads to the identity state of the publication that serves, or that a backup brought, and is empty
    without either. Raises PriorStateMissing.
    """
    for path in _builds(home):
        if (home.published / path.name).is_dir():  # its clean-up failed, or was killed
            shutil.rmtree(path)
    left = sorted(_builds(home), key=lambda path: path.stat().st_mtime)
    for path in left[: max(0, len(left) - KEPT_FAILED_BUILDS)]:
        shutil.rmtree(path)
    build = make_folder(home.build(run_id))
    _link_prior(home, build)
    return build


def _link_prior(home: Home, build: Path) -> None:
    prior = build / "prior"
    source = prior_state(home)
    if source is None:
        make_folder(prior)
        return
    serving = (source / "identity").resolve()
    # Both ends resolved: where the home lies behind a link, a mixed path would lead nowhere.
    prior.symlink_to(os.path.relpath(serving, build.resolve()), target_is_directory=True)
    way_out = (
        "Go back to another publication ('scrm publications', 'scrm rollback ID'); to begin with new ids, remove "
        f"the link {home.current}."
        if source == home.current
        else f"Restore another backup; to begin with new ids, remove the folder {home.restored}."
    )
    if not prior.is_dir():
        raise PriorStateMissing(
            f"{serving} is not there, or cannot be reached from {prior}: without the identity state of the "
            f"publication that serves, everybody would get a new person id. {way_out}"
        )
    altered = verify_files(serving.parent, within="identity/")
    if altered:
        raise PriorStateMissing(f"{altered[0]}: a run would give people the ids of others. {way_out}")


def prior_state(home: Home) -> Path | None:
    """Folder that holds `identity/` and a manifest to prove it: what serves, else what a backup brought."""
    if home.current.is_symlink():
        return home.current
    return home.restored if home.restored.is_dir() else None


def end_build(home: Home, run_id: str) -> None:
    """Remove a build that is needed no longer; one that is gone already is no error. Raises OSError."""
    build = home.build(run_id)
    if build.exists():
        shutil.rmtree(build)


def end_builds(home: Home) -> None:
    """Remove what a publication supersedes: every build, the workbench, the state of a backup. Raises OSError."""
    for path in _builds(home):
        shutil.rmtree(path)
    for superseded in (home.restored, home.workbench):
        if superseded.exists():
            shutil.rmtree(superseded)


def code_version() -> str:
    """Return the version of the package and a hash over its code: equal only where every rule is."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((_ROOT / folder).rglob("*")):
            relative = path.relative_to(_ROOT)
            if path.suffix in _SUFFIXES and not _MADE_BY_DBT & set(relative.parts):
                digest.update(f"{relative}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return f"{importlib.metadata.version('social-crm-warehouse')}+{digest.hexdigest()[:12]}"


def _builds(home: Home) -> list[Path]:
    return [path for path in home.builds.iterdir() if path.is_dir()] if home.builds.exists() else []
