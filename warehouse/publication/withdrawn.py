"""Which publications were made from files that are withdrawn, and removing them.

Must not live here: withdrawing (ingestion/withdrawal.py), letting a publication serve (switch.py).
"""

from __future__ import annotations

from collections.abc import Collection

from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.publications import Publication, list_publications, remove_publication

# A file of the ledger: its source, and the SHA-256 of its bytes.
File = tuple[str, str]


def withdrawn_files(home: Home) -> dict[File, str]:
    """Give the name of each file that is withdrawn, as the ledger's last word on it has it."""
    last = Ledger(home.ledger).last_payloads("file", "source", "source_file_sha256")
    return {
        (source, sha256): payload["file_name"]
        for (source, sha256), payload in last.items()
        if payload["outcome"] == "withdrawn"
    }


def files_behind(publication: Publication) -> set[File]:
    """Give the files whose rows a publication was made from."""
    files = publication.manifest.get("inputs", {}).get("source_files", ())
    return {(file["source"], file["sha256"]) for file in files if file["outcome"] == "landed"}


def publications_holding(home: Home, files: Collection[File]) -> list[Publication]:
    """List the publications kept that were made from one of these files, the newest first."""
    return [each for each in list_publications(home) if not files_behind(each).isdisjoint(files)]


def remove_holding(home: Home, files: Collection[File]) -> list[Publication]:
    """Remove the publications kept that were made from one of these files, never the one that serves."""
    removed = [each for each in publications_holding(home, files) if not each.is_current]
    for publication in removed:
        remove_publication(home, publication)
    return removed
