"""Whether a run would find anything new: a fingerprint of all that decides what a build becomes.

Must not live here: looking for files that have not landed yet (ingestion), publishing (publish.py).
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.acceptances import open_acceptances
from warehouse.publication.manifest import ManifestUnreadable, sha256_of
from warehouse.publication.publications import current_publication
from warehouse.publication.switch import ROLLBACK
from warehouse.publication.verify import alterations
from warehouse.settings import Settings

# Ledger kinds that change what is in the lake, besides 'file'.
_ERASURES = ("erasure", "retention")
# Of a file's entry, what says that it was read when, and in which bytes its rows lie: not what it became.
_NOT_CONTENT = frozenset(("landed_at", "file_name", "is_new", "seconds", "parts", "rewritten"))


@dataclass(frozen=True)
class Standing:
    """Whether the current publication already answers a fingerprint, and in which words."""

    is_current: bool
    reason: str


def fingerprint_of_run(
    settings: Settings,
    ledger: Ledger,
    model: Path | None,
    decisions: Iterable[Path],
    code_version: str,
    avatars: str | None = None,
) -> str:
    """SHA-256 over configuration, landed files, erasures, model, reviewers' decisions, pictures and code.

    `model` and `decisions` are files; those that do not exist count as absent. The clock is not in it, nor
    are names of files: the same bytes under another name are nothing new. `avatars` is avatars.avatars_key.
    """
    parts = {
        "configuration": settings.fingerprint,
        "code": code_version,
        "model": _digest(model),
        "decisions": sorted(filter(None, map(_digest, decisions))),
        "files": _files(ledger),
        "erasures": [entry.payload_sha256 for kind in _ERASURES for entry in ledger.entries(kind)],
        **({} if avatars is None else {"avatars": avatars}),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def standing(home: Home, fingerprint: str) -> Standing:
    """Compare a fingerprint with the current publication's, and with one that was rolled back by hand.

    What serves is held against its manifest: where it was altered, it is published anew. Content that
    somebody took out of service is not published again unless something changed. A check that was accepted since
    the last publication is something new.
    """
    try:
        serving = current_publication(home)
    except ManifestUnreadable as error:
        return Standing(False, f"the publication that serves is damaged: {error}")
    if serving is None:
        return Standing(False, "nothing has been published yet")
    if accepted := sorted(open_acceptances(home)):
        return Standing(False, f"accepted since publication {serving.publication_id}: {', '.join(accepted)}")
    altered = alterations(home, serving)
    if altered:
        return Standing(False, f"the publication that serves was altered: {altered[0]}")
    if serving.manifest.get("run_fingerprint") == fingerprint:
        return Standing(True, f"nothing new since publication {serving.publication_id}")
    last = next(iter(deque(Ledger(home.ledger).entries(ROLLBACK), maxlen=1)), None)
    payload = (last.payload if last else None) or {}
    went_to, came_from = payload.get("to_publication"), payload.get("from_fingerprint")
    if went_to == serving.publication_id and came_from == fingerprint:
        return Standing(
            True,
            f"nothing new: the same content was published as {payload['from_publication']} and rolled back; "
            "force the run to publish it again",
        )
    return Standing(False, f"something changed since publication {serving.publication_id}")


def _files(ledger: Ledger) -> list[str]:
    """The last state of each landed file, hashed, whatever it is called."""
    states = []
    for (source, sha256), payload in ledger.last_payloads("file", "source", "source_file_sha256").items():
        content = {k: v for k, v in payload.items() if k not in _NOT_CONTENT}
        state = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        states.append((source, sha256, state))
    return [":".join(each) for each in sorted(states)]


def _digest(path: Path | None) -> str | None:
    return sha256_of(path) if path is not None and path.is_file() else None
