"""Whether a run would find anything to do, told without doing it.

Must not live here: landing (ingestion/), what a fingerprint covers (warehouse/state.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from ingestion.files import DigestCache, FoundFile, Stamp, digest, find_files
from orchestration.builds import code_version
from quality.own_checks import FILE_NAME as OWN_CHECKS
from warehouse.avatars import avatars_key
from warehouse.identity.model import model_path
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.settings import Settings
from warehouse.state import Standing, fingerprint_of_run, standing


def anything_new(settings: Settings) -> bool:
    """Say whether files wait to be read, or what was read is not what is published."""
    return any(True for _ in unread_files(settings)) or not standing_now(settings).is_current


def standing_now(settings: Settings) -> Standing:
    """Compare what has landed, the configuration, the model and the code with what is published."""
    return standing(Home(settings.home), run_fingerprint(settings))


def run_fingerprint(settings: Settings) -> str:
    """Return the fingerprint of all that decides what a build becomes, as it is now."""
    home = Home(settings.home)
    said_by_people = [home.identity / "decisions.parquet", settings.folder / OWN_CHECKS]
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
    try:
        return seen.get(found.path, Stamp.of(found.path)) is None
    except OSError:  # gone since, or a link to nothing: landing names such a file
        return False
