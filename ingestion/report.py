"""What landing tells of each file: plain dataclasses, also as they stand in the ledger.

Must not live here: how the numbers come about (loader.py, landing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class LandedFile:
    """A file that landed: every record it holds is accepted, duplicate or rejected.

    `records_read` is the independent count. `is_new` is False where an earlier run landed it. `envelopes`
    counts answers of the platform without a record (errors only). `duplicates_of` counts, by SHA-256, the
    records known from files landed before. `missing_columns` are those that the source's map names and the file
    has not, each with the canonical column that is empty for it. `observed_by` says what told `observed_at`:
    observed_on, file_name or file_clock.
    """

    source: str
    file_name: str
    source_file_sha256: str
    bytes: int
    records_read: int
    records_accepted: int
    records_duplicate: int
    records_rejected: int
    rejected_by_reason: Mapping[str, int] = field(default_factory=dict)
    duplicates_of: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    unknown_fields: tuple[str, ...] = ()
    missing_columns: Mapping[str, str] = field(default_factory=dict)
    envelopes: int = 0
    observed_at: str = ""
    observed_by: str = "file_clock"
    outcome: str = "landed"
    reason_code: str | None = None
    reason: str | None = None
    is_new: bool = True


@dataclass(frozen=True)
class FailedFile:
    """A file that does not count: not readable, set aside, or lost; `reason` says why and what to do.

    `source_file_sha256` is None where not even its bytes could be had. One that was set aside for its
    rejected records says how many, and the share that was allowed then.
    """

    source: str
    file_name: str
    source_file_sha256: str | None
    bytes: int
    reason_code: str
    reason: str
    rejected_by_reason: Mapping[str, int] = field(default_factory=dict)
    max_rejected_share: float | None = None
    outcome: str = "failed"
    is_new: bool = True


@dataclass(frozen=True)
class WithdrawnFile:
    """A file that lies in the landing folder and was withdrawn: it does not land."""

    source: str
    file_name: str
    source_file_sha256: str
    withdrawn_at: str


@dataclass(frozen=True)
class LandingReport:
    """What became of every file of one source.

    `mended` says, a sentence each, what was wrong with the lake, `notes` what there is in the landing folder and
    was not read.
    """

    source: str
    landed: tuple[LandedFile, ...] = ()
    failed: tuple[FailedFile, ...] = ()
    withdrawn: tuple[WithdrawnFile, ...] = ()
    mended: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        return len(self.landed) + len(self.failed)

    @property
    def records_read(self) -> int:
        return sum(f.records_read for f in self.landed)

    @property
    def records_accepted(self) -> int:
        return sum(f.records_accepted for f in self.landed)

    @property
    def records_duplicate(self) -> int:
        return sum(f.records_duplicate for f in self.landed)

    @property
    def records_rejected(self) -> int:
        return sum(f.records_rejected for f in self.landed)


FileReport = LandedFile | FailedFile | WithdrawnFile


def to_payload(report: LandedFile | FailedFile) -> dict[str, Any]:
    """Give a file's report as the ledger keeps it. A failed file counts no records."""
    payload = {key: value for key, value in asdict(report).items() if key != "is_new"}
    empty = {"records_read": 0, "records_accepted": 0, "records_duplicate": 0, "records_rejected": 0}
    return {**empty, **payload}


def from_payload(payload: Mapping[str, Any], file_name: str) -> FileReport:
    """Read a report back from the ledger, as one of a file known already."""
    if payload["outcome"] == "withdrawn":
        sha256, since = payload["source_file_sha256"], payload["withdrawn_at"]
        return WithdrawnFile(payload["source"], file_name, sha256, since)
    kind = LandedFile if payload["outcome"] == "landed" else FailedFile
    known = {k: v for k, v in payload.items() if k in kind.__dataclass_fields__}
    if known["reason"] and file_name != payload["file_name"]:
        known["reason"] = f"{file_name} has the very bytes of another file: {known['reason']}"
    known |= {"file_name": file_name, "is_new": False}
    if "unknown_fields" in known:
        known["unknown_fields"] = tuple(known["unknown_fields"])
    return kind(**known)
