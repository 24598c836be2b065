"""Owner-normalised probabilities: which person a profile belongs to, when it has at most one owner.

For a profile and a person, pair_probability is the highest over the person's accepted personas, less what the
others say against it, or that of all of them together where it is higher (joint.py). With
o = pp / (1 − pp), probability = o / (1 + Σ o over the profile's persons), so a profile's probabilities add up
to less than 1. Must not live here: decisions.
"""

from __future__ import annotations

import duckdb

from warehouse.identity.rules import LOWEST_PROBABILITY


def owner_candidates(connection: duckdb.DuckDBPyConnection, output: str) -> None:
    """Make `output` (n, person, best_n, pair_probability, probability) from edges, members and barred.

    `edges` (n, other, pair_probability) holds each pair in both directions, `joint` (n, person, probability)
    what personas of a person say together, `against` (n, person, bits) what they say against the best pair,
    `members` (n, person) the accepted personas, `barred` (n, person) and `cannot_links` (n, other) what rules
    and reviewers forbid, `asking` (n) who is asked for: no contacts, which own and are not owned.
    """
    connection.execute(
        f"""
        create or replace temp table {output} as
        with paired as (
            select
                edges.n,
                members.person,
                arg_max(edges.other, (edges.pair_probability, -edges.other)) as best_n,
                max(edges.pair_probability) as best_pair
            from edges
            inner join members on edges.other = members.n
            where
                edges.n in (select n from asking)
                and edges.pair_probability >= {LOWEST_PROBABILITY}
            group by edges.n, members.person
        ),
        forbidden as (
            select n, person from barred
            union
            select cannot_links.n, members.person
            from cannot_links
            inner join members on cannot_links.other = members.n
        ),
        allowed as (
            select
                paired.n, paired.person, paired.best_n,
                -- rounded, since the order in which sums and means are made must not decide between equals
                round(
                    greatest(
                        coalesce(
                            1 / (1 + (1 - paired.best_pair) / paired.best_pair * pow(2, -against.bits)),
                            paired.best_pair
                        ),
                        coalesce(joint.probability, 0)
                    ),
                    9
                ) as pair_probability
            from paired
            left join joint on paired.n = joint.n and paired.person = joint.person
            left join against on paired.n = against.n and paired.person = against.person
            where (paired.n, paired.person) not in (select (n, person) from forbidden)
        )
        select
            *,
            round(
                pair_probability / (1 - pair_probability)
                / (1 + sum(pair_probability / (1 - pair_probability)) over (partition by n)),
                9
            ) as probability
        from allowed
        """
    )
