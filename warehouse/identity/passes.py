"""The passes of a linkage: attributes first, then what the graph says of the accounts linked so far.

Lives here: their order, and how the weight of the graph joins the others. Must not live here: comparing
neighbours (graph/counterparts.py), judging and clustering.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.identity.graph.counterparts import compare_neighbours
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.model.linkage_model import Model
from warehouse.identity.pairs.judgement import judge_pairs
from warehouse.identity.pairs.reused_scores import add_graph, propose_and_score, score_proposed
from warehouse.identity.persons.cluster import cluster
from warehouse.identity.persons.joint_evidence import pair_kinds
from warehouse.identity.persons.ownership import calibrate_candidates
from warehouse.identity.rules import MOST_PASSES, Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)

# In `scored`: a pair that the graph proposes, and no rule of blocking, or one that was pruned.
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
    """Make `scored`, `pruned_pairs`, `members`, `owners` and `violations` of `blocking_keys` and `follows`.

    The first pass knows attributes and reviewers' decisions. Each further one compares the neighbours of what
    the last one linked, and adds the pairs that the graph proposes to `scored`. None comes after one that
    changed nothing, and where nobody follows anybody, the first is all. What links of the last run
    (`prior_personas`) are worth keeping is asked once, after the passes: they are no seeds of the graph, or
    each run would link some more. Candidates are calibrated by the company's own map (`calibration`), or, where
    there is none, by the one that comes with the model. Also leaves `graph_pairs`.
    """
    pairs_scored = propose_and_score(connection, model)
    connection.execute("drop table pairs")  # the largest of all, and read no more
    has_follows = bool(connection.execute("select count(*) > 1 from follow_networks").fetchall()[0][0])
    judge(connection, model, thresholds, calibration, with_prior=not has_follows)
    passes, changed = 1, has_follows
    compare_neighbours(connection, "scored")
    while changed and passes < MOST_PASSES:
        make(connection, "members_before", "from members")
        if propose(connection):
            pairs_scored += score_proposed(connection, model)
        add_graph(connection, model)
        judge(connection, model, thresholds, calibration)
        changed = _has_changed(connection)
        passes += 1
        if changed and passes < MOST_PASSES:
            compare_neighbours(connection, "scored")
    if has_follows and _make_prior(connection):
        judge_pairs(connection, thresholds)
        cluster(connection, thresholds)
    return Passes(passes, pairs_scored)


def _make_prior(connection: duckdb.DuckDBPyConnection) -> bool:
    """Fill `prior_members` with the accepted personas of `prior_personas`; say whether there are any."""
    return bool(
        connection.execute(
            """
            insert into prior_members
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
    scored: str = "scored",
    with_prior: bool = False,
) -> None:
    """Make `members`, `owners` and `violations` from the table `scored` as it is.

    By links of this run alone, or `with_prior`, where no pass follows, by those that are worth keeping, too.
    """
    make.empty(connection, "prior_members")
    if with_prior:
        _make_prior(connection)
    judge_pairs(connection, thresholds, scored)
    pair_kinds(connection, model, scored)
    calibrate_candidates(connection, calibration or model.calibration)
    cluster(connection, thresholds)


def propose(connection: duckdb.DuckDBPyConnection, scored: str = "scored") -> int:
    """Make `proposed_pairs` of those of `graph_pairs` that the table `scored` does not hold, and count them."""
    return make(
        connection,
        "proposed_pairs",
        f"""
        select '{PROPOSED_BY_GRAPH}' as match_key, n_l as join_key_l, n_r as join_key_r
        from graph_pairs as g
        where
            is_proposed
            and not exists (select 1 from {scored} as s where s.n_l = g.n_l and s.n_r = g.n_r)
        """,
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
