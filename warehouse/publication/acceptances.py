"""Checks that a person accepts for the next publication, kept in the ledger: who, why, when.

An acceptance holds until something is published. Must not live here: which checks may be accepted (quality/), what
becomes of a finding that is (quality/containment.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.publications import PUBLICATION

ACCEPTANCE = "acceptance"


@dataclass(frozen=True)
class Acceptance:
    """A check, by name, in spite of which the next publication may pass; by whom, and why."""

    check: str
    by: str
    reason: str
    accepted_at: str


def record_acceptance(home: Home, check: str, *, by: str, reason: str, now: dt.datetime) -> Acceptance:
    """Enter an acceptance into the ledger."""
    acceptance = Acceptance(check, by, reason, now.isoformat(timespec="seconds"))
    Ledger(home.ledger).append(ACCEPTANCE, asdict(acceptance))
    return acceptance


def open_acceptances(home: Home) -> dict[str, Acceptance]:
    """Acceptances that no publication has used up, by check; of one check the last."""
    found: dict[str, Acceptance] = {}
    for entry in Ledger(home.ledger).entries():
        if entry.kind == PUBLICATION:
            found.clear()
        elif entry.kind == ACCEPTANCE and entry.payload:
            acceptance = Acceptance(**entry.payload)
            found[acceptance.check] = acceptance
    return found
