"""Whether a run would find anything to do, told without doing it.

Must not live here: landing (ingestion/), what a fingerprint covers (warehouse/publication/state.py).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import Any

from ingestion.containers.compression import NOT_PERMITTED
from ingestion.discovery.files import DigestCache, FoundFile, Stamp, digest, find_files
from ingestion.lake.data_files import LOST
from ingestion.lake.guard import faults_of
from ingestion.landing import LEDGER_KIND, PASSING
from quality.own_checks import FILE_NAME as OWN_CHECKS
from warehouse.builds.avatars import avatars_key
from warehouse.builds.folders import code_version
from warehouse.builds.inputs import failed_files
from warehouse.identity.model.linkage_model import model_path
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.own_models.outcome import own_files
from warehouse.publication.state import Standing, fingerprint_of_run, standing
from warehouse.settings import Settings


def anything_new(settings: Settings) -> bool:
    """Say whether files wait to be read, what was read is not what is published, or the lake was altered.

    Every byte of the lake is hashed where nothing else is new.
    """
    return (
        any(True for _ in unread_files(settings))
        or not standing_now(settings).is_current
        or bool(faults_of(Home(settings.home))[0])
    )


def standing_now(settings: Settings) -> Standing:
    """Compare what has landed, the configuration, the model and the code with what is published."""
    return standing(Home(settings.home), run_fingerprint(settings))


def run_fingerprint(settings: Settings) -> str:
    """Return the fingerprint of all that decides what a build becomes, as it is now."""
    home = Home(settings.home)
    said_by_people = [
        home.identity / "decisions.parquet",
        settings.folder / OWN_CHECKS,
        *own_files(settings),
    ]
    return fingerprint_of_run(
        settings,
        Ledger(home.ledger),
        model_path(settings),
        said_by_people,
        code_version(),
        avatars=avatars_key(settings),
    )


def unread_files(settings: Settings) -> Iterator[FoundFile]:
    """Yield files that are new, or not as landing last saw them; links that lead outside are left out."""
    home = Home(settings.home)
    for source in settings.sources:
        seen = DigestCache.load(home, source.name)
        for found in find_files(source, settings.folder):
            if found.problem is None and _has_changed(found, seen):
                yield found


def unreadable_files(settings: Settings) -> list[dict[str, Any]]:
    """List the files that could not be read and are still there, or were lost, as the ledger's last words."""
    there = {
        (source.name, found.name)
        for source in settings.sources
        for found in find_files(source, settings.folder)
    }
    entries = Ledger(Home(settings.home).ledger).entries(LEDGER_KIND)
    failed = failed_files(entries, {source.name for source in settings.sources})
    return [
        file
        for file in failed
        if file["outcome"] == LOST or (file["source"], file["file_name"].partition("!")[0]) in there
    ]


def content_key(files: Iterable[FoundFile]) -> str:
    """Return a SHA-256 over names and bytes of files: equal for equal content, whatever its time stamps.

    A file that cannot be read counts by its name alone: it stops nobody, and landing says why.
    """
    key = hashlib.sha256()
    for found in sorted(files, key=lambda f: f.name):
        try:
            with found.path.open("rb") as stream:
                content = digest(stream)[0]
        except OSError:
            content = "unreadable"
        key.update(f"{found.name}\0{content}\n".encode())
    return key.hexdigest()


def _has_changed(found: FoundFile, seen: DigestCache) -> bool:
    """Say whether a file is worth reading: it is not as landing saw it, or what stopped landing may be over."""
    try:
        stamp = Stamp.of(found.path)
    except OSError:  # gone since, or a link to nothing: landing names such a file
        return False
    failure = seen.failure(found.path, stamp)
    if failure == NOT_PERMITTED:
        return os.access(found.path, os.R_OK)
    return failure in PASSING if failure else seen.get(found.path, stamp) is None
