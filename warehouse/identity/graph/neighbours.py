"""Neighbours known on two networks, and what sharing one is worth, in bits.

That an account follows, or is followed by, a *person* whose accounts on both networks are known is compared
between two accounts, a on one network and b on the other. One person does so on the other network, too, with a
probability q, learned from the persons already known on both; two people share it by the chance of the
configuration model, 1 − exp(−followers · follows / all follows), which is small for two small accounts and large
for a hub: so rare neighbours weigh more, as with Adamic and Adar (2003), and follows that are not shared count
against. The direction counts: whom a celebrity follows tells more than who follows it.

Lives here: follows to persons, what is learned from known persons, the SQL of the ratio. Must not live here:
which pairs are compared (counterparts.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb

from warehouse.identity.graph.follows import BOTH_WAYS
from warehouse.identity.tables import Maker

make = Maker(__name__)

# Follows to learn from before what is learned outweighs what is assumed; and what is assumed of q.
_PRIOR_FOLLOWS = 20.0
_PRIOR_KEPT = 0.3
# What is learned is rounded, so that a few unrelated records more move no weight.
_STEP_OF_KEPT = 0.05
_STEP_OF_BITS = 0.25
# A network where all follows are returned, or none, still gives each kind a chance.
_LEAST_CHANCE = 0.05


@dataclass(frozen=True)
class Worth:
    """What is learned for a pair of networks. `agreement`: bits by kind on a (rows) and on b, 1 to 3.

    `missed_on_b`: bits of a follow of a that b lacks, below 0; `missed_on_a` the other way.
    """

    agreement: tuple[float, ...]
    missed_on_a: float
    missed_on_b: float

    def of_shared(self, a: str, b: str) -> str:
        """SQL: bits of a shared neighbour, from the rows `a` and `b` of the two sides; never against."""
        table = ", ".join(repr(bits) for bits in self.agreement)
        learned = f"[{table}][({a}.kind - 1) * {BOTH_WAYS} + {b}.kind]"
        return f"greatest(({a}.bits + {b}.bits) / 2 + {learned}, 0.1)"

    def of_missed(self, shared: str, a: str, b: str) -> str:
        """SQL: bits of the follows that are not shared, from the reach (`known`) of the two accounts."""
        on_b = f"({a}.known - {shared}) * ({self.missed_on_b!r})"
        return f"({on_b} + ({b}.known - {shared}) * ({self.missed_on_a!r}))"


def make_known_follows(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `known_accounts` (n, person, network) and `known_follows` (n, network, person, kind, bits).

    `network` is the code in `follow_networks`. `bits` is −log2 of the chance that a stranger has it. Follows
    to accounts of one's own person are left out.
    """
    make(
        connection,
        "known_accounts",
        """
        select members.n, members.person, t.code as network
        from members
        inner join personas using (n)
        inner join follow_networks as t using (network)
        where personas.persona_type = 'profile'
        """,
    )
    make(
        connection,
        "known_follows",
        f"""
        with on_two as (
            select person from known_accounts group by person having count(distinct network) > 1
        ),
        met as (
            select
                follows.n, known_accounts.network, known_accounts.person, bit_or(follows.kind) as kind,
                sum(c.follows) as follows, sum(c.followers) as followers
            from follows
            inner join known_accounts on follows.other = known_accounts.n
            inner join follow_counts as c on known_accounts.n = c.n
            where known_accounts.person in (select person from on_two)
            group by follows.n, known_accounts.network, known_accounts.person
        ),
        chances as (
            select
                met.n, met.network, met.person, met.kind, t.mutual,
                1 - exp(-own.follows * met.followers / t.follows) as follows_it,
                1 - exp(-own.followers * met.follows / t.follows) as followed_by_it
            from met
            inner join follow_counts as own on met.n = own.n
            inner join follow_networks as t on met.network = t.code
        )
        select
            n, network, person, kind,
            cast(-log2(case kind
                when 1 then follows_it * greatest(1 - mutual, {_LEAST_CHANCE})
                when 2 then followed_by_it * greatest(1 - mutual, {_LEAST_CHANCE})
                else sqrt(follows_it * followed_by_it) * greatest(mutual, {_LEAST_CHANCE})
            end) as float) as bits
        from chances
        anti join known_accounts using (n, person)
        """,
    )


def make_sides(connection: duckdb.DuckDBPyConnection, a: int, b: int) -> None:
    """Make the two sides of a pair of networks, `side_a` and `side_b` (n, person, kind, bits).

    They hold follows of persons who have accounts on both. Also makes `reach_a` and `reach_b` (n, known, is_free):
    the number of these, and whether the account's person is not yet known on the other network.
    """
    for side, own, other in (("a", a, b), ("b", b, a)):
        make(
            connection,
            f"side_{side}",
            f"""
            select n, person, kind, bits
            from known_follows
            where
                network = {own}
                and person in (select person from known_accounts where network = {other})
            """,
        )
        make(
            connection,
            f"reach_{side}",
            f"""
            with taken as (
                select distinct own.n
                from known_accounts as own
                inner join known_accounts as other on own.person = other.person
                where own.network = {own} and other.network = {other}
            )
            select n, count(*) as known, n not in (select n from taken) as is_free
            from side_{side}
            group by n
            """,
        )


def learn_worth(connection: duckdb.DuckDBPyConnection, a: int, b: int) -> Worth:
    """Learn what a shared and a missing neighbour are worth from the persons known on both networks."""
    rows = connection.execute(
        f"""
        with pairs as (
            select l.n as a, r.n as b
            from known_accounts as l
            inner join known_accounts as r using (person)
            where l.network = {a} and r.network = {b}
        )
        select ta.kind, tb.kind, count(*)
        from pairs
        inner join side_a as ta on pairs.a = ta.n
        inner join side_b as tb on pairs.b = tb.n and ta.person = tb.person
        group by ta.kind, tb.kind
        union all
        select 0, 0, coalesce(sum(x.known), 0) from pairs inner join reach_a as x on pairs.a = x.n
        union all
        select 4, 4, coalesce(sum(y.known), 0) from pairs inner join reach_b as y on pairs.b = y.n
        """
    ).fetchall()
    counts = {(int(i), int(j)): float(count) for i, j, count in rows}
    ties_a, ties_b = counts.pop((0, 0)), counts.pop((4, 4))
    kinds = range(1, BOTH_WAYS + 1)
    # one of each combination is assumed, so that none is impossible
    seen = {(i, j): counts.get((i, j), 0.0) + 1 for i in kinds for j in kinds}
    shared = sum(counts.values())
    on_b, on_a = _kept(shared, ties_a), _kept(shared, ties_b)
    agreement = []
    for i in kinds:
        for j in kinds:
            of_a = seen[i, j] / sum(seen[i, k] for k in kinds)
            of_b = seen[i, j] / sum(seen[k, j] for k in kinds)
            bits = (math.log2(of_a * on_b) + math.log2(of_b * on_a)) / 2
            agreement.append(round(bits / _STEP_OF_BITS) * _STEP_OF_BITS)
    return Worth(tuple(agreement), math.log2(1 - on_a), math.log2(1 - on_b))


def _kept(shared: float, follows: float) -> float:
    kept = (shared + _PRIOR_KEPT * _PRIOR_FOLLOWS) / (follows + _PRIOR_FOLLOWS)
    return min(max(round(kept / _STEP_OF_KEPT), 1), 18) * _STEP_OF_KEPT
