"""Handles of two words: how a company's people make them up, learned once with the model and frozen in it.

Two who never met choose the same pair of words (quietraven, robertsmith), hardly two the same invention: what a
handle tells hangs on how many choose its parts, see Perito et al. (2011). Must not live here: what sharing such
a handle is worth (training/em.py), names (term_frequencies.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity.model.linkage_model import Frequencies
from warehouse.identity.tables import Maker

make = Maker(__name__)

# A word is a piece that this part of all handles, and so many of them, begin or end with.
COMMON_WORD, COMMON_FROM = 0.001, 3
SHORTEST_WORD = 3
MOST_WORDS = 4_000
SIDES = ("handle_beginning", "handle_end")


def learn_handle_words(connection: duckdb.DuckDBPyConnection, personas: str) -> dict[str, Frequencies]:
    """Share of the different handles that begin, and that end, with each word; a word leaves a word over."""
    make(
        connection,
        "handle_cuts",
        f"""
        select left(handle, size) as handle_beginning, substr(handle, size + 1) as handle_end
        from (select distinct handle_letters as handle from {personas} where handle_letters is not null)
        cross join range({SHORTEST_WORD}, 40) as sizes(size)
        where size <= length(handle) - {SHORTEST_WORD}
        """,
    )
    total = connection.execute(
        f"select greatest(count(distinct handle_letters), 1) from {personas}"
    ).fetchall()[0][0]
    common = max(COMMON_WORD * total, COMMON_FROM)
    found = {}
    for side, other in (SIDES, SIDES[::-1]):
        rows = connection.execute(
            f"""
            select {side}, any_value(handles) / {total}
            from (select *, count(*) over (partition by {side}) as handles from handle_cuts)
            where
                handles >= {common}
                and {other} in (select {other} from handle_cuts group by {other} having count(*) >= {common})
            group by {side}
            having count(*) >= {COMMON_FROM}
            order by any_value(handles) desc, {side}
            limit {MOST_WORDS}
            """
        ).fetchall()
        found[side] = Frequencies(0.0, {value: float(f"{share:.4g}") for value, share in rows})
    return found


def find_handles_of_words(connection: duckdb.DuckDBPyConnection, personas: str) -> None:
    """Make `handles_of_words` (persona_id) of the linkable `personas`, by the words of `frozen_frequencies`."""
    beginning, end = SIDES
    make(
        connection,
        "handles_of_words",
        f"""
        select distinct p.persona_id
        from (
            select persona_id, handle_letters, size
            from {personas}
            cross join range({SHORTEST_WORD}, 40) as sizes(size)
            where is_linkable and size <= length(handle_letters) - {SHORTEST_WORD}
        ) as p
        where
            left(handle_letters, size) in (select value from frozen_frequencies where rarity = '{beginning}')
            and substr(handle_letters, size + 1) in (select value from frozen_frequencies where rarity = '{end}')
        """,
    )
