"""Which handles are two words that many handles are made of."""

from __future__ import annotations

from itertools import product

import duckdb
import pytest

from warehouse.engine import connect
from warehouse.identity.model.handle_words import find_handles_of_words, learn_handle_words
from warehouse.identity.model.linkage_model import Frequencies
from warehouse.identity.model.term_frequencies import freeze

BEGINNINGS, ENDS = ("quiet", "lucky", "paper", "tiny"), ("raven", "maple", "otter", "ember")
HANDLES = [*(a + b for a, b in product(BEGINNINGS, ENDS)), "zibbelquark", "quietzibbel", None]


def _learn(connection: duckdb.DuckDBPyConnection) -> dict[str, Frequencies]:
    connection.execute(
        "create table given as "
        "select cast(i as varchar) as persona_id, handle as handle_letters, i <> 0 as is_linkable "
        "from (select unnest(range(len(?))) as i, unnest(?::varchar[]) as handle)",
        [HANDLES, HANDLES],
    )
    return learn_handle_words(connection, "given")


def test_share_of_handles_that_begin_and_end_with_a_word() -> None:
    # of 18 different handles four begin with each word (quiet: five), and four end with each
    with connect(threads=1) as connection:
        found = _learn(connection)
    assert found["handle_beginning"].values["lucky"] == pytest.approx(4 / 18, rel=1e-3)
    assert found["handle_end"].values["raven"] == pytest.approx(4 / 18, rel=1e-3)
    assert set(BEGINNINGS) <= found["handle_beginning"].values.keys()
    assert not {"zibbel", "zib"} & found["handle_beginning"].values.keys()


def test_finds_the_linkable_handles_of_two_such_words() -> None:
    with connect(threads=1) as connection:
        freeze(connection, _learn(connection))
        find_handles_of_words(connection, "given")
        found = {row[0] for row in connection.execute("from handles_of_words").fetchall()}
    # the first is not linkable; quietzibbel has one such word alone
    assert found == {str(i) for i in range(1, 16)}
