"""Reviewed pairs among those that training learns from."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.passes import propose
from warehouse.identity.training.learning_pairs import reviewed_pairs


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Personas a (1), b (2) and c (3); blocking has proposed a and b."""
    with connect(threads=1) as opened:
        people = "from (values (1, 'a'), (2, 'b'), (3, 'c')) t(n, persona_id)"
        fill(opened, "personas", people, maker="pairs.scoring")
        fill(opened, "pairs", "select '0' as match_key, 1 as join_key_l, 2 as join_key_r")
        fill(opened, "decisions")
        yield opened


def reviewed(
    connection: duckdb.DuckDBPyConnection, *decisions: tuple[str, str, str, str]
) -> list[tuple[int, int, bool]]:
    for decision in decisions:
        connection.execute(
            "insert into decisions (left_persona_id, right_persona_id, decision, decided_at) values (?, ?, ?, ?)",
            decision,
        )
    reviewed_pairs(connection, "decisions")
    return connection.execute("select n_l, n_r, is_match from reviewed order by all").fetchall()


def test_last_decision_on_a_pair_counts_whichever_way_round(connection: duckdb.DuckDBPyConnection) -> None:
    found = reviewed(
        connection,
        ("a", "b", "match", "2026-01-01T00:00:00Z"),
        ("b", "a", "no_match", "2026-01-02T00:00:00Z"),
    )
    assert found == [(1, 2, False)]


def test_reviewer_who_cannot_tell_lifts_what_was_said_and_teaches_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = reviewed(
        connection,
        ("a", "b", "match", "2026-01-01T00:00:00Z"),
        ("a", "b", "unsure", "2026-01-02T00:00:00Z"),
        ("b", "c", "unsure", "2026-01-02T00:00:00Z"),
    )
    assert found == []


def test_reviewed_pair_that_blocking_missed_is_learned_from(connection: duckdb.DuckDBPyConnection) -> None:
    reviewed(
        connection,
        ("a", "b", "match", "2026-01-01T00:00:00Z"),
        ("c", "a", "match", "2026-01-01T00:00:00Z"),
        ("c", "gone", "match", "2026-01-01T00:00:00Z"),
    )
    pairs = connection.execute("select * from pairs order by join_key_r").fetchall()
    assert pairs == [("0", 1, 2), ("reviewed", 1, 3)]


def test_without_decisions_nothing_is_added(connection: duckdb.DuckDBPyConnection) -> None:
    reviewed_pairs(connection, None)
    assert connection.execute("select count(*) from pairs").fetchall() == [(1,)]


def test_pair_drawn_at_random_that_the_graph_proposes_is_learned_from_once(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Training scores for judging (`scored`) fewer pairs than it learns from."""
    fill(connection, "scored")
    fill(connection, "scored_for_training", "select 1 as n_l, 3 as n_r")
    fill(connection, "graph_pairs", "select n_l, 3 as n_r, true as is_proposed from range(1, 3) as r(n_l)")
    assert propose(connection, "scored_for_training") == 1
    assert connection.execute("select join_key_l, join_key_r from proposed_pairs").fetchall() == [(2, 3)]
