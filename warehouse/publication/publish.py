"""Publishes a build: all of it, or nothing.

What is published is written to `published/.<id>`, synced, renamed to `published/<id>`, and only then does
the link `published/current` move (switch.py). A critical check that failed, a full disk, a read-only
folder or a kill at any moment leave the publication that served before. Must not live here: what the checks
are (quality/), how a schema is exported (export.py).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse.lake import Home, make_folder
from warehouse.ledger import Ledger
from warehouse.own_models.outcome import DATABASE, SCHEMA, read_outcome
from warehouse.publication.access import grant_access
from warehouse.publication.description import CheckOutcome, RunFacts, describe, summary
from warehouse.publication.export import ExportedTable, OwnTables, export_schema
from warehouse.publication.last_word import write_last_word
from warehouse.publication.manifest import read_manifest, write_manifest
from warehouse.publication.meanings import read_meanings
from warehouse.publication.publications import (
    PUBLICATION,
    Publication,
    current_id,
    ledger_entry,
    record_if_missing,
    remove_old,
)
from warehouse.publication.switch import CannotSwitch, switch, sync_path
from warehouse.settings import Settings

SCHEMAS = ("marts", "people")
# Folders of the build that are kept as they are: the next run begins with the one, `scrm dbt` needs both.
MADE_OF = ("inputs", "identity")
# Draws a page into the folder of a publication, from its marts and the content of its manifest.
Draw = Callable[[Path, Mapping[str, Any]], object]


class PublicationRefused(Exception):
    """A critical check failed, or the checks were not run: nothing was switched."""

    def __init__(self, sentence: str, failed: Sequence[CheckOutcome] = ()) -> None:
        super().__init__(sentence)
        self.failed = tuple(failed)


class PublicationFailed(Exception):
    """The publication could not be written (disk full, read-only folder …): nothing was switched."""


def publish(
    home: Home,
    build: Path,
    settings: Settings,
    checks: Sequence[CheckOutcome],
    run: RunFacts,
    *,
    dbt_manifest: Path | None = None,
    folders: Mapping[str, Path] | None = None,
    pages: Mapping[str, Draw] | None = None,
    now: dt.datetime | None = None,
) -> Publication:
    """Publish a build and let it serve. Returns the publication; older ones beyond `keep` are removed.

    `folders` are copied as they are, those that exist, under the names given (data_docs, dbt_docs, compiled_sql);
    identity state and inputs are always copied. `pages` are drawn of what is published, each into a folder of its
    name; one that breaks costs itself and is told in `left_undone`. Raises PublicationRefused with the checks that
    failed, PublicationFailed where something cannot be written; then what served before still serves.
    """
    refuse_failed(checks)
    target = home.published / build.name
    beside = home.published / f".{build.name}"
    try:
        record_if_missing(home)
        _make_room(home, target, beside)
        write_last_word(build / "warehouse.duckdb", summary(checks))
        exported = _write(home, build, beside, settings, dbt_manifest, folders or {})
        content = describe(home, build, settings, checks, run, exported, now or dt.datetime.now(dt.UTC))
        undrawn = tuple(_draw(pages or {}, beside, content))
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
    left_undone = (*undrawn, *_after_the_switch(home, target, manifest, settings.publication.keep))
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
    models = [model for model in read_outcome(build) if not model.problem]
    meanings = read_meanings(dbt_manifest) | {model.name: model.meaning for model in models}
    exported: list[ExportedTable] = []
    for schema in SCHEMAS:
        exported += export_schema(
            build / "warehouse.duckdb",
            schema,
            folder,
            own=OwnTables(
                build / DATABASE, SCHEMA, frozenset(model.name for model in models if model.schema == schema)
            ),
            meanings=meanings,
            memory_limit=settings.memory_limit,
            spill_folder=home.spill / f"publish-{build.name}",
        )
    for name in MADE_OF:
        make_folder(folder / name)
        for path in sorted((build / name).glob("*.parquet")):
            shutil.copyfile(path, folder / name / path.name)
    for name, source in folders.items():
        if source.is_dir():
            shutil.copytree(source, folder / name, copy_function=shutil.copyfile)
    return exported


def _draw(pages: Mapping[str, Draw], folder: Path, content: Mapping[str, Any]) -> Iterator[str]:
    """Draw the pages; say which one broke, on what and where, and leave nothing of it behind."""
    for name, draw in pages.items():
        try:
            draw(folder, content)
        except Exception as error:  # noqa: BLE001, no fault of a page may keep the marts from being published
            shutil.rmtree(folder / name, ignore_errors=True)
            at = traceback.extract_tb(error.__traceback__)[-1]
            said = (str(error).splitlines() or [""])[0]
            yield (
                f"{name}/index.html could not be drawn ({type(error).__name__}: {said}; {Path(at.filename).name}, "
                f"line {at.lineno}); the marts are whole. Please report it"
            )


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
