"""Whose account is whose in golden_company.py, as linkage would have found.

Must not live here: the accounts themselves (golden_social.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.integration.hand_made_lake import write_identity

Row = Mapping[str, Any]

# profile → (person, probability). The pair probabilities of accepted links are those that give `probability`.
LINKS = {
    ("x", "xa1"): ("ada", 0.9999),
    ("x", "xa2"): ("ada", 0.98),
    ("x", "xb"): ("ben", 0.96),
    ("x", "xe"): ("eli", 0.95),
    ("x", "xh"): ("hal", 0.95),
    ("forum", "fc"): ("cem", 0.95),
    ("forum", "fg"): ("gus", 0.95),
    ("forum", "fk"): ("kim", 0.95),
}
CONTACTS = {
    "c01": "ada",
    "c02": "ben",
    "c03": "cem",
    "c04": "dee",
    "c05": "eli",
    "c06": "fay",
    "c07": "gus",
    "c08": "hal",
    "c09": "ada",
    "c10": "jon",
    "c12": "kim",
    "c13": "lee",
}
LONERS = (("x", "xq"), ("x", "xbrand"), ("forum", "fs"), ("blog", "https://quiet.example"))


def write_links(home: Path) -> None:
    write_identity(
        home,
        personas=[
            *(_persona(f"contact:{c}", person, 1.0, "accepted") for c, person in CONTACTS.items()),
            *(_persona(f"profile:{n}:{p}", person, pr, "accepted") for (n, p), (person, pr) in LINKS.items()),
            *(_persona(f"profile:{n}:{p}", f"alone:{p}", 1.0, "unlinked") for n, p in LONERS),
        ],
        link_candidates=[
            *(_candidate(n, p, person, pr, pr, "accepted") for (n, p), (person, pr) in LINKS.items()),
            # 0.8 and 0.6 are odds of 4 and 1.5: 4 / 6.5 = 8/13 and 1.5 / 6.5 = 3/13
            _candidate("x", "xq", "ben", 0.8, 8 / 13, "review"),
            _candidate("x", "xq", "cem", 0.6, 3 / 13, "rejected"),
        ],
        # cem's forum account names the company of dee and lee
        organizations=[
            {"record_id": record, "organization_id": "dees", "probability": 1.0}
            for record in ("account:a4", "name:dees|")
        ],
        quality=[
            {
                "model_version": "1",
                "measure": "link_recall",
                "stratum_kind": "all",
                "stratum": "all customers",
                "segment": "all customers",
                "network": "x",
                "value": 0.9,
                "low": 0.8,
                "high": 1.0,
                "basis": "truth",
            }
        ],
    )


def _persona(persona_id: str, person_id: str, probability: float, status: str) -> Row:
    return {
        "persona_id": persona_id,
        "person_id": person_id,
        "person_probability": probability,
        "link_status": status,
        "decided_by": "model" if status == "accepted" else "none",
    }


def _candidate(
    network: str, profile_id: str, person: str, pair: float, probability: float, status: str
) -> Row:
    contact = next(c for c, p in CONTACTS.items() if p == person)
    return {
        "profile_persona_id": f"profile:{network}:{profile_id}",
        "network": network,
        "profile_id": profile_id,
        "person_id": person,
        "best_persona_id": f"contact:{contact}",
        "pair_probability": pair,
        "probability": probability,
        "link_status": status,
    }
