"""Blocking brings together what may belong together, and passes over keys that say nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.identity.hand_made_personas import persona, proposed, table
from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.evaluation.sample import blocking_quality
from warehouse.identity.model.linkage_model import load_model
from warehouse.identity.rules import LARGEST_BLOCK

MEETING = [
    (persona("contact:1", email_hashes=["a"]), persona("profile:x:1", email_hashes=["a"])),
    (persona("contact:1", "ann morley"), persona("profile:x:1", "morley ann")),
    (persona("contact:1", "ann morley"), persona("profile:x:1", None, "annmorley")),
    (persona("contact:1", "ann morley"), persona("profile:x:1", None, "morleystudio")),
    (persona("contact:1", "ann morley"), persona("profile:x:1", None, "themorleyann99")),
    (persona("contact:1", declared_accounts=["x:zq"]), persona("profile:x:1", None, "zq")),
    (persona("contact:1", aliases=["skater88"]), persona("profile:x:1", None, "skater88")),
    (persona("contact:1", "akemi nishimura"), persona("profile:x:1", "mingmei xicun", "akeminishimura")),
    (
        persona("contact:1", "ann morley", employer="north works"),
        persona("profile:x:1", "ann", employer="north works 3"),
    ),
    (
        persona("contact:1", "aisha mansour", given_sound="s", family_sound="mnsr"),
        persona("profile:x:1", "ishh mnswr", given_sound="s", family_sound="mnsr"),
    ),
    # one picture, compressed anew: bits 0 and 17 differ, so that two of the four parts of 16 bits are the same
    (
        persona("contact:1", avatar_hash=0x0123_4567_89AB_CDEF),
        persona("profile:x:1", avatar_hash=0x0123_4567_89AB_CDEF ^ (1 << 17) ^ 1),
    ),
]


@pytest.mark.parametrize("pair", MEETING)
def test_pair_is_proposed(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert proposed(list(pair)) == {("contact:1", "profile:x:1")}


def test_strangers_are_not_proposed() -> None:
    assert (
        proposed([persona("contact:1", "ann morley"), persona("profile:x:1", "bo kern", "bokern")]) == set()
    )


def test_key_that_too_many_share_proposes_nothing() -> None:
    crowd = [persona(f"contact:{i}", sites=["shared.example"]) for i in range(LARGEST_BLOCK + 1)]
    assert proposed(crowd) == set()
    assert len(proposed(crowd[:3])) == 3


def test_loss_of_blocking_is_measured_by_rule() -> None:
    """Three true pairs of one person: one found by name and e-mail, two by e-mail alone.

    The fourth persona holds no evidence and is not asked for.
    """
    rows = [
        persona("contact:1", "ann morley", email_hashes=["a"]),
        persona("contact:2", "ann morley", email_hashes=["a"]),
        persona("profile:x:1", None, "zq", email_hashes=["a"]),
        persona("profile:x:2", None, "qqqq"),
    ]
    with connect(threads=1) as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.intermediate")
        connection.register("given", table(rows))
        connection.execute("create table warehouse.intermediate.int_personas as select * from given")
        fill(
            connection,
            "predicted_persons",
            "select persona_id, 'p' as true_person, persona_id <> 'profile:x:2' as holds_evidence from given",
        )
        found = blocking_quality(connection, load_model("standard"))
    assert (found.proposed.hits, found.proposed.of) == (3, 3)
    assert (found.by_rule["email"].hits, found.by_rule_alone["email"].hits) == (3, 2)
    assert (found.by_rule["nickname"].hits, found.by_rule_alone["nickname"].hits) == (1, 0)
    assert (found.candidates, found.per_persona) == (3, 0.75)
