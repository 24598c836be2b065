"""Stable ids of persons: new clusters take over the ids of the persons they continue.

A cluster continues the prior person with whom it shares most personas, one to one; ties go to the id that no
split or hold-back (review/pieces.py) made, so that what comes together again has its first id, then to a
contact's, and then to the smaller one. A new person's id is a hash of its smallest persona, never an id that was
ever used. What merged and what split is recorded, so that old ids resolve. Must not live here: who belongs
together (cluster.py).
"""

from __future__ import annotations

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.tables import Maker

make = Maker(__name__)


def assign_person_ids(connection: duckdb.DuckDBPyConnection, run_id: str, run_at: str) -> None:
    """Make `person_ids` (cluster, person_id) and `history`.

    Reads `clusters` (persona_id, cluster), the new partition, `prior_personas` (persona_id, person_id), the
    last one, and `prior_history`, all changes so far. `run_at` is an ISO instant.
    """
    continue_ids(connection, "clusters", "prior_personas", "prior_history", "person_")
    make(connection, "person_ids", "from given_ids")
    _record_history(connection, run_id, run_at)


def continue_ids(
    connection: duckdb.DuckDBPyConnection, clusters: str, prior: str, history: str, prefix: str
) -> None:
    """Make `given_ids` (cluster, person_id) of the partition `clusters`, beginning with `prefix`.

    Each argument names a relation, as assign_person_ids reads them: organisations get their ids by the same rule
    (organizations/resolution.py).
    """
    make(
        connection,
        "continuity",
        f"""
        select
            c.cluster, p.person_id, count(*) as shared,
            p.person_id in (
                select to_person_id from {history} where reason in ('split', 'held_back')
            ) as is_of_split,
            bool_or(c.persona_id like 'contact:%') as has_contact
        from {clusters} as c
        inner join {prior} as p using (persona_id)
        group by c.cluster, p.person_id
        """,
    )
    make.empty(connection, "given_ids")
    _continue_persons(connection)
    used = f"""
        select person_id from {prior}
        union select from_person_id from {history}
        union select to_person_id from {history}
        """
    _name_the_new(connection, clusters, used, prefix)


def complete_ids(connection: duckdb.DuckDBPyConnection, known: str, clusters: str, used: str) -> None:
    """Make `given_ids` (cluster, person_id): those `known` already, and for the other `clusters` new ones.

    `known` and `used` are SQL: cluster and person_id; ids that no new person may have.
    """
    make(connection, "given_ids", known)
    _name_the_new(connection, clusters, used, "person_")


def _continue_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Match clusters and prior persons that are each other's best, until no pair is left."""
    matched = 1
    while matched:
        matched = connection.execute(
            """
            insert into given_ids
            with free as (
                select *
                from continuity
                where
                    cluster not in (select cluster from given_ids)
                    and person_id not in (select person_id from given_ids)
            ),
            ranked as (
                select
                    *,
                    row_number() over (
                        partition by cluster order by shared desc, is_of_split, not has_contact, person_id
                    ) as of_cluster,
                    row_number() over (partition by person_id order by shared desc, cluster) as of_person
                from free
            )
            select cluster, person_id from ranked where of_cluster = 1 and of_person = 1
            """
        ).fetchall()[0][0]


def _name_the_new(connection: duckdb.DuckDBPyConnection, clusters: str, used: str, prefix: str) -> None:
    """Give each of `clusters` (persona_id, cluster) that lacks one an id in `given_ids`, none that is `used`."""
    make(connection, "used_ids", used)
    attempt, nameless = 0, True
    while nameless:
        # An id in use (its person went on without its smallest persona) makes the next attempt's salt differ.
        salt = f"#{attempt}" if attempt else ""
        connection.execute(
            f"""
            insert into given_ids
            select cluster, person_id
            from (
                select
                    cluster,
                    {quote_text(prefix)} || left(md5(min(persona_id) || {quote_text(salt)}), 16) as person_id
                from {clusters}
                where cluster not in (select cluster from given_ids)
                group by cluster
            )
            where person_id not in (select person_id from used_ids)
            """
        )
        nameless = connection.execute(
            f"select exists (from {clusters} where cluster not in (select cluster from given_ids))"
        ).fetchall()[0][0]
        attempt += 1


def _record_history(connection: duckdb.DuckDBPyConnection, run_id: str, run_at: str) -> None:
    """A prior person that goes on but lost personas to another was split; one that goes on nowhere merged."""
    make(
        connection,
        "history",
        f"""
        select from_person_id, to_person_id, run_id, reason, changed_at from prior_history
        union all
        select
            continuity.person_id, person_ids.person_id, {quote_text(run_id)},
            case
                when continuity.person_id in (select person_id from person_ids) then 'split' else 'merge'
            end,
            cast({quote_text(run_at)} as timestamptz)
        from continuity
        inner join person_ids on continuity.cluster = person_ids.cluster
        where continuity.person_id <> person_ids.person_id
        """,
    )
