"""The build folder of a run, and the words for the code that made it.

A build that was published goes; the last ones that were not stay, to be looked into. Must not live here: what
is in a build (warehouse/inputs.py, dbt_project/, warehouse/identity/).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
from pathlib import Path

from warehouse.lake import Home, make_folder

KEPT_FAILURES = 2
_ROOT = Path(__file__).resolve().parents[1]
_CODE = ("ingestion", "warehouse", "quality", "orchestration", "dbt_project")
_SUFFIXES = {".py", ".sql", ".yml", ".csv", ".json"}
_MADE_BY_DBT = {"target", "logs", "dbt_packages"}


def begin_build(home: Home, run_id: str) -> Path:
    """Make the build folder of a run; all but the last builds that failed or were killed go."""
    left = sorted(_builds(home), key=lambda path: path.stat().st_mtime)
    for path in left[: max(0, len(left) - KEPT_FAILURES)]:
        shutil.rmtree(path)
    build = make_folder(home.build(run_id))
    serving = home.current / "identity"
    prior = build / "prior"
    if serving.is_dir():
        prior.symlink_to(os.path.relpath(serving.resolve(), build), target_is_directory=True)
    else:
        make_folder(prior)
    return build


def end_build(home: Home, run_id: str) -> None:
    """Remove a build whose content is published."""
    shutil.rmtree(home.build(run_id))


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
