"""Where everything lies under `$SCRM_HOME`, and how a folder or file comes into being atomically.

    lake/<source>/<sha256>/<table>.parquet   canonical rows, one folder a landed file
    lake/_schema/_schema/<table>.parquet     empty, so that a glob over a table always finds its schema
    quarantine/<source>/<sha256>.parquet     rejected records, raw bytes and reason
    ledger/                                  ledger.py
    identity/                                reviewers' decisions and models trained here
    restored/                                identity state of a backup, until a run publishes
    set_aside/                               what was found and is not read: altered parts, strangers, old ledgers
    builds/<run_id>/                         a run's work, thrown away when it or a later one is published
    workbench/                               what `scrm dbt` builds of what serves (builds/workbench.py)
    published/<publication_id>/              marts, people, docs, inputs and identity state, manifest
    published/current                        link to the publication that serves

A folder of the lake is complete or absent: it is written beside and renamed. Must not live here: what is
in the files.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True)
class Home:
    """The folder of the warehouse, and the places in it."""

    root: Path

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def identity(self) -> Path:
        return self.root / "identity"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def workbench(self) -> Path:
        return self.root / "workbench"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        return self.published / "current"

    @property
    def restored(self) -> Path:
        return self.root / "restored"

    @property
    def set_aside(self) -> Path:
        return self.root / "set_aside"

    @property
    def spill(self) -> Path:
        return self.root / "spill"

    def build(self, run_id: str) -> Path:
        return self.builds / run_id

    def landed_folder(self, source: str, sha256: str) -> Path:
        return self.lake / source / sha256

    def table_glob(self, table: str) -> str:
        """Glob over every landed part of a canonical table (never empty: see `_schema`)."""
        return str(self.lake / "*" / "*" / f"{table}.parquet")


def make_folder(path: Path) -> Path:
    """Make a folder, and those above it, readable by its owner alone."""
    for folder in reversed((path, *path.parents)):  # mkdir gives its mode to the last one alone
        if not folder.exists():
            folder.mkdir(exist_ok=True, mode=FOLDER_MODE)
    return path


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Give a folder to fill; on success it replaces `target` by a rename, on failure it goes."""
    make_folder(target.parent)
    beside = target.parent / f".{target.name}.{uuid.uuid4().hex[:8]}"
    make_folder(beside)
    try:
        yield beside
        if target.exists():
            aside = target.parent / f".{target.name}.{uuid.uuid4().hex[:8]}.old"
            os.rename(target, aside)
            os.rename(beside, target)
            shutil.rmtree(aside)
        else:
            os.rename(beside, target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


@contextmanager
def file_beside(target: Path) -> Iterator[Path]:
    """Give a path to write; on success it replaces `target` by a rename, on failure it goes."""
    make_folder(target.parent)
    beside = target.parent / f".{target.name}.{uuid.uuid4().hex[:8]}"
    try:
        yield beside
        os.chmod(beside, FILE_MODE)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sweep(folder: Path) -> int:
    """Remove what killed runs left behind (names that begin with a dot). Returns how many."""
    left = [p for p in folder.rglob(".*") if p.exists()] if folder.exists() else []
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)
