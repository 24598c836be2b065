"""From scored pairs to likely ones: reviewers' decisions, must-links, and rules on single pairs.

Must not live here: persons (persons/cluster.py), scoring (scoring.py).
"""

from __future__ import annotations

import duckdb

from warehouse.identity import rules
from warehouse.identity.model.linkage_model import COMPARISONS
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)

_POSITION = {c.name: {level: i for i, level in enumerate(c.level_names)} for c in COMPARISONS}


def _at(comparison: str, *levels: str) -> str:
    positions = ", ".join(str(_POSITION[comparison][level]) for level in levels)
    return f"coalesce(level_{comparison} in ({positions}), false)"


# Two CRM records of one person share an address or a number, or a whole name and something more: adele77 at one
# provider and adele77 at another are two people's, and colleagues have one employer and one domain. A given name
# is no whole name. A year of birth is one of some sixty: thousands of customers hold many who share it beside a
# family name and a given name like the other (Jack, Ian), and some who share it beside the same name.
_NAMES_DIFFER = _at("name", "family", "given", "family_mistyped", "given_mistyped", "otherwise")
NAMES_AGREE = f"(level_name is not null and not {_NAMES_DIFFER})"
_VALUES = (_at("email", "same", "household"), _at("phone", "same", "household"))
SHARES_A_VALUE = f"({' or '.join(_VALUES)})"
_HINTS = (
    _at("email", "same_local_part"),
    _at("declared", "mutual", "crm", "same_third"),
    _at("employer", "same"),
    _at("site", "same"),
    f"({_at('name', 'exact', 'reordered')} and {_at('birth_year', 'same')} and {_at('namesake_place', 'city')})",
    f"({_at('title', 'same')} and {_at('namesake_place', 'city')})",
)
SHARES_MORE_THAN_A_NAME = f"({SHARES_A_VALUE} or ({NAMES_AGREE} and ({' or '.join(_HINTS)})))"
# Two CRM records of different people: a household shares address and number, and often the family name.
# A single name that is another's decides nothing for training: it may be a nickname or a former name.
_FULL_NAMES_CONTRADICT = _at("name", "family", "otherwise")
NAMES_CONTRADICT = f"({_FULL_NAMES_CONTRADICT} or {_at('half_name', 'otherwise')})"
FORBIDDEN = f"{_FULL_NAMES_CONTRADICT} and {_at('pairing', 'contacts')}"
# Beside these, what a household shares is no proof. Years of birth are known in the CRM alone.
IS_A_GENERATION_APART = (
    f"(coalesce(abs(l.birth_year - r.birth_year) >= {rules.GENERATION}, false)"
    " or coalesce(l.name_generation <> r.name_generation, false))"
)
# What else speaks for a pair than a profile's own claim; the prior and the kinds of personas do not.
_REST = " + ".join(f"mw_{c.name}" for c in COMPARISONS if c.name not in {"declared", "pairing"})
# A one-way claim that nothing else speaks for is anybody's: of somebody else's account it proves nothing. Nor
# does it between two who show different names, whatever they share besides a given name or a family's.
IS_EMPTY_CLAIM = f"{_at('declared', 'one_way')} and mw_declared > 0 and ({_REST} <= 0 or {_NAMES_DIFFER})"
# Friends of one circle share neighbours, too, and live near: alone or beside a place, only an unmistakable
# likeness of neighbours makes a person.
_PLACES = "greatest(mw_place, 0) + greatest(mw_namesake_place, 0) + greatest(mw_given_place, 0)"
IS_GRAPH_ALONE = (
    f"mw_graph > 0 and not {_at('graph', 'unmistakable')} and {_REST} + mw_declared <= mw_graph + {_PLACES}"
)
# A profile of low trust may have copied a name and a place; more than these must speak for it.
CARRIES_LOW_TRUST = " or ".join([*_VALUES, _at("declared", "mutual", "crm")])


def judge_pairs(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, scored: str = "scored"
) -> None:
    """Make what persons/cluster.py reads, and `violations`.

    That is `likely_pairs`, `contact_pairs`, `must_links`, `cannot_links`, `said_to_match` and `told`. Reads the
    table `scored`, `personas` and `decisions` (left_persona_id, right_persona_id, decision; one row a pair).
    """
    make.empty(connection, "violations")
    _number_decisions(connection)
    make(
        connection,
        "judged",
        f"""
        with claims as (
            select
                n_l, n_r, pair_probability, {SHARES_MORE_THAN_A_NAME} as shares_more,
                {SHARES_A_VALUE} as shares_a_value, {NAMES_AGREE} as names_agree,
                {NAMES_CONTRADICT} as names_contradict, {IS_A_GENERATION_APART} as is_a_generation_apart,
                least(l.trust_score, r.trust_score) < {rules.LEAST_TRUST} and not ({CARRIES_LOW_TRUST})
                    as is_low_trust,
                case
                    when {IS_EMPTY_CLAIM} then {rules.probability_of("match_weight - mw_declared")}
                    when {IS_GRAPH_ALONE} then least(pair_probability, {rules.GRAPH_ALONE})
                    else pair_probability
                end as judged_probability
            from {scored} as scored
            inner join personas as l on scored.n_l = l.n
            inner join personas as r on scored.n_r = r.n
        )
        select
            coalesce(claims.n_l, d.n_l) as n_l, coalesce(claims.n_r, d.n_r) as n_r,
            claims.pair_probability as scored_probability,
            coalesce(claims.shares_more, false) or coalesce(d.decision = 'match', false) as shares_more,
            coalesce(claims.shares_a_value, false) as shares_a_value,
            coalesce(claims.names_agree, false) as names_agree,
            coalesce(claims.names_contradict and d.decision is null, false) as names_contradict,
            d.decision, coalesce(claims.is_low_trust, false) as is_low_trust,
            coalesce(claims.is_a_generation_apart and d.decision is null, false) as is_a_generation_apart,
            case
                when d.decision = 'match' then {rules.HIGHEST_PROBABILITY}
                when d.decision is null and not claims.is_low_trust and not claims.is_a_generation_apart
                    then claims.judged_probability
            end as pair_probability
        from claims
        full join numbered_decisions as d on claims.n_l = d.n_l and claims.n_r = d.n_r
        """,
    )
    connection.execute(
        f"""
        insert into violations
        select
            n_l, n_r, scored_probability,
            case
                when decision = 'no_match' then '{rules.REVIEWER_NO_MATCH}'
                when is_a_generation_apart then '{rules.A_GENERATION_APART}'
                when is_low_trust then '{rules.LOW_TRUST}'
                else '{rules.ONE_WAY_CLAIM}'
            end
        from judged
        where
            scored_probability >= {thresholds.review}
            and coalesce(pair_probability, 0) < {thresholds.review}
        """
    )
    _make_likely_pairs(connection)
    _make_links(connection)


def _number_decisions(connection: duckdb.DuckDBPyConnection) -> None:
    make(
        connection,
        "numbered_decisions",
        """
        select least(l.n, r.n) as n_l, greatest(l.n, r.n) as n_r, d.decision
        from decisions as d
        inner join personas as l on d.left_persona_id = l.persona_id
        inner join personas as r on d.right_persona_id = r.persona_id
        where l.n <> r.n
        """,
    )


def _make_likely_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    make(
        connection,
        "likely_pairs",
        f"""
        with likely as (
            select n_l, n_r, pair_probability from judged where pair_probability >= {rules.LOWEST_PROBABILITY}
        )
        select n_l as n, n_r as other, pair_probability from likely
        union all
        select n_r, n_l, pair_probability from likely
        """,
    )
    make(
        connection,
        "contact_pairs",
        """
        select
            j.n_l, j.n_r, coalesce(j.pair_probability, 0) as pair_probability, j.shares_more,
            j.shares_a_value, j.names_agree, j.names_contradict
        from judged as j
        inner join personas as l on j.n_l = l.n and l.persona_type = 'contact'
        inner join personas as r on j.n_r = r.n and r.persona_type = 'contact'
        """,
    )


def _make_links(connection: duckdb.DuckDBPyConnection) -> None:
    make(
        connection,
        "must_links",
        """
        select least(p.n, t.n) as n_l, greatest(p.n, t.n) as n_r
        from personas as p
        inner join personas as t on p.merged_into_persona_id = t.persona_id
        where
            p.n <> t.n
            -- a reviewer wins over the CRM
            and (least(p.n, t.n), greatest(p.n, t.n)) not in (
                select (n_l, n_r) from numbered_decisions where decision = 'no_match'
            )
        union
        select d.n_l, d.n_r
        from numbered_decisions as d
        inner join personas as l on d.n_l = l.n and l.persona_type = 'contact'
        inner join personas as r on d.n_r = r.n and r.persona_type = 'contact'
        where d.decision = 'match'
        """,
    )
    make(
        connection,
        "cannot_links",
        """
        with forbidden as (
            select n_l, n_r from numbered_decisions where decision = 'no_match'
            union
            -- whom a reviewer or the CRM joined with others, they know better
            select n_l, n_r from judged
            where
                is_a_generation_apart
                and not exists (
                    select 1 from must_links as m
                    where m.n_l in (judged.n_l, judged.n_r) or m.n_r in (judged.n_l, judged.n_r)
                )
        )
        select n_l as n, n_r as other from forbidden
        union all
        select n_r, n_l from forbidden
        """,
    )
    make(
        connection,
        "said_to_match",
        """
        select n_l as n, n_r as other from numbered_decisions where decision = 'match'
        union all
        select n_r, n_l from numbered_decisions where decision = 'match'
        """,
    )
    # whom the CRM or a reviewer put where they are: rules that count what the model found do not count them
    make(
        connection,
        "told",
        """
        select n from said_to_match
        union
        select n
        from personas
        where
            merged_into_persona_id is not null
            and n in (select n_l from must_links union select n_r from must_links)
        """,
    )
