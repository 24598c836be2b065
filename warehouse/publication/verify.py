"""Proof, offline, that ledger and publications are as they were written.

Must not live here: the chain of the ledger (warehouse/ledger.py), hashes of one folder (manifest.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from warehouse.lake import Home
from warehouse.ledger import Ledger, LedgerBroken
from warehouse.publication.manifest import FILE_NAME, sha256_of, verify_files
from warehouse.publication.publications import (
    BEGUN_ANEW,
    PUBLICATION,
    Publication,
    damaged_publications,
    list_publications,
    no_such_publication,
)


def verify(home: Home, publication_id: str | None = None) -> list[str]:
    """Prove, offline, that ledger and publications are as they were written.

    Checks the ledger's chain, then each publication kept (or the one named): every file against its
    manifest, the manifest against the ledger, and the ledger's end against the manifest. One sentence for
    each thing that is not right. Raises NoSuchPublication where the one named is not kept.
    """
    folder = home.published / publication_id if publication_id else None
    if folder is not None and (folder.name != publication_id or not folder.is_dir() or folder.is_symlink()):
        raise no_such_publication(home, str(publication_id))
    try:
        Ledger(home.ledger).verify()
    except LedgerBroken as error:
        return [str(error)]
    recorded = _recorded_manifests(home)
    asked = str(home.published / (publication_id or ""))
    problems = [sentence for sentence in damaged_publications(home) if sentence.startswith(asked)]
    for publication in list_publications(home):
        if publication_id in (None, publication.publication_id):
            problems += _problems(publication, recorded)
    return problems + missing_lines(home, publication_id)


def _recorded_manifests(home: Home) -> dict[str, str]:
    """SHA-256 of the manifest of each publication, as the ledger has it."""
    recorded: dict[str, str] = {}
    for entry in Ledger(home.ledger).entries():
        if entry.kind == PUBLICATION and entry.payload:
            recorded[entry.payload["publication_id"]] = entry.payload["manifest_sha256"]
        elif entry.kind == BEGUN_ANEW and entry.payload:
            recorded |= entry.payload["manifests"]
    return recorded


def _problems(publication: Publication, recorded: Mapping[str, str]) -> Iterator[str]:
    yield from verify_files(publication.path)
    manifest = publication.path / FILE_NAME
    if recorded.get(publication.publication_id) != sha256_of(manifest):
        yield f"{manifest}: not the manifest that the ledger recorded when it was published"


def missing_lines(home: Home, publication_id: str | None = None) -> list[str]:
    """One sentence for each publication that names a line which the ledger has not (any more).

    A manifest that was altered, or was made under a ledger since begun anew, proves nothing of this one.
    """
    lines: dict[int, str] = {}
    older: set[str] = set()
    for entry in Ledger(home.ledger).entries():
        lines[entry.seq] = entry.hash
        if entry.kind == BEGUN_ANEW and entry.payload:
            older |= entry.payload["manifests"].keys()
    recorded = _recorded_manifests(home)
    problems = []
    for publication in list_publications(home):
        anchor = publication.manifest.get("ledger")
        is_altered = recorded.get(publication.publication_id) not in (
            None,
            sha256_of(publication.path / FILE_NAME),
        )
        is_asked = publication_id in (None, publication.publication_id)
        if not is_asked or not anchor or is_altered or publication.publication_id in older:
            continue
        if lines.get(anchor["entries"]) != anchor["hash"]:
            problems.append(
                f"{home.ledger}: line {anchor['entries']}, named by publication {publication.publication_id}, is "
                "missing or another one: the ledger was cut off or replaced"
            )
    return problems


def alterations(home: Home, publication: Publication) -> list[str]:
    """One sentence for each file of a publication that is not as it was published, its manifest included.

    One that a killed run switched to before it could enter it into the ledger is held against itself.
    """
    name = publication.publication_id
    recorded = {name: sha256_of(publication.path / FILE_NAME)} | _recorded_manifests(home)
    return list(_problems(publication, recorded))
