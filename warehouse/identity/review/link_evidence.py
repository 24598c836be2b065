"""The evidence in words for the pairs that somebody may ask about: link_evidence.parquet.

Must not live here: scoring (pairs/scoring.py), which pairs wait for a reviewer (queue.py).
"""

from __future__ import annotations

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model.linkage_model import COMPARISONS, Model
from warehouse.identity.pairs.scored_pairs import weight_of
from warehouse.identity.tables import Maker

make = Maker(__name__)

PRIOR = "prior"
PRIOR_LABEL = "before anything is compared"


def make_link_evidence(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make `link_evidence` (n_l, n_r, place, comparison, meaning, level, label, weight); the prior has place 0.

    These are the pairs of link_candidates, violations and review_queue, and those between contacts of one
    person. Comparisons that had nothing to compare say nothing and have no row.
    """
    _asked_pairs(connection)
    rows = " union all ".join(
        f"select n_l, n_r, {position} as place, {quote_text(c.name)} as comparison, "
        f"{quote_text(c.meaning)} as meaning, {_of_level(c, c.level_names)} as level, "
        f"{_of_level(c, labels_of(c))} as label, {weight_of(c)} as weight "
        f"from asked where level_{c.name} is not null"
        for position, c in enumerate(COMPARISONS, start=1)
    )
    make(
        connection,
        "link_evidence",
        f"""
        with asked as (
            select * from scored semi join asked_pairs using (n_l, n_r)
        )
        select
            n_l, n_r, 0 as place, '{PRIOR}' as comparison,
            'starting weight' as meaning, cast(null as varchar) as level, '{PRIOR_LABEL}' as label,
            log2({model.prior!r} / (1 - {model.prior!r})) as weight
        from asked
        union all
        {rows}
        """,
    )


def _asked_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    make(
        connection,
        "asked_pairs",
        """
        with named as (
            select profile_persona_id as a, best_persona_id as b from link_candidates
            union all
            select left_persona_id, right_persona_id from review_pairs
        ),
        contacts as (
            select p.n, c.cluster from clusters as c inner join personas as p using (persona_id)
            where p.persona_type = 'contact'
        ),
        pairs as (
            select l.n as n_l, r.n as n_r
            from named
            inner join personas as l on named.a = l.persona_id
            inner join personas as r on named.b = r.persona_id
            union all
            select n_l, n_r from violations
            union all
            select l.n, r.n from contacts as l inner join contacts as r on l.cluster = r.cluster and l.n < r.n
        )
        select distinct least(n_l, n_r) as n_l, greatest(n_l, n_r) as n_r from pairs
        """,
    )


def labels_of(comparison: Comparison) -> tuple[str, ...]:
    """Labels of all levels in words, in the order of `level_names`."""
    return (*(level.label for level in comparison.levels), comparison.otherwise)


def _of_level(comparison: Comparison, words: tuple[str, ...]) -> str:
    return f"[{', '.join(quote_text(word) for word in words)}][level_{comparison.name} + 1]"


def link_evidence_query() -> str:
    """SQL for link_evidence.parquet, over `link_evidence` and `personas`."""
    return """
        select
            l.persona_id as left_persona_id, r.persona_id as right_persona_id,
            e.* exclude (n_l, n_r, place)
        from link_evidence as e
        inner join personas as l on e.n_l = l.n
        inner join personas as r on e.n_r = r.n
        order by e.n_l, e.n_r, e.place
    """
