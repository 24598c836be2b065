"""Joint evidence: a profile against all accepted personas of a person at once.

One persona of a person shares the name, another the handle, a third the city: each pair alone may stay in
doubt where all together leave none. Must not live here: pair scores (pairs/scoring.py), who belongs to whom
(cluster.py).

For each kind of evidence, the likelihood ratios of the profile's pairs with the person's personas are averaged
(of several values, one is the person's that counts, each as probably); the kinds then multiply. What depends
on each other is one kind: names, and handles made of names, are one, so that a name agreeing with the
contact's name and with a handle spelling it counts once. A kind with nothing to compare is neutral.

And what the pair that speaks for a person most does not say, another may say against it: a namesake whose
city the contact does not show lives elsewhere than the person's other accounts. So of the kinds that are a
person's own (`OWN`), the mean ratio over all personas counts where it is below the pair's.
"""

from __future__ import annotations

import math

import duckdb

from warehouse.identity import rules
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model.linkage_model import COMPARISONS, Model
from warehouse.identity.pairs.judgement import IS_EMPTY_CLAIM
from warehouse.identity.tables import Maker

make = Maker(__name__)

# Comparisons whose outcomes depend on each other, as one kind of evidence.
_NAMING = ("name", "half_name", "handle_name", "handle_other_name", "namesake_handle")
_HANDLES = ("handle", "alias")
_PLACES = ("place", "namesake_place", "given_place")
_TOGETHER = {*_NAMING, *_HANDLES, *_PLACES}
_ALONE = tuple(c.name for c in COMPARISONS if c.name not in _TOGETHER)
KINDS = ("naming", "own_handle", "places", *_ALONE)
# What a person mostly has one of, whichever persona shows it.
OWN = ("places", "language", "employer", "title", "birth_year", "rhythm")
_BY_NAME = {c.name: c for c in COMPARISONS}


def pair_kinds(connection: duckdb.DuckDBPyConnection, model: Model, scored: str = "scored") -> None:
    """Make `pair_kinds` (n, other, and a weight in bits for each of KINDS, NULL where nothing to compare).

    Also makes the macro that turns their sum into a probability. Reads the table `scored` and `personas`; each
    pair stands once for each of its personas that is no contact. What carries no link alone carries none here:
    pairs of low trust are left out, empty claims count for nothing.
    """
    naming, handles, places = (_sum_of(names) for names in (_NAMING, _HANDLES, _PLACES))
    # Beside a name that does not explain it, a handle is evidence of its own.
    own = "coalesce(persona.full_name is not null and not persona.is_handle_of_name, false)"
    alone = ", ".join(f"{_alone(name)} as {name}" for name in _ALONE)
    prior = math.log2(model.prior / (1 - model.prior))
    make(
        connection,
        "pair_kinds",
        f"""
        with both_ways as (
            select n_l as n, n_r as other, * from {scored}
            union all
            select n_r, n_l, * from {scored}
        )
        select
            both_ways.n, both_ways.other,
            case when {own} then {naming} else list_sum([{naming}, {handles}]) end as naming,
            case when {own} then {handles} end as own_handle,
            {places} as places,
            {alone}
        from both_ways
        inner join personas as persona on both_ways.n = persona.n
        inner join personas as another on both_ways.other = another.n
        where
            persona.persona_type <> 'contact'
            and persona.trust_score >= {rules.LEAST_TRUST} and another.trust_score >= {rules.LEAST_TRUST}
        """,
    )
    make.macro(connection, "joint_probability(bits)", rules.probability_of(f"({prior!r} + bits)"))
    make.macro(connection, "further_account()", repr(_further_account(model)))


def _further_account(model: Model) -> float:
    """How much rarer a person's second account on a network is than one on another network."""
    ratio = {level: p.m / p.u for level, p in model.parameters["pairing"].items()}
    return min(ratio["same_network"] / ratio["otherwise"], 1.0)


def _weight(comparison: Comparison) -> str:
    return f"case when level_{comparison.name} is not null then mw_{comparison.name} end"


def _alone(name: str) -> str:
    weight = _weight(_BY_NAME[name])
    return f"case when not ({IS_EMPTY_CLAIM}) then {weight} end" if name == "declared" else weight


def _sum_of(names: tuple[str, ...]) -> str:
    """SQL: sum of the weights that there are; NULL where there is none."""
    return f"list_sum([{', '.join(_weight(_BY_NAME[name]) for name in names)}])"


def against_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `against` (n, person, bits ≤ 0): what a person's other personas say against the best pair.

    Reads `pair_kinds`, `likely_pairs`, `members`, and `asking` (n), who is asked for: no contacts.
    """
    best = ", ".join(
        f"arg_max(coalesce(pair_kinds.{kind}, 0), (likely.pair_probability, -likely.other)) as best_{kind}"
        for kind in OWN
    )
    means = ", ".join(f"coalesce(log2(avg(pow(2, {kind}))), 0) as mean_{kind}" for kind in OWN)
    lower = " + ".join(f"least(mean_{kind} - best_{kind}, 0)" for kind in OWN)
    make(
        connection,
        "against",
        f"""
        with of_several as (
            select * from members where person in (select person from members group by person having count(*) > 1)
        ),
        said as (
            select pair_kinds.n, members.person, {means}
            from pair_kinds
            inner join of_several as members on pair_kinds.other = members.n
            where pair_kinds.n in (select n from asking)
            group by pair_kinds.n, members.person
            having count(*) > 1
        ),
        best as (
            select likely.n, members.person, {best}
            from likely_pairs as likely
            inner join of_several as members on likely.other = members.n
            inner join pair_kinds on likely.n = pair_kinds.n and likely.other = pair_kinds.other
            where (likely.n, members.person) in (select (n, person) from said)
            group by likely.n, members.person
        )
        select n, person, {lower} as bits
        from best
        inner join said using (n, person)
        where bits < 0
        """,
    )


def joint_candidates(connection: duckdb.DuckDBPyConnection, join: float, with_companions: bool) -> None:
    """Make `joint` (n, person, probability): personas and the persons that single pairs leave in doubt.

    Reads `pair_kinds`, `likely_pairs`, `members`, `personas`, and `asking` (n), who is asked for: no contacts.
    `with_companions`, where those asked for are free: each is judged together with the other free ones that
    are surely (from `join` on) the same as it, whoever that is.
    """
    companions = (
        f"""
        union all
        select likely_pairs.n, likely_pairs.other, likely_pairs.pair_probability
        from likely_pairs
        inner join personas as other on likely_pairs.other = other.n
        where
            likely_pairs.n in (select n from asking)
            and likely_pairs.pair_probability >= {join} and other.persona_type <> 'contact'
            and likely_pairs.other not in (select n from members)
        """
        if with_companions
        else ""
    )
    means = " + ".join(f"coalesce(log2(avg(pow(2, {kind}))), 0)" for kind in KINDS)
    make(
        connection,
        "joint",
        f"""
        with doubtful as (
            select likely_pairs.n, members.person
            from likely_pairs
            inner join members on likely_pairs.other = members.n
            where likely_pairs.n in (select n from asking)
            group by likely_pairs.n, members.person
            having max(likely_pairs.pair_probability) between {rules.CONTRADICTION} and {join}
        ),
        as_one as (
            select n, n as as_n, 1.0 as sureness from (select distinct n from doubtful)
            {companions}
        )
        select
            doubtful.n, doubtful.person,
            least(
                min(as_one.sureness)
                * joint_probability(greatest(least({means}, 60), -60)),
                {rules.HIGHEST_PROBABILITY}
            ) as probability
        from doubtful
        inner join as_one on doubtful.n = as_one.n
        inner join members on doubtful.person = members.person
        inner join pair_kinds on as_one.as_n = pair_kinds.n and members.n = pair_kinds.other
        group by doubtful.n, doubtful.person
        having count(*) > 1
        """,
    )
