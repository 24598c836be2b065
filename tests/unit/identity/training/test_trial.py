"""The trial of a trained model: what is known, how it is asked for, and which of two answers is better."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.unit.identity.hand_made_personas import persona, table
from warehouse.engine import connect
from warehouse.identity.model.linkage_model import load_model
from warehouse.identity.training.trial import Answer, ask, find_known_pairs

NAME, HERE = "laura vestergaard", {"city": "aarhus", "country": "DK"}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(threads=1) as opened:
        yield opened


def known(
    connection: duckdb.DuckDBPyConnection, *rows: dict[str, Any], decisions: str | None = None
) -> list[Any]:
    connection.register("given", table(rows))
    find_known_pairs(connection, "given", load_model("standard"), decisions)
    return connection.execute(
        "select left_persona_id, right_persona_id, is_match from known_pairs order by all"
    ).fetchall()


def test_address_number_and_declared_link_make_known_what_is_one_person(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        persona("contact:1", NAME, email_hashes=["e1"], phone_hashes=["p1"]),
        persona("contact:2", NAME, phone_hashes=["p1"], declared_accounts=["x:zib"]),
        persona("profile:forum:1", None, "quark", email_hashes=["e1"], declared_accounts=["x:lv"]),
        persona("profile:x:1", None, "zib"),
        persona("profile:x:2", None, "lv", declared_accounts=["forum:quark"]),
        persona("profile:x:3", None, "claimed", declared_accounts=["x:zib"]),
    ]
    assert known(connection, *rows) == [
        ("contact:1", "contact:2", True),
        ("contact:1", "profile:forum:1", True),
        ("contact:2", "profile:x:1", True),
        ("profile:forum:1", "profile:x:2", True),
    ]


def test_households_generations_and_values_of_many_make_nothing_known(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        persona("contact:1", NAME, phone_hashes=["p1"]),
        persona("contact:2", "bo vestergaard", phone_hashes=["p1"]),
        persona("contact:3", NAME, phone_hashes=["p2"], birth_year=1950),
        persona("contact:4", NAME, phone_hashes=["p2"], birth_year=1982),
        *(persona(f"contact:s{i}", "ida kern", email_hashes=["shared"]) for i in range(9)),
    ]
    assert known(connection, *rows) == []


def test_profile_of_a_known_owner_and_a_namesake_are_known_to_be_two(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        persona("contact:1", NAME, email_hashes=["e1"]),
        persona("contact:2", NAME, email_hashes=["e2"]),
        persona("contact:3", NAME),
        persona("profile:forum:1", NAME, "laurav", email_hashes=["e1"]),
    ]
    assert known(connection, *rows) == [
        ("contact:1", "profile:forum:1", True),
        ("contact:2", "profile:forum:1", False),
    ]


def test_pairs_are_found_by_what_is_left_when_that_which_made_them_known_is_hidden(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """One shares nothing but the address, one its name, too, and one its handle; reviewers decided on a fourth."""
    names = (NAME, "bo kernmantel", "ida qvistgaard")
    rows = [persona(f"contact:{i}", name, email_hashes=[f"e{i}"], **HERE) for i, name in enumerate(names)]
    rows += [
        persona("profile:forum:0", None, "zibbelquark", email_hashes=["e0"]),
        persona("profile:forum:1", "bo kernmantel", "zz", email_hashes=["e1"], **HERE),
        persona("profile:forum:2", None, "idaqvistgaard", email_hashes=["e2"], **HERE),
        persona("profile:x:0", NAME, "laurav", **HERE),
    ]
    connection.execute(
        "create or replace temp table decided as select 'contact:0' as left_persona_id, 'profile:x:0' as "
        "right_persona_id, 'match' as decision, timestamptz '2026-01-01 00:00:00+00' as decided_at"
    )
    known(connection, *rows, decisions="decided")
    questions = ask(connection, "given", {"standard": load_model("standard")}, 0.95)
    found = {q.name: (q.one_person, q.answers["standard"].found) for q in questions if q.answers}
    assert found == {
        "pairs with a profile, as they are": (3, 3),
        "pairs with a profile, without what they are known by": (3, 2),
        "pairs with a profile, by its handle alone": (3, 1),
        "pairs that reviewers decided": (1, 1),
    }


@pytest.mark.parametrize(
    ("mine", "other", "fewer", "errs_more"),
    [
        ((10, 0), (10, 0), False, False),
        ((9, 0), (10, 0), True, False),
        ((500, 5), (10, 0), False, False),  # 1 of 100 may be wrong
        ((500, 6), (10, 0), False, True),
        ((500, 50), (90, 10), False, False),  # the other errs as often
        ((400, 10), (500, 10), True, False),
    ],
)
def test_better_finds_no_fewer_and_errs_no_more(
    mine: tuple[int, int], other: tuple[int, int], fewer: bool, errs_more: bool
) -> None:
    assert Answer(*mine).finds_fewer_than(Answer(*other)) is fewer
    assert Answer(*mine).errs_more_than(Answer(*other)) is errs_more
