"""Every candidate pair with its weights, and the evidence in words for the pairs that somebody may ask about.

Lives here: scored_pairs.parquet and link_evidence.parquet as queries over `scored`. Must not live here:
scoring (link.py), which pairs wait for a reviewer (review.py).
"""

from __future__ import annotations

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.blocking import RULES
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model import COMPARISONS, Model

PRIOR = "prior"
PRIOR_LABEL = "before anything is compared"


def make_scored_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `scored_pairs` from `scored` and `personas`: one row per candidate pair, left id < right id."""
    names = ", ".join(quote_text(rule.name) for rule in RULES)
    outcomes = ", ".join(
        f"cast(level_{c.name} as tinyint) as level_{c.name}, {_weight(c)} as weight_{c.name}"
        for c in COMPARISONS
    )
    connection.execute(
        f"""
        create or replace temp table scored_pairs as
        select
            least(l.persona_id, r.persona_id) as left_persona_id,
            greatest(l.persona_id, r.persona_id) as right_persona_id,
            coalesce([{names}][try_cast(match_key as integer) + 1], match_key) as blocking_rule,
            match_weight, pair_probability, {outcomes}
        from scored
        inner join personas as l on scored.n_l = l.n
        inner join personas as r on scored.n_r = r.n
        """
    )


def _weight(comparison: Comparison) -> str:
    """Bits of a comparison, rarity included; 0 where there is nothing to compare."""
    rarity = f" + coalesce(mw_tf_adj_{comparison.name}, 0)" if comparison.rarity_columns else ""
    return f"case when level_{comparison.name} is not null then mw_{comparison.name}{rarity} else 0 end"


def make_link_evidence(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `link_evidence` (pair, comparison, meaning, level, label, weight), prior first, for `asked_pairs`.

    These are the pairs of link_candidates, violations and review_queue, and those between contacts of one
    person. Comparisons that had nothing to compare say nothing and have no row.
    """
    _asked_pairs(connection)
    rows = " union all ".join(
        f"select left_persona_id, right_persona_id, {position} as place, {quote_text(c.name)} as comparison, "
        f"{quote_text(c.meaning)} as meaning, {_of_level(c, c.level_names)} as level, "
        f"{_of_level(c, labels_of(c))} as label, weight_{c.name} as weight "
        f"from asked where level_{c.name} is not null"
        for position, c in enumerate(COMPARISONS, start=1)
    )
    connection.execute(
        f"""
        create or replace temp table link_evidence as
        with asked as (
            select * from scored_pairs semi join asked_pairs using (left_persona_id, right_persona_id)
        )
        select
            left_persona_id, right_persona_id, 0 as place, '{PRIOR}' as comparison,
            'starting weight' as meaning, cast(null as varchar) as level, '{PRIOR_LABEL}' as label,
            log2({model.prior!r} / (1 - {model.prior!r})) as weight
        from asked
        union all
        {rows}
        """
    )


def _asked_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        create or replace temp table asked_pairs as
        with pairs as (
            select profile_persona_id as a, best_persona_id as b from link_candidates
            union
            select l.persona_id, r.persona_id
            from violations
            inner join personas as l on violations.n_l = l.n
            inner join personas as r on violations.n_r = r.n
            union
            select left_persona_id, right_persona_id from review_pairs
            union
            select l.persona_id, r.persona_id
            from clusters as l
            inner join clusters as r on l.cluster = r.cluster and l.persona_id < r.persona_id
            where l.persona_id like 'contact:%' and r.persona_id like 'contact:%'
        )
        select distinct least(a, b) as left_persona_id, greatest(a, b) as right_persona_id from pairs
        """
    )


def labels_of(comparison: Comparison) -> tuple[str, ...]:
    """Labels of all levels in words, in the order of `level_names`."""
    return (*(level.label for level in comparison.levels), comparison.otherwise)


def _of_level(comparison: Comparison, words: tuple[str, ...]) -> str:
    return f"[{', '.join(quote_text(word) for word in words)}][level_{comparison.name} + 1]"
