"""Training: reviewed pairs, and levels that the data at hand does not show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from warehouse.engine import connect
from warehouse.identity import em
from warehouse.identity.model import COMPARISONS, MODELS, ModelError
from warehouse.identity.train import known_parameters, require_every_level, reviewed_pairs


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Personas a (1), b (2) and c (3); blocking has proposed a and b."""
    with connect(threads=1) as opened:
        opened.execute(
            "create temp table personas as select * from (values (1, 'a'), (2, 'b'), (3, 'c')) t(n, persona_id)"
        )
        opened.execute("create temp table pairs as select '0' as match_key, 1 as join_key_l, 2 as join_key_r")
        opened.execute(
            "create temp table decisions (left_persona_id varchar, right_persona_id varchar, "
            "decision varchar, decided_at timestamptz)"
        )
        yield opened


def reviewed(
    connection: duckdb.DuckDBPyConnection, *decisions: tuple[str, str, str, str]
) -> list[tuple[int, int, bool]]:
    for decision in decisions:
        connection.execute("insert into decisions values (?, ?, ?, ?)", decision)
    reviewed_pairs(connection, "decisions")
    return connection.execute("select n_l, n_r, is_match from reviewed order by all").fetchall()


def test_last_decision_on_a_pair_counts_whichever_way_round(connection: duckdb.DuckDBPyConnection) -> None:
    found = reviewed(
        connection,
        ("a", "b", "match", "2026-01-01T00:00:00Z"),
        ("b", "a", "no_match", "2026-01-02T00:00:00Z"),
    )
    assert found == [(1, 2, False)]


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


def nothing_seen() -> em.PairVectors:
    """No candidate pair, and outside blocking only pairs that differ in everything."""
    none = {c.name: np.array([], dtype=np.int64) for c in COMPARISONS}
    differ = {c.name: np.array([0.0] * len(c.levels) + [10.0]) for c in COMPARISONS}
    empty = {c.name: np.array([]) for c in COMPARISONS}
    return em.PairVectors(none, empty, np.array([], dtype=bool), differ, 10.0)


def test_unseen_level_is_an_error_without_a_known_model() -> None:
    with pytest.raises(ModelError, match=r"at name\.exact, .*email\.same.* would stay untrained"):
        require_every_level(nothing_seen(), {}, COMPARISONS)


def test_shipped_model_stands_behind_every_level() -> None:
    require_every_level(nothing_seen(), known_parameters(MODELS / "standard.json"), COMPARISONS)


def test_missing_known_model_knows_nothing(tmp_path: Path) -> None:
    assert known_parameters(tmp_path / "none.json") == {}
