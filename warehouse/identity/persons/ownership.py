"""Owner-normalised probabilities: which person a profile belongs to, when it has at most one owner.

For a profile and a person, pair_probability is the highest over the person's accepted personas, less what the
others say against it, or that of all of them together where it is higher (joint_evidence.py), and less where
another profile claims the person's place on the network. With o = pp / (1 − pp), probability = o / (1 + Σ o over
the profile's persons), so a profile's probabilities add up to less than 1. Before anybody competes, a map says
how often such a candidate is the owner rather than nobody: the company's own, or the one that comes with the
model; what a reviewer said stays as it is. Must not live here: decisions, and who is asked again when
(owners.py).

Sums are rounded, since the order in which they are made must not decide between equals.
"""

from __future__ import annotations

import duckdb

from warehouse.identity.model.calibration import CalibrationMap, calibrated_sql
from warehouse.identity.rules import HIGHEST_PROBABILITY, LOWEST_PROBABILITY
from warehouse.identity.tables import Maker

_make = Maker(__name__)

_ODDS = "pair_probability / (1 - pair_probability)"


def calibrate_candidates(connection: duckdb.DuckDBPyConnection, found: CalibrationMap | None) -> None:
    """Make the macro that `single_candidates` asks: a candidate's probability by the map, as it is without one."""
    says = calibrated_sql(found, "log2(p / (1 - p))") if found is not None else "p"
    _make.macro(connection, "candidate_probability(p)", says)


def single_candidates(connection: duckdb.DuckDBPyConnection, output: str, *, make: Maker) -> None:
    """Make `output` of `make` (n, person, best_n, pair_probability): each candidate for itself.

    `asking` (n) says who is asked for: no contacts, which own and are not owned. `likely_pairs` (n, other,
    pair_probability) holds each pair in both directions, `joint` (n, person, probability) what personas of a
    person say together, `against` (n, person, bits) what they say against the best pair, `members` (n, person)
    the accepted personas, `barred` (n, person) and `cannot_links` (n, other) what rules and reviewers forbid;
    with whom reviewers say that it belongs (`said_to_match`: n, other), a profile has no other owner. Asks the
    macro of `calibrate_candidates`.
    """
    make(
        connection,
        output,
        f"""
        with paired as (
            select
                likely_pairs.n,
                members.person,
                arg_max(likely_pairs.other, (likely_pairs.pair_probability, -likely_pairs.other)) as best_n,
                max(likely_pairs.pair_probability) as best_pair
            from likely_pairs
            inner join members on likely_pairs.other = members.n
            where
                likely_pairs.n in (select n from asking)
                and likely_pairs.pair_probability >= {LOWEST_PROBABILITY}
            group by likely_pairs.n, members.person
        ),
        forbidden as (
            select n, person from barred
            union
            select cannot_links.n, members.person
            from cannot_links
            inner join members on cannot_links.other = members.n
        ),
        decided as (
            select said_to_match.n, list(members.person) as persons
            from said_to_match
            inner join members on said_to_match.other = members.n
            group by said_to_match.n
        ),
        judged as (
            select
                paired.n, paired.person, paired.best_n,
                greatest(
                    coalesce(
                        1 / (1 + (1 - paired.best_pair) / paired.best_pair * pow(2, -against.bits)),
                        paired.best_pair
                    ),
                    coalesce(joint.probability, 0)
                ) as likely,
                list_contains(decided.persons, paired.person) as is_decided
            from paired
            left join joint on paired.n = joint.n and paired.person = joint.person
            left join against on paired.n = against.n and paired.person = against.person
            left join decided on paired.n = decided.n
            where (paired.n, paired.person) not in (select (n, person) from forbidden)
        )
        select
            n, person, best_n,
            round(case when is_decided then likely else candidate_probability(likely) end, 9) as pair_probability
        from judged
        where coalesce(is_decided, true)
        """,
    )


def owner_candidates(connection: duckdb.DuckDBPyConnection, singles: str, only_free: bool) -> None:
    """Make `owners` (n, person, best_n, pair_probability, probability) of all `singles` (single_candidates).

    The macro further_account() says how much rarer a second account on a network is than one elsewhere
    (joint_evidence.py). With `only_free`, `singles` are of personas that are no members, and members hold their
    places.
    """
    _others_there(connection, singles, only_free)
    _make(
        connection,
        "owners",
        f"""
        with fair as (
            select
                * exclude (pair_probability, others_there),
                case
                    when others_there > 0 then round(
                        1 - 1 / (1 + {_ODDS} * (1 + further_account() * others_there) / (1 + others_there)), 9
                    )
                    else pair_probability
                end as pair_probability
            from {singles}
            left join others_there using (n, person)
        ),
        summed as (
            select n, sum({_ODDS}) as all_odds from fair group by n
        )
        select n, person, best_n, pair_probability, round({_ODDS} / (1 + all_odds), 9) as probability
        from fair
        inner join summed using (n)
        """,
    )


def _others_there(connection: duckdb.DuckDBPyConnection, singles: str, only_free: bool) -> None:
    """Make `others_there` (n, person, others_there): odds of other profiles for the person's place, where any are.

    A person mostly has one account on a network: with odds o for this profile, S for the others there, and a
    second account ρ times as likely as one elsewhere, its odds become o (1 + ρ S) / (1 + S). Each of the odds
    is that of the profile's own competition of owners. A profile that hangs on another one of the same network
    has paid for it (the comparison `pairing`), and does not count.
    """
    held = (
        f"""
        union all
        select
            members.person, personas.network,
            {HIGHEST_PROBABILITY / (1 - HIGHEST_PROBABILITY)!r}
        from members
        inner join personas using (n)
        where personas.persona_type = 'profile'
        """
        if only_free
        else ""
    )
    _make(
        connection,
        "others_there",
        f"""
        with summed as (
            select n, sum({_ODDS}) as all_odds from {singles} group by n
        ),
        claims as (
            select s.n, s.person, profile.network, {_ODDS} / (1 + all_odds - {_ODDS}) as odds
            from {singles} as s
            inner join summed using (n)
            inner join personas as profile on s.n = profile.n
            inner join personas as best on s.best_n = best.n
            where profile.persona_type = 'profile' and profile.network <> best.network
        ),
        contested as (
            select person, network, sum(odds) as odds
            from (select person, network, odds from claims {held})
            group by person, network
            having count(*) > 1
        )
        select c.n, c.person, round(contested.odds - c.odds, 9) as others_there
        from claims as c
        inner join contested using (person, network)
        """,
    )
