"""The passes of a linkage: attributes first, then what the graph says of the accounts linked so far.

Lives here: their order, and how the weight of the graph joins the others. Must not live here: comparing
neighbours (graph/counterparts.py), judging and clustering.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb

from warehouse.identity.evidence.spec import Comparison
from warehouse.identity.graph.counterparts import compare_neighbours
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.model.linkage_model import OF_PAIRS, Model
from warehouse.identity.pairs.judgement import judge_pairs
from warehouse.identity.pairs.reused_scores import propose_and_score, score_proposed
from warehouse.identity.pairs.scoring import DIGITS
from warehouse.identity.persons.cluster import cluster
from warehouse.identity.persons.joint_evidence import pair_kinds
from warehouse.identity.persons.ownership import calibrate_candidates
from warehouse.identity.rules import MOST_PASSES, Thresholds, probability_of

# In `scored`: a pair that the graph proposes, and no rule of blocking, or one that was forgotten.
PROPOSED_BY_GRAPH = "graph"


@dataclass(frozen=True)
class Passes:
    """How many passes were made, and how many pairs were scored anew in them."""

    made: int
    pairs_scored: int


def link_in_passes(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    thresholds: Thresholds,
    calibration: CalibrationMap | None = None,
) -> Passes:
    """Make `scored`, `forgotten`, `members`, `owners` and `violations` of `blocking_keys`, `ties` and what stands.

    The first pass knows attributes and reviewers' decisions. Each further one compares the neighbours of what
    the last one linked, and adds the pairs that the graph proposes to `scored`. None comes after one that
    changed nothing, and where nobody follows anybody, the first is all. What links of the last run
    (`prior_personas`) are worth keeping is asked once, after the passes: they are no seeds of the graph, or
    each run would link some more. Candidates are calibrated by the company's own map (`calibration`), or, where
    there is none, by the one that comes with the model. Also leaves `graph_pairs`.
    """
    pairs_scored = propose_and_score(connection, model)
    connection.execute("drop table pairs")  # the largest of all, and read no more
    has_ties = bool(connection.execute("select count(*) > 1 from tie_networks").fetchall()[0][0])
    judge(connection, model, thresholds, calibration, with_prior=not has_ties)
    passes, changed = 1, has_ties
    compare_neighbours(connection, "scored")
    while changed and passes < MOST_PASSES:
        connection.execute("create or replace temp table members_before as select * from members")
        if propose(connection):
            pairs_scored += score_proposed(connection, model)
        _add_graph(connection, model)
        judge(connection, model, thresholds, calibration)
        changed = _has_changed(connection)
        passes += 1
        if changed and passes < MOST_PASSES:
            compare_neighbours(connection, "scored")
    if has_ties and _make_prior(connection):
        judge_pairs(connection, thresholds)
        cluster(connection, thresholds)
    return Passes(passes, pairs_scored)


def _make_prior(connection: duckdb.DuckDBPyConnection) -> bool:
    """Fill `prior` with the accepted personas of `prior_personas`; say whether there are any."""
    return bool(
        connection.execute(
            """
            insert into prior
            select personas.n, prior_personas.person_id
            from prior_personas
            inner join personas using (persona_id)
            where prior_personas.link_status = 'accepted'
            """
        ).fetchall()[0][0]
    )


def judge(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    thresholds: Thresholds,
    calibration: CalibrationMap | None,
    *,
    with_prior: bool = False,
) -> None:
    """Make `members`, `owners` and `violations` from `scored` as it stands.

    By links of this run alone, or `with_prior`, where no pass follows, by those that are worth keeping, too.
    """
    connection.execute("create or replace temp table prior (n integer, person_id varchar)")
    if with_prior:
        _make_prior(connection)
    judge_pairs(connection, thresholds)
    pair_kinds(connection, model)
    calibrate_candidates(connection, calibration or model.calibration)
    cluster(connection, thresholds)


def propose(connection: duckdb.DuckDBPyConnection, scored: str = "scored") -> int:
    """Make `proposed_pairs` of those of `graph_pairs` that the table `scored` does not hold, and count them."""
    proposed: int = connection.execute(
        f"""
        create or replace temp table proposed_pairs as
        select '{PROPOSED_BY_GRAPH}' as match_key, n_l as join_key_l, n_r as join_key_r
        from graph_pairs as g
        where
            is_proposed
            and not exists (select 1 from {scored} as s where s.n_l = g.n_l and s.n_r = g.n_r)
        """
    ).fetchall()[0][0]
    return proposed


def level_of_pair(comparison: Comparison) -> str:
    """SQL: the level of a pair by its columns, 0 the best; NULL where there is nothing to compare."""
    when = " ".join(f"when {level.condition} then {i}" for i, level in enumerate(comparison.levels))
    return f"case when {comparison.missing} then null {when} else {len(comparison.levels)} end"


def _add_graph(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Put level and weight of the graph into `scored`, in place of those of the last pass."""
    for comparison in OF_PAIRS:
        name, parameters = comparison.name, model.parameters[comparison.name]
        weights = [math.log2(parameters[level].m / parameters[level].u) for level in comparison.level_names]
        connection.execute(
            f"""
            create or replace temp table scored as
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
            """
        )


def _has_changed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the persons of the last two passes differ, whatever number each goes by."""
    named = "select n, min(n) over (partition by person) as person from {}"
    return bool(
        connection.execute(
            f"select exists (({named.format('members')}) except ({named.format('members_before')}))"
            f" or exists (({named.format('members_before')}) except ({named.format('members')}))"
        ).fetchall()[0][0]
    )
