"""The candidates that stay on record: who may own a profile, and whom the graph finds like it, if nobody does.

Must not live here: how owners compete (ownership.py), who is linked (cluster.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity import rules
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)


def make_link_candidates(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `link_candidates` (a profile and a person that may own it a row), and `free_counterparts`.

    Reads `members`, `owners`, `clusters`, `person_ids`, `judged` and `graph_pairs`.
    """
    _free_counterparts(connection)
    make(
        connection,
        "link_candidates",
        f"""
        with person_of as (
            select personas.n, person_ids.person_id
            from personas
            inner join clusters using (persona_id)
            inner join person_ids using (cluster)
        ),
        persons_of_members as (
            select distinct members.person, person_of.person_id
            from members inner join person_of using (n)
        ),
        both_kinds as (
            select owners.n, p.person_id, owners.best_n, owners.pair_probability, owners.probability,
                members.n is not null as is_accepted
            from owners
            inner join persons_of_members as p using (person)
            left join members on owners.n = members.n and owners.person = members.person
            union all
            select f.n, person_of.person_id, f.other, f.pair_probability, f.probability, false
            from free_counterparts as f
            inner join person_of on f.other = person_of.n
        )
        select
            p.persona_id as profile_persona_id, p.network, p.native_id as profile_id, c.person_id,
            best.persona_id as best_persona_id, c.pair_probability, c.probability,
            case
                when c.is_accepted then 'accepted'
                when c.probability >= {thresholds.review} then 'review'
                else 'rejected'
            end as link_status,
            graph_pairs.graph_ratio
        from both_kinds as c
        inner join personas as p on c.n = p.n
        inner join personas as best on c.best_n = best.n
        left join graph_pairs
            on least(c.n, c.best_n) = graph_pairs.n_l and greatest(c.n, c.best_n) = graph_pairs.n_r
        where p.persona_type = 'profile'
        """,
    )


def _free_counterparts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `free_counterparts` (n, other, pair_probability, probability): the graph's best, nobody's yet.

    Of two profiles that belong to no person, each is shown with the best that the graph finds for it, rejected
    ones, too. They share what its possible owners (`owners`) leave of the probability.
    """
    make(
        connection,
        "free_counterparts",
        f"""
        with compared as (
            select n_l, n_r, coalesce(j.pair_probability, 0) as pair_probability, g.graph_ratio
            from judged as j
            inner join graph_pairs as g using (n_l, n_r)
            where
                n_l not in (select n from members) and n_r not in (select n from members)
                and j.decision is null
        ),
        both_ways as (
            select n_l as n, n_r as other, pair_probability, graph_ratio from compared
            union all
            select n_r, n_l, pair_probability, graph_ratio from compared
        ),
        best as (
            select b.*
            from both_ways as b
            inner join personas as p on b.other = p.n and p.persona_type = 'profile'
            qualify
                row_number() over (
                    partition by b.n, p.network order by b.pair_probability desc, b.graph_ratio desc, b.other
                ) <= {rules.BEST_COUNTERPARTS}
        ),
        owned as (
            select n, sum(probability) as probability from owners group by n
        )
        select
            best.n, best.other, best.pair_probability,
            round(
                (1 - coalesce(owned.probability, 0)) * best.pair_probability / (1 - best.pair_probability)
                / (1 + sum(best.pair_probability / (1 - best.pair_probability)) over (partition by best.n)),
                9
            ) as probability
        from best
        left join owned using (n)
        """,
    )
