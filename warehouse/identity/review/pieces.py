"""What a held-back person falls apart into, and by which ids its pieces go.

A contact is a piece, with the records that the CRM merged into it; each profile and each touchpoint is one. A
piece takes the id that its personas had in the last publication, or one that history knows of it; of several that
claim one id, the oldest contact has it. The person's own id, where none claims it, is the oldest contact's. Who is
left gets a new one. Must not live here: who is held back and why (quality/), what files then say (held_back.py).
"""

from __future__ import annotations

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.persons.connected_components import connected_components
from warehouse.identity.persons.person_ids import complete_ids
from warehouse.identity.tables import Maker

make = Maker(__name__)


def make_pieces(connection: duckdb.DuckDBPyConnection, personas: str) -> None:
    """Make `placed` (persona_id, was_person_id, person_id, persona_type, size, is_first).

    `size` is that of the piece, `is_first` who stands for it. Reads `persons_held_back` (person_id),
    `was_personas` and `was_decided_pairs` (files of the linkage), `personas` (the relation int_personas),
    `prior_personas` and `prior_history`.
    """
    make(
        connection,
        "falling",
        f"""
        select
            cast(row_number() over (order by was.persona_id) as integer) as n, was.persona_id, was.person_id,
            made.persona_type, made.created_at, made.merged_into_persona_id
        from was_personas as was
        inner join {personas} as made on was.persona_id = made.persona_id
        where was.person_id in (select person_id from persons_held_back)
        """,
    )
    _make_parts(connection)
    make(
        connection,
        "pieces",
        """
        with ranked as (
            select
                *, min(created_at) over (partition by part) as begun_at,
                first_value(persona_id) over (
                    partition by part
                    order by merged_into_persona_id is not null, created_at nulls last, persona_id
                ) as piece
            from falling
            inner join parts using (n)
        )
        select
            persona_id, person_id as was_person_id, persona_type, piece,
            dense_rank() over (order by persona_type <> 'contact', begun_at nulls last, piece) as place
        from ranked
        """,
    )
    _claim_ids(connection)
    _name_the_rest(connection)
    make(
        connection,
        "placed",
        """
        select
            pieces.persona_id, pieces.was_person_id, given_ids.person_id, pieces.persona_type,
            count(*) over (partition by pieces.piece) as size, pieces.persona_id = pieces.piece as is_first
        from pieces
        inner join given_ids on pieces.piece = given_ids.cluster
        """,
    )


def _make_parts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `parts` (n, part): records that the CRM merged are one, unless a reviewer keeps two of them apart."""
    make.view(
        connection,
        "no_pairs",
        """
        select l.n as n_l, r.n as n_r
        from was_decided_pairs as d
        inner join falling as l on d.left_persona_id = l.persona_id
        inner join falling as r on d.right_persona_id = r.persona_id
        where d.decision = 'no_match'
        """,
    )
    merged = """
        select least(m.n, t.n) as n_l, greatest(m.n, t.n) as n_r
        from falling as m
        inner join falling as t on m.merged_into_persona_id = t.persona_id and m.person_id = t.person_id
        where m.n <> t.n
        """
    connected_components(
        connection, "select n from falling", f"from ({merged}) anti join no_pairs using (n_l, n_r)"
    )
    make(connection, "parts", "select n, component as part from components")
    connection.execute(
        """
        update parts set part = n
        where part in (
            select l.part
            from no_pairs
            inner join parts as l on no_pairs.n_l = l.n
            inner join parts as r on no_pairs.n_r = r.n and l.part = r.part
        )
        """
    )


def _claim_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `claimed_ids` (cluster, person_id) of the pieces that an id is known of."""
    make(
        connection,
        "claimed_ids",
        """
        with taken as (
            select person_id from was_personas where person_id not in (select person_id from persons_held_back)
        ),
        claims as (
            select pieces.piece, pieces.place, prior.person_id, 1 as kind, count(*) as shared
            from pieces
            inner join prior_personas as prior using (persona_id)
            group by all
            union all
            select distinct pieces.piece, pieces.place, history.from_person_id, 2, 0
            from pieces
            inner join prior_history as history
                on history.reason = 'merge' and history.from_person_id = 'person_' || left(md5(persona_id), 16)
        ),
        given as (
            select *
            from claims
            where person_id not in (from taken)
            qualify row_number() over (partition by person_id order by kind, place) = 1
        )
        select piece as cluster, person_id
        from given
        qualify row_number() over (partition by piece order by kind, shared desc, person_id) = 1
        """,
    )
    connection.execute(
        """
        insert into claimed_ids
        select piece, was_person_id
        from pieces
        where
            was_person_id not in (select person_id from claimed_ids)
            and piece not in (select cluster from claimed_ids)
        qualify row_number() over (partition by was_person_id order by place, piece) = 1
        """
    )


def _name_the_rest(connection: duckdb.DuckDBPyConnection) -> None:
    used = """
        select person_id from prior_personas
        union select from_person_id from prior_history
        union select to_person_id from prior_history
        union select person_id from was_personas
        union select person_id from claimed_ids
        """
    make(connection, "clusters_of_pieces", "select persona_id, piece as cluster from pieces")
    complete_ids(connection, "from claimed_ids", "clusters_of_pieces", used)


def history_query(run_id: str, run_at: str) -> str:
    """SQL: person_id_history without merges of this run that came to nothing, and with what fell apart.

    Reads `held_back_before` (persona_id, person_id): what the last publication held back the same is no news.
    """
    return f"""
        with lasting as (
            select *
            from was_person_id_history
            where not (
                run_id = {quote_text(run_id)} and reason = 'merge'
                and to_person_id in (select was_person_id from placed)
                and from_person_id in (select person_id from placed)
            )
        ),
        moved as (
            select placed.was_person_id as from_person_id, placed.person_id as to_person_id
            from placed
            anti join held_back_before using (persona_id, person_id)
            union
            select prior.person_id, placed.person_id
            from placed
            inner join prior_personas as prior using (persona_id)
        )
        from lasting
        union all
        select
            from_person_id, to_person_id, {quote_text(run_id)}, 'held_back',
            cast({quote_text(run_at)} as timestamptz)
        from moved
        where from_person_id <> to_person_id
        order by changed_at, from_person_id, to_person_id
        """
