"""What landing tells of each file: plain dataclasses, also as they stand in the ledger.

Must not live here: how the numbers come about (sorting.py, landing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class LandedFile:
    """A file that landed: every record it holds is accepted, duplicate or rejected.

    `records_read` is the independent count. `is_new` is False where an earlier run landed it. `envelopes`
    counts answers of the platform without a record (errors only). `observed_by` says what told `observed_at`:
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
    rows: Mapping[str, int] = field(default_factory=dict)
    unknown_fields: tuple[str, ...] = ()
    envelopes: int = 0
    observed_at: str = ""
    observed_by: str = "file_clock"
    outcome: str = "landed"
    reason_code: str | None = None
    reason: str | None = None
    is_new: bool = True


@dataclass(frozen=True)
class FailedFile:
    """A file that could not be read; `reason` says what was wrong and what to do.

    `source_file_sha256` is None where not even its bytes could be had.
    """

    source: str
    file_name: str
    source_file_sha256: str | None
    bytes: int
    reason_code: str
    reason: str
    outcome: str = "failed"
    is_new: bool = True


@dataclass(frozen=True)
class LandingReport:
    """What became of every file of one source."""

    source: str
    landed: tuple[LandedFile, ...] = ()
    failed: tuple[FailedFile, ...] = ()

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


def to_payload(report: LandedFile | FailedFile) -> dict[str, Any]:
    """Give a file's report as the ledger keeps it. A failed file counts no records."""
    payload = {key: value for key, value in asdict(report).items() if key != "is_new"}
    empty = {"records_read": 0, "records_accepted": 0, "records_duplicate": 0, "records_rejected": 0}
    return {**empty, **payload}


def from_payload(payload: Mapping[str, Any], file_name: str) -> LandedFile | FailedFile:
    """Read a report back from the ledger, as one of a file known already."""
    kind = LandedFile if payload["outcome"] == "landed" else FailedFile
    known = {k: v for k, v in payload.items() if k in kind.__dataclass_fields__}
    if known["reason"] and file_name != payload["file_name"]:
        known["reason"] = f"{file_name} has the very bytes of another file: {known['reason']}"
    known |= {"file_name": file_name, "is_new": False}
    if "unknown_fields" in known:
        known["unknown_fields"] = tuple(known["unknown_fields"])
    return kind(**known)
