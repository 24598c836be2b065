"""Publishes a build: all of it, or nothing.

What is published is written to `published/.<id>`, synced, renamed to `published/<id>`, and only then does
the link `published/current` move (publications.py). A critical check that failed, a full disk, a read-only
folder or a kill at any moment leave the publication that served before. Must not live here: what the checks
are (quality/), how a schema is exported (export.py).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb

from warehouse.access import grant_access
from warehouse.engine import connect, quote_text
from warehouse.export import ExportedTable, export_schema, read_grains
from warehouse.lake import Home, make_folder
from warehouse.ledger import Ledger
from warehouse.manifest import read_manifest, sha256_of, write_manifest
from warehouse.publications import (
    PUBLICATION,
    CannotSwitch,
    Publication,
    current_id,
    ledger_entry,
    record_if_missing,
    remove_old,
    switch,
    sync_path,
)
from warehouse.settings import Settings

SCHEMAS = ("marts", "people")
DEFAULT_MIN_CELL = 10


class CheckOutcome(Protocol):
    """What publishing must know of a check's result (quality/check.py has them)."""

    @property
    def name(self) -> str: ...
    @property
    def layer(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def blocks(self) -> bool: ...
    @property
    def is_applicable(self) -> bool: ...
    @property
    def observed(self) -> str: ...
    @property
    def unexpected_count(self) -> int: ...
    @property
    def sample(self) -> Sequence[Mapping[str, str]]: ...
    @property
    def in_words(self) -> str: ...
    @property
    def cost(self) -> str | None: ...
    @property
    def contained(self) -> int: ...
    @property
    def accepted_by(self) -> str: ...
    @property
    def accepted_reason(self) -> str: ...


class PublicationRefused(Exception):
    """A critical check failed, or the checks were not run: nothing was switched."""

    def __init__(self, sentence: str, failed: Sequence[CheckOutcome] = ()) -> None:
        super().__init__(sentence)
        self.failed = tuple(failed)


class PublicationFailed(Exception):
    """The publication could not be written (disk full, read-only folder …): nothing was switched."""


@dataclass(frozen=True)
class RunFacts:
    """What the manifest says of the run that made the build."""

    run_id: str
    code_version: str
    run_fingerprint: str
    model_version: str
    as_of: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def publish(
    home: Home,
    build: Path,
    settings: Settings,
    checks: Sequence[CheckOutcome],
    run: RunFacts,
    *,
    dbt_manifest: Path | None = None,
    folders: Mapping[str, Path] | None = None,
    now: dt.datetime | None = None,
) -> Publication:
    """Publish a build and let it serve. Returns the publication; older ones beyond `keep` are removed.

    `folders` are copied as they are, those that exist, under the names given (data_docs, dbt_docs,
    compiled_sql); identity state is always copied. Raises PublicationRefused with the checks that failed,
    PublicationFailed where something cannot be written; in both cases what served before still serves.
    """
    refuse_failed(checks)
    target = home.published / build.name
    beside = home.published / f".{build.name}"
    try:
        record_if_missing(home)
        _make_room(home, target, beside)
        exported = _write(home, build, beside, settings, dbt_manifest, folders or {})
        content = _describe(home, build, settings, checks, run, exported, now or dt.datetime.now(dt.UTC))
        write_manifest(beside, content)
        grant_access(home, beside, settings.publication.group)
        _sync(beside)
        os.rename(beside, target)
        sync_path(home.published)
        switch(home, target.name)
    except (OSError, duckdb.Error, CannotSwitch) as error:
        shutil.rmtree(beside, ignore_errors=True)
        if isinstance(error, CannotSwitch):
            shutil.rmtree(target, ignore_errors=True)
        raise PublicationFailed(_why(home, error)) from error
    manifest = read_manifest(target)
    left_undone = tuple(_after_the_switch(home, target, manifest, settings.publication.keep))
    return Publication(target.name, target, manifest["published_at"], True, manifest, left_undone)


def _after_the_switch(home: Home, target: Path, manifest: dict[str, Any], keep: int) -> Iterator[str]:
    """Enter the publication into the ledger and remove old ones; say what failed, since it serves all the same."""
    try:
        Ledger(home.ledger).append(PUBLICATION, ledger_entry(target, manifest))
    except OSError as error:
        yield f"the ledger could not be written ({error.strerror}); the next run enters the publication"
    try:
        remove_old(home, keep)
    except OSError as error:
        yield f"older publications could not be removed ({error.strerror}); the next run removes them"


def refuse_failed(checks: Iterable[CheckOutcome]) -> None:
    """Raise PublicationRefused if a critical check failed: which, how many rows, which ones and why."""
    checks = list(checks)
    if not any(check.is_applicable for check in checks):
        raise PublicationRefused(
            "no check was run on this build; nothing is published unchecked. Run the checks."
        )
    failed = [check for check in checks if check.blocks]
    if failed:
        count = "1 critical check" if len(failed) == 1 else f"{len(failed)} critical checks"
        lines = [f"{count} failed; nothing was published, the last good publication still serves."]
        raise PublicationRefused("\n".join([*lines, *map(_failure, failed)]), failed)


def _failure(check: CheckOutcome) -> str:
    rows = "".join(
        "\n    " + ", ".join(f"{name} {value}" for name, value in row.items()) for row in check.sample[:5]
    )
    return f"- {check.name}: {check.in_words}. {check.sentence}{rows}"


def _make_room(home: Home, target: Path, beside: Path) -> None:
    """Remove what a killed run left of this very publication, and other leftovers."""
    make_folder(home.published)
    if target.exists():
        if current_id(home) == target.name:
            raise FileExistsError(
                17, f"{target.name} is the publication that serves; a build is published once"
            )
        shutil.rmtree(target)
    for left in home.published.glob(".*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    make_folder(beside)


def _write(
    home: Home,
    build: Path,
    folder: Path,
    settings: Settings,
    dbt_manifest: Path | None,
    folders: Mapping[str, Path],
) -> list[ExportedTable]:
    grains = read_grains(dbt_manifest)
    exported: list[ExportedTable] = []
    for schema in SCHEMAS:
        exported += export_schema(
            build / "warehouse.duckdb",
            schema,
            folder,
            grains=grains,
            memory_limit=settings.memory_limit,
            spill_folder=home.spill / f"publish-{build.name}",
        )
    make_folder(folder / "identity")
    for path in sorted((build / "identity").glob("*.parquet")):
        shutil.copyfile(path, folder / "identity" / path.name)
    for name, source in folders.items():
        if source.is_dir():
            shutil.copytree(source, folder / name, copy_function=shutil.copyfile)
    return exported


def _describe(
    home: Home,
    build: Path,
    settings: Settings,
    checks: Sequence[CheckOutcome],
    run: RunFacts,
    exported: Sequence[ExportedTable],
    now: dt.datetime,
) -> dict[str, Any]:
    min_cell = settings.privacy.min_cell
    last = next(iter(deque(Ledger(home.ledger).entries(), maxlen=1)), None)
    return {
        "publication_id": build.name,
        "run_id": run.run_id,
        "published_at": now.isoformat(timespec="microseconds"),
        "previous_publication": current_id(home),
        "code_version": run.code_version,
        "config_fingerprint": settings.fingerprint,
        "run_fingerprint": run.run_fingerprint,
        "model_version": run.model_version,
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "currency": settings.currency,
        "months": settings.months,
        "min_cell": min_cell,
        "min_cell_is_lowered": min_cell < DEFAULT_MIN_CELL,
        "ledger": {"entries": last.seq, "hash": last.hash} if last else None,
        "tables": [
            {"schema": t.schema, "table": t.name, "rows": t.rows, "ordered_by": list(t.ordered_by)}
            for t in exported
        ],
        "inputs": _inputs(build),
        "checks": _summary(checks),
        "run": dict(run.facts),
    }


def _inputs(build: Path) -> dict[str, Any]:
    """The source files behind the build, by hash, and the hashes of what configuration gave to dbt."""
    files = build / "inputs" / "files.parquet"
    connection = connect()
    try:
        rows = (
            connection.execute(
                "select source, file_name, source_file_sha256, bytes, outcome"
                f" from read_parquet({quote_text(files)}) order by all"
            ).fetchall()
            if files.exists()
            else []
        )
    finally:
        connection.close()
    return {
        "source_files": [
            {"source": source, "file": name, "sha256": sha256, "bytes": size, "outcome": outcome}
            for source, name, sha256, size, outcome in rows
        ],
        "parameters": {path.name: sha256_of(path) for path in sorted((build / "inputs").glob("*.parquet"))},
    }


def _summary(checks: Sequence[CheckOutcome]) -> dict[str, Any]:
    applicable = [check for check in checks if check.is_applicable]
    return {
        "run": len(applicable),
        "not_applicable": len(checks) - len(applicable),
        "passed": sum(check.passed for check in applicable),
        "warnings": [
            {"name": check.name, "observed": check.observed, "unexpected_rows": check.unexpected_count}
            for check in applicable
            if not check.passed and check.severity == "warning"
        ],
        "contained": [
            {"name": check.name, "observed": check.observed, "what": check.cost, "contained": check.contained}
            for check in applicable
            if check.contained
        ],
        "accepted": [
            {
                "name": check.name,
                "observed": check.observed,
                "by": check.accepted_by,
                "reason": check.accepted_reason,
            }
            for check in applicable
            if check.accepted_by
        ],
    }


def _sync(folder: Path) -> None:
    """Bring every file and folder to the disk, before a rename says that they are complete."""
    for path in folder.rglob("*"):
        sync_path(path)
    sync_path(folder)


def _why(home: Home, error: Exception) -> str:
    if isinstance(error, CannotSwitch):
        return str(error)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
    return (
        f"the publication could not be written under {home.published}: {reason}. Nothing was switched; the "
        "publication that served before still serves. Free space or make the folder writable, and run again."
    )
