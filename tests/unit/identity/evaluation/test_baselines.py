"""The ways to beat, on cases worked out by hand."""

from __future__ import annotations

import duckdb
import pytest

from tests.unit.identity.hand_made_tables import fill
from warehouse.identity.evaluation.baselines import best_threshold, exact_matching


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Four personas, true pairs 1–2 and 3–4; all pairs are candidates but 3–4, which blocking lost."""
    connection = duckdb.connect()
    fill(
        connection,
        "personas",
        """
        from (values
            (1, 'ada lunt', 'ada', ['e1'], 'bonn', 1990),
            (2, 'ada lunt', 'ada', ['e1'], 'bonn', null),
            (3, 'ada lunt', 'al', cast([] as varchar[]), 'köln', 1990),
            (4, 'bo kern', null, cast([] as varchar[]), null, null)
        ) as t(n, full_name, handle, email_hashes, city, birth_year)
        """,
        maker="pairs.scoring",
    )
    candidates = "(values (1, 2), (1, 3), (1, 4), (2, 3), (2, 4)) as t(join_key_l, join_key_r)"
    fill(connection, "pairs", f"from {candidates}")
    fill(connection, "true_pairs", "from (values (1, 2), (3, 4)) as t(n_l, n_r)")
    return connection


def test_exact_rules_count_what_blocking_lost_as_not_found(connection: duckdb.DuckDBPyConnection) -> None:
    found = exact_matching(connection)
    # same name: 1–2, 1–3, 2–3, of which 1–2 is true; two true pairs in all
    name = found["same name"]
    assert (name.precision.hits, name.precision.of, name.recall.hits, name.recall.of) == (1, 3, 1, 2)
    email = found["same e-mail"]
    assert (email.precision.hits, email.precision.of, email.recall.of) == (1, 1, 2)
    # same birth year beside the name: 1–3 alone, which is false; a missing year is no agreement
    assert found["same name and birth year"].precision.of == 1


def test_the_best_threshold_is_the_one_with_the_highest_f1(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table scored as "
        "from (values (1, 3, 0.9), (1, 2, 0.8), (2, 3, 0.4)) as t(n_l, n_r, pair_probability)"
    )
    # ≥ 0.9: 0 of 1, F1 0; ≥ 0.8: 1 of 2, recall 1/2, F1 1/2; ≥ 0.4: 1 of 3, F1 2/5
    threshold, quality = best_threshold(connection, "scored")
    assert threshold == pytest.approx(0.8)
    assert quality.f1 == pytest.approx(1 / 2)


def test_no_scored_pair_finds_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table scored (n_l integer, n_r integer, pair_probability double)")
    _, quality = best_threshold(connection, "scored")
    assert (quality.recall.hits, quality.recall.of) == (0, 2)
