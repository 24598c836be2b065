"""Takes landed files out of the lake, for good until somebody lets them in again.

A withdrawn file is known by its SHA-256 and does not land while it is withdrawn. What other files told as
duplicates of it, they land again. Must not live here: which file a name means (orchestration/), landing itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from ingestion.lake.data_files import remove_parts
from ingestion.lake.guard import remove_set_aside
from ingestion.lake.known_files import RESTORED, WITHDRAWN, KnownFiles, Payload
from ingestion.landed_content import landing_copies
from ingestion.landing import alone, land
from warehouse.errors import ScrmError
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.settings import Settings, Source


class CannotWithdraw(ScrmError):
    """Records would be lost that other files told as duplicates, or a file to let in again is not there."""


@dataclass(frozen=True)
class Withdrawal:
    """What was withdrawn of a source, what landed again because of it, and what still lies where it looks."""

    files: tuple[Payload, ...]
    landed_again: tuple[str, ...] = ()
    still_there: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def withdraw(
    name: str, chosen: Collection[str], settings: Settings, home: Home, *, lose_duplicates: bool = False
) -> Withdrawal:
    """Withdraw files of a source, by SHA-256; the source may be one that scrm.yml does not name any more.

    Raises CannotWithdraw, before anything changes, where a file that told records as duplicates of them is not
    in the landing folder.
    """
    source = _configured(settings, name)
    with alone(home, name):
        known = KnownFiles(Ledger(home.ledger), name)
        copies = landing_copies(source, settings, home) if source else {}
        dependents = [p for p in known.with_outcome("landed") if _rests_on(p, chosen)]
        gone = [p for p in dependents if p["source_file_sha256"] not in copies]
        if gone and not lose_duplicates:
            raise CannotWithdraw(_would_lose(name, gone, is_configured=source is not None))
        files = [known.by_sha256[sha256] for sha256 in chosen]
        now = dt.datetime.now(dt.UTC).isoformat()
        for payload in files:
            known.enter({**payload, "outcome": WITHDRAWN, "withdrawn_at": now}, is_landed_now=False)
            remove_parts(home, (name, payload["source_file_sha256"]))
            remove_set_aside(home, name, payload["source_file_sha256"])
    report = land(source, settings, home) if source and dependents else None
    return Withdrawal(
        tuple(files),
        tuple(p["file_name"] for p in dependents if p not in gone),
        tuple(copies[sha256] for sha256 in chosen if sha256 in copies),
        report.mended if report else (),
    )


def restore(name: str, chosen: Collection[str], settings: Settings, home: Home) -> tuple[Payload, ...]:
    """Let withdrawn files in again: the next run lands them. Raises CannotWithdraw where one is not there."""
    source = _configured(settings, name)
    with alone(home, name):
        known = KnownFiles(Ledger(home.ledger), name)
        copies = landing_copies(source, settings, home) if source else {}
        files = tuple(known.by_sha256[sha256] for sha256 in chosen)
        for payload in files:
            if payload["source_file_sha256"] not in copies:
                raise CannotWithdraw(
                    f"{payload['file_name']} is not where source {name!r} looks, so there is nothing to let in: "
                    f"put the file with the SHA-256 {payload['source_file_sha256']} back first."
                )
        for payload in files:
            known.enter({**payload, "outcome": RESTORED}, is_landed_now=False)
    return files


def _configured(settings: Settings, name: str) -> Source | None:
    return next((source for source in settings.sources if source.name == name), None)


def _rests_on(payload: Payload, chosen: Collection[str]) -> bool:
    """Say whether a file told records as duplicates of one of these; one that does not say of which may have."""
    if payload["source_file_sha256"] in chosen:
        return False
    if "duplicates_of" not in payload:
        return bool(payload["records_duplicate"])
    return not payload["duplicates_of"].keys().isdisjoint(chosen)


def _would_lose(name: str, gone: list[Payload], *, is_configured: bool) -> str:
    listed = "".join(f"\n  {p['file_name']}  SHA-256 {p['source_file_sha256']}" for p in gone)
    where = (
        "they are not in the landing folder any more"
        if is_configured
        else f"scrm.yml has no source {name!r}, so they cannot land again"
    )
    return (
        f"Nothing was withdrawn: these files told records as duplicates of what would go, and {where}:{listed}\n"
        f"Put them back{'' if is_configured else ', and the source'}, withdraw them too, or lose those records: "
        "--lose-duplicates"
    )
