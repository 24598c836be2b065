"""The candidate pairs with their weights, as scored_pairs.parquet: all that were scored, and a sample of the rest.

Must not live here: scoring (scoring.py), which pairs wait for a reviewer (review/queue.py).
"""

from __future__ import annotations

from warehouse.engine import quote_text
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model.linkage_model import COMPARISONS
from warehouse.identity.pairs.blocking import RULES
from warehouse.identity.pairs.reused_scores import SCORED


def scored_pairs_query() -> str:
    """SQL for scored_pairs.parquet, over `scored`, `pruned_pairs` and `personas`: a pair a row, left id < right.

    `stands_for` is NULL, but in the sample of pairs that were pruned how many of them each stands for.
    """
    names = ", ".join(quote_text(rule.name) for rule in RULES)
    outcomes = ", ".join(
        f"cast(level_{c.name} as tinyint) as level_{c.name}, {weight_of(c)} as weight_{c.name}"
        for c in COMPARISONS
    )
    # numbers follow the ids (scoring.py), and are sooner sorted
    return f"""
        select
            l.persona_id as left_persona_id, r.persona_id as right_persona_id,
            coalesce([{names}][try_cast(match_key as integer) + 1], match_key) as blocking_rule,
            match_weight, pair_probability, {outcomes}, stands_for
        from (
            select {SCORED}, null::integer as stands_for from scored
            union all
            select {SCORED}, stands_for() from pruned_pairs anti join scored using (n_l, n_r)
        ) as scored
        inner join personas as l on scored.n_l = l.n
        inner join personas as r on scored.n_r = r.n
        order by n_l, n_r
    """


def weight_of(comparison: Comparison) -> str:
    """Bits of a comparison, rarity included; 0 where there is nothing to compare."""
    return f"case when level_{comparison.name} is not null then mw_{comparison.name} else 0 end"
