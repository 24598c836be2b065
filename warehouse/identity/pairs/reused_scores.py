"""What is scored in each pass, with the scores of the last publication where they hold still.

Which pairs there are is known anew in every run, and all that follows from their scores is done again: only the
comparing itself, by far the dearest step, is not done twice for two personas that are as they were. So the result
is that of a run from scratch. Must not live here: for whom scores hold (unchanged.py), how pairs are proposed
(blocking.py) and scored (scoring.py).
"""

from __future__ import annotations

import math
from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.model.linkage_model import COMPARISONS, OF_PAIRS, Model
from warehouse.identity.pairs.blocking import RULES, all_pairs, pairs_of
from warehouse.identity.pairs.pruning import is_sampled, sample_pruned
from warehouse.identity.pairs.scoring import DIGITS, score_pairs
from warehouse.identity.rules import LOWEST_PROBABILITY, probability_of
from warehouse.identity.tables import Maker

make = Maker(__name__)

_OUTCOMES = ", ".join(f"level_{c.name}, mw_{c.name}" for c in COMPARISONS)
SCORED = f"n_l, n_r, match_key, match_weight, pair_probability, {_OUTCOMES}"


def view_reusable_scores(connection: duckdb.DuckDBPyConnection, prior: Path) -> None:
    """Make the view `reusable_scores`: the pairs of `unchanged` personas, as `score_pairs` scores them.

    Without what the graph said, and match_key is NULL where it proposed the pair. `is_at_rest` where both are;
    `stands_for` is NULL but in the sample of those that were pruned.
    """
    names = ", ".join(quote_text(rule.name) for rule in RULES)
    of_graph = " + ".join(f"weight_{c.name}" for c in OF_PAIRS)
    weight = f"round(match_weight - ({of_graph}), {DIGITS})"
    outcomes = ", ".join(
        f"cast(null as tinyint) as level_{c.name}, 0.0::double as mw_{c.name}"
        if c in OF_PAIRS
        else f"level_{c.name}, weight_{c.name} as mw_{c.name}"
        for c in COMPARISONS
    )
    make.view(
        connection,
        "reusable_scores",
        f"""
        select
            l.n as n_l, r.n as n_r, l.is_at_rest and r.is_at_rest as is_at_rest, stands_for,
            cast(list_position([{names}], blocking_rule) - 1 as varchar) as match_key,
            {weight} as match_weight, {probability_of(weight)} as pair_probability, {outcomes}
        from read_parquet({quote_text(prior / "scored_pairs.parquet")}) as p
        inner join unchanged as l on p.left_persona_id = l.persona_id
        inner join unchanged as r on p.right_persona_id = r.persona_id
        where stands_for is null or {is_sampled("left_persona_id", "right_persona_id")}
        """,
    )


def propose_and_score(connection: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Make `scored` from `blocking_keys`, as `score_pairs` does, and `pruned_pairs`; return how many it scored.

    Two personas at rest meet by the rule by which they met before, and where they did not, they do not.
    """
    if not _any_reusable(connection):
        proposed = all_pairs(connection)
        score_pairs(connection, model, "scored", least=LOWEST_PROBABILITY, make=make)
        sample_pruned(connection, model)
        return proposed
    make(
        connection,
        "restless",
        """
        select n from personas where n not in (select n from unchanged where is_at_rest)
        """,
    )
    pairs_of(connection, "restless")
    make(
        connection,
        "scored",
        f"""
        select {SCORED}
        from (
            select s.* replace (coalesce(p.match_key, case when is_at_rest then s.match_key end) as match_key)
            from reusable_scores as s
            left join pairs as p on s.n_l = p.join_key_l and s.n_r = p.join_key_r
        )
        where match_key is not null and pair_probability >= {LOWEST_PROBABILITY}
        """,
    )
    missing = _score_missing(connection, model, "pairs", LOWEST_PROBABILITY)
    sample_pruned(connection, model)
    connection.execute(
        f"insert into pruned_pairs by name select {SCORED} from reusable_scores "
        "where is_at_rest and stands_for is not null"
    )
    return missing


def score_proposed(connection: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Add `proposed_pairs`, however unlikely by attributes, to `scored`; return how many were scored anew."""
    if _any_reusable(connection):
        connection.execute(
            f"""
            insert into scored by name
            select {SCORED}
            from (
                select s.* replace (p.match_key as match_key)
                from proposed_pairs as p
                inner join reusable_scores as s on p.join_key_l = s.n_l and p.join_key_r = s.n_r
            )
            """
        )
    return _score_missing(connection, model, "proposed_pairs", least=None)


def level_of_pair(comparison: Comparison) -> str:
    """SQL: the level of a pair by its columns, 0 the best; NULL where there is nothing to compare."""
    when = " ".join(f"when {level.condition} then {i}" for i, level in enumerate(comparison.levels))
    return f"case when {comparison.missing} then null {when} else {len(comparison.levels)} end"


def add_graph(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Put level and weight of the graph into `scored`, in place of those of the last pass."""
    for comparison in OF_PAIRS:
        name, parameters = comparison.name, model.parameters[comparison.name]
        weights = [math.log2(parameters[level].m / parameters[level].u) for level in comparison.level_names]
        make(
            connection,
            "scored",
            f"""
            with levelled as (
                select s.* exclude (level_{name}), {level_of_pair(comparison)} as level_{name}
                from scored as s
                left join graph_pairs using (n_l, n_r)
            ),
            weighed as (
                select
                    * exclude (mw_{name})
                    replace (round(match_weight - mw_{name}, {DIGITS}) as match_weight),
                    cast(coalesce({weights!r}[level_{name} + 1], 0) as double) as mw_{name}
                from levelled
            )
            select
                * replace (
                    match_weight + mw_{name} as match_weight,
                    {probability_of(f"match_weight + mw_{name}")} as pair_probability
                )
            from weighed
            """,
        )


def _any_reusable(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("select exists (from unchanged)").fetchall()[0][0])


def _score_missing(
    connection: duckdb.DuckDBPyConnection, model: Model, pairs: str, least: float | None
) -> int:
    """Score those of `pairs` that `scored` lacks, add those from `least` on, and return how many it scored."""
    missing = make(
        connection,
        "pairs_to_score",
        f"""
        select p.* from {pairs} as p anti join scored as s on p.join_key_l = s.n_l and p.join_key_r = s.n_r
        """,
    )
    if missing:
        score_pairs(connection, model, "scored_anew", "pairs_to_score", least, make=make)
        connection.execute(f"insert into scored by name select {SCORED} from scored_anew")
    return missing
