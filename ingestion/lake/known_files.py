"""What the ledger knows of the files of one source: the last word on each content and on each name.

Must not live here: reading of files (landing.py), the bytes of their parts (data_files.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from ingestion.lake.data_files import FILE_KIND
from warehouse.ledger import Ledger

WITHDRAWN, RESTORED = "withdrawn", "restored"

Payload = dict[str, Any]


class KnownFiles:
    """The ledger's entries of a source's files, and the way to add one."""

    def __init__(self, ledger: Ledger, source: str) -> None:
        self.ledger, self.source = ledger, source
        self.by_sha256: dict[str, Payload] = {}
        self._by_name: dict[str, Payload] = {}
        for entry in ledger.entries(FILE_KIND):
            if entry.payload is not None and entry.payload["source"] == source:
                self._note(entry.payload)

    def enter(self, payload: Payload, *, is_landed_now: bool = True) -> Payload:
        """Add an entry. `landed_at` stays where the entry says something else than that the file was read."""
        now = dt.datetime.now(dt.UTC).isoformat()
        payload = {**payload, "landed_at": now if is_landed_now else payload.get("landed_at", now)}
        self.ledger.append(FILE_KIND, payload)
        self._note(payload)
        return payload

    def enter_landed(self, payloads: Sequence[Payload]) -> None:
        """Add the entries of files that landed together, in their order."""
        now = dt.datetime.now(dt.UTC).isoformat()
        dated = [{**payload, "landed_at": now} for payload in payloads]
        self.ledger.append_all(FILE_KIND, dated)
        for payload in dated:
            self._note(payload)

    def with_outcome(self, *outcomes: str) -> list[Payload]:
        """List the contents whose last word is one of these, the oldest observation first."""
        found = [each for each in self.by_sha256.values() if each["outcome"] in outcomes]
        return sorted(
            found, key=lambda p: (p.get("observed_at") or "", p["file_name"], p["source_file_sha256"])
        )

    def last_said(self, name: str) -> Payload | None:
        """Give the last word on a name."""
        return self._by_name.get(name)

    def failures(self) -> list[Payload]:
        """List the last words that say that a file could not be read."""
        return [said for said in self._by_name.values() if said["outcome"] == "failed"]

    def is_out_of_date(self, name: str, known: Mapping[str, Any]) -> bool:
        """Say whether the ledger's last word on a name is another one than what is known of its bytes."""
        said = [self._by_name[n] for n in (name, archive_of(name)) if n in self._by_name]
        return any(
            last["source_file_sha256"] != known["source_file_sha256"]
            and "failed" in (last["outcome"], known["outcome"])
            for last in said
        )

    def is_stale(self, sha256: str) -> bool:
        """Say whether a landed file told records as duplicates of one that is not landed any more."""
        entry = self.by_sha256[sha256]
        told = entry.get("duplicates_of") or {}
        return entry["outcome"] == "landed" and len(self.still_landed(told)) < len(told)

    def still_landed(self, files: Mapping[str, int]) -> dict[str, int]:
        """Of files by SHA-256, those that are landed, or of which nothing is known any more."""
        return {
            f: n
            for f, n in files.items()
            if self.by_sha256.get(f, {"outcome": "landed"})["outcome"] == "landed"
        }

    def stale(self) -> list[str]:
        """List the files that are stale, the oldest observation first."""
        landed = [p["source_file_sha256"] for p in self.with_outcome("landed")]
        return [sha256 for sha256 in landed if self.is_stale(sha256)]

    def _note(self, payload: Payload) -> None:
        """Enter the last word; one on a zip's member takes back that the zip could not be read."""
        if payload["source_file_sha256"]:
            self.by_sha256[payload["source_file_sha256"]] = payload
        self._by_name.pop(archive_of(payload["file_name"]), None)
        self._by_name[payload["file_name"]] = payload


def archive_of(name: str) -> str:
    """Name of the zip that a member is of; of any other file its own."""
    return name.partition("!")[0]
