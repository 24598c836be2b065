"""The table `owners`, kept current while persons grow and shrink: only whom a move reaches is asked again.

What speaks for an owner hangs on the persons of those that a persona has a pair with, and, while it is free, on
the free ones that are surely the same as it (`singles`). How owners compete is asked for all. Must not live
here: what a probability is (ownership.py, joint_evidence.py), and what it leads to (cluster.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity.persons.joint_evidence import against_persons, joint_candidates
from warehouse.identity.persons.ownership import owner_candidates, single_candidates
from warehouse.identity.tables import Maker

make = Maker(__name__)


def find_owners(connection: duckdb.DuckDBPyConnection, join: float, only_free: bool) -> None:
    """Make `owners` for everybody but contacts; with `only_free`, for those that are not yet members."""
    free = "and n not in (select n from members)" if only_free else ""
    make(
        connection,
        "asking",
        f"""
        select n from personas where persona_type <> 'contact' {free}
        """,
    )
    _ask(connection, join, only_free, "singles")
    owner_candidates(connection, "singles", only_free)


def update_owners(connection: duckdb.DuckDBPyConnection, join: float, only_free: bool) -> None:
    """Bring `owners` up to date after the personas in `moved` (n) joined a person or left theirs.

    Reads what `find_owners` reads and was called with the same `only_free` before.
    """
    free = "and asked.n not in (select n from members)" if only_free else ""
    # a companion's evidence is a free persona's own, too (joint_evidence.py)
    companions = (
        f"""
        union
        select likely_pairs.other
        from likely_pairs inner join near on likely_pairs.n = near.n
        where likely_pairs.pair_probability >= {join}
        """
        if only_free
        else ""
    )
    make(
        connection,
        "asking",
        f"""
        with near as (
            select other as n from likely_pairs where n in (select n from moved)
            union
            select n from pair_kinds where other in (select n from moved)
            union
            select other from cannot_links where n in (select n from moved)
            union
            select n from moved
        ),
        asked as (
            select n from near
            {companions}
        )
        select asked.n
        from asked
        inner join personas on asked.n = personas.n
        where personas.persona_type <> 'contact' {free}
        """,
    )
    _ask(connection, join, only_free, "singles_anew")
    gone = "or n in (select n from members)" if only_free else ""
    connection.execute(
        f"""
        delete from singles where n in (select n from asking) {gone};
        insert into singles by name select * from singles_anew
        """
    )
    owner_candidates(connection, "singles", only_free)


def _ask(connection: duckdb.DuckDBPyConnection, join: float, only_free: bool, output: str) -> None:
    joint_candidates(connection, join, with_companions=only_free)
    against_persons(connection)
    single_candidates(connection, output, make=make)
