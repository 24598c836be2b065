"""When a file has so many rejected records that it is set aside whole, and how that is said.

Must not live here: why a record is rejected (compiler.py, the containers).
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from ingestion.loading.tally import Tally
from ingestion.mapping.compiler import NOT_PUBLIC
from ingestion.quarantine import sentence
from warehouse.policy import LEAST_REJECTED

TOO_MANY = "too_many_rejected"
_SHOWN = 5


def too_many(read: int, rejected: Mapping[str, int], most: float) -> bool:
    """Say whether so many records are rejected that the file as a whole is not what it should be.

    `most` is quality.max_rejected_share. Records that are not public are none that should have landed.
    """
    meant = read - rejected.get(NOT_PUBLIC, 0)
    broken = sum(count for code, count in rejected.items() if code != NOT_PUBLIC)
    return broken >= LEAST_REJECTED and broken > most * meant


def too_many_sentence(tally: Tally, most: float, options: Container[str]) -> str:
    """Say what is wrong with such a file, and which keys to set: of its format's `options`, too."""
    broken = sorted(((n, code) for code, n in tally.rejected.items() if code != NOT_PUBLIC), reverse=True)
    meant, count = tally.read - tally.rejected.get(NOT_PUBLIC, 0), sum(n for n, _ in broken)
    encoding = f" Those in another encoding read as {tally.likely_encoding}." if tally.likely_encoding else ""
    reasons = ", ".join(f"{n:,} {code}" for n, code in broken[:_SHOWN])
    more = f" and {len(broken) - _SHOWN} more reasons" if len(broken) > _SHOWN else ""
    return (
        f"of {meant:,} records {count:,} are rejected ({reasons}{more}), more than the share of {most:g} that "
        "quality.max_rejected_share allows, so the file is set aside whole. "
        f"{sentence(broken[0][1], options)}{encoding} The source's time_zone, delimiter, encoding and options say "
        "how its files are written; the quarantine keeps what was rejected. A higher quality.max_rejected_share "
        "takes the rest of the file."
    )
