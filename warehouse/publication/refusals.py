"""Runs whose build was refused: what the ledger keeps of them, so that a refusal is no less known than a success.

Must not live here: what a check is (quality/), how a build is published (publish.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.publications import PUBLICATION, current_id

REFUSAL = "refusal"


@dataclass(frozen=True)
class Refusal:
    """A run that was not published because critical checks failed: their names, and what each found."""

    run_id: str
    refused_at: str
    still_serves: str | None
    checks: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """The refusal in one line."""
        failed = "; ".join(f"{name}: {found}" for name, found in self.checks)
        return f"run {self.run_id}, {self.refused_at}: {failed}"


def record_refusal(
    home: Home, run_id: str, failed: Sequence[Mapping[str, str]], *, code_version: str, now: dt.datetime
) -> None:
    """Enter a refused run into the ledger. `failed` holds `name` and `found` of each critical check."""
    payload = {
        "run_id": run_id,
        "refused_at": now.isoformat(timespec="seconds"),
        "still_serves": current_id(home),
        "code_version": code_version,
        "checks": [{"name": check["name"], "found": check["found"]} for check in failed],
    }
    Ledger(home.ledger).append(REFUSAL, payload)


def list_refusals(home: Home, *, since_publication: bool = False) -> list[Refusal]:
    """Every refused run, the oldest first; on request those after the last publication alone."""
    found: list[Refusal] = []
    for entry in Ledger(home.ledger).entries():
        if entry.kind == PUBLICATION and since_publication:
            found.clear()
        elif entry.kind == REFUSAL and entry.payload:
            said = entry.payload
            checks = tuple((check["name"], check["found"]) for check in said["checks"])
            found.append(Refusal(said["run_id"], said["refused_at"], said["still_serves"], checks))
    return found


def last_refusal(home: Home) -> Refusal | None:
    """The newest run refused since the last publication; None where that is what came last."""
    return next(reversed(list_refusals(home, since_publication=True)), None)
