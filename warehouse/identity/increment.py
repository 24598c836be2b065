"""An increment: what changed is compared with everybody, and only whom that reaches is judged again.

Lives here: the order of the steps, and how the files of the last run are carried on. Must not live here: whom a
change reaches (touched.py), rules of linkage.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.identity.blocking import blocking_columns, changed_pairs
from warehouse.identity.calibration import CalibrationMap
from warehouse.identity.counterparts import compare_neighbours
from warehouse.identity.frequencies import value_frequencies
from warehouse.identity.link import score_pairs
from warehouse.identity.measured import calibrate
from warehouse.identity.model import Model
from warehouse.identity.outputs import Carry, make_clusters
from warehouse.identity.passes import judge
from warehouse.identity.persons import assign_person_ids
from warehouse.identity.report import Comparison
from warehouse.identity.rules import MOST_REACHES, Thresholds
from warehouse.identity.standing import parquet
from warehouse.identity.standing_pairs import add_standing_pairs, find_prior_edges, open_prior_pairs
from warehouse.identity.ties import make_ties
from warehouse.identity.touched import find_touched, make_bonds, make_part, reach_further


def pairs_of_changed(connection: duckdb.DuckDBPyConnection, prior: Path) -> None:
    """Make `changed` (n) from `changes`, and `pairs` of whom it holds; opens the pairs of the last run."""
    open_prior_pairs(connection, prior)
    connection.execute(
        "create or replace temp table changed as "
        "select n from changes inner join fingerprints using (n) where is_linkable"
    )
    columns = [row[0] for row in connection.execute("describe scoring_rows").fetchall()]
    needed = ", ".join(blocking_columns(columns))
    connection.execute(f"create or replace temp table personas as select {needed} from scoring_rows")
    changed_pairs(connection)


def link_increment(
    connection: duckdb.DuckDBPyConnection,
    prior: Path,
    model: Model,
    thresholds: Thresholds,
    calibration: CalibrationMap | None,
    run: tuple[str, str],
) -> Comparison:
    """Make `scored`, `members`, `owners`, `violations`, `clusters` and `person_ids` for whom a change reaches.

    `run`: id and time. Where nobody follows anybody: the graph can reach everybody.
    """
    pairs_of_changed(connection, prior)
    _personas_of(connection, "select unnest([join_key_l, join_key_r]) from pairs")
    value_frequencies(connection, model)
    score_pairs(connection, model, "scored")
    calibrate(connection, calibration)
    find_prior_edges(connection)
    connects = min(thresholds.keep, thresholds.join)
    make_bonds(connection, connects)
    find_touched(connection, connects)
    reaches, reached = 0, True
    pairs = connection.execute("select count(*) from scored").fetchall()[0][0]
    while reached and reaches < MOST_REACHES:
        make_part(connection)
        _personas_of(connection, "select n from part", without_lists=True)
        add_standing_pairs(connection, "new_rows")
        judge(connection, model, thresholds, calibration)
        connection.execute(
            "create or replace temp table part_personas as "
            "select persona_id, is_linkable, merged_into_persona_id from fingerprints semi join part using (n)"
        )
        make_clusters(connection, "part_personas")
        assign_person_ids(connection, *run)
        reached = reach_further(connection, thresholds)
        reaches += 1
    make_ties(connection, None)
    compare_neighbours(connection, "scored")
    compared, judged = connection.execute(
        "select (select count(*) from changed), (select count(*) from touched)"
    ).fetchall()[0]
    return Comparison("increment", None, compared, judged, pairs, passes=1)


def _personas_of(connection: duckdb.DuckDBPyConnection, numbers: str, *, without_lists: bool = False) -> None:
    """Make `personas` of the linkable ones that `numbers` (SQL) names; lists are evidence for scoring alone."""
    described = connection.execute("describe scoring_rows").fetchall()
    columns = [name for name, kind, *_ in described if not (without_lists and kind.endswith("[]"))]
    connection.execute(
        f"create or replace temp table personas as select {', '.join(columns)} from scoring_rows "
        f"where n in ({numbers})"
    )


def carry_on(connection: duckdb.DuckDBPyConnection, prior: Path) -> Carry:
    """Return what completes the rows made now by those of the last run that nothing reached.

    What a profile at rest was told of a persona that was judged again stays said, too.
    """
    connection.execute(
        f"""
        create or replace temp table redone_ids as
        select persona_id from numbered semi join redone using (n)
        union
        select persona_id from changes;
        create or replace temp table still_said as
        select
            least(profile_persona_id, best_persona_id) as left_persona_id,
            greatest(profile_persona_id, best_persona_id) as right_persona_id
        from {parquet(prior, "link_candidates")}
        where profile_persona_id not in (from redone_ids) and best_persona_id in (from redone_ids)
        """
    )
    of_pair = "left_persona_id in (from {0}) or right_persona_id in (from {0})"
    said = (
        "(left_persona_id, right_persona_id) in (select (left_persona_id, right_persona_id) from still_said)"
    )
    redone = of_pair.format("redone_ids")
    again = {
        "personas": "persona_id in (from redone_ids)",
        "link_candidates": "profile_persona_id in (from redone_ids)",
        "violations": redone,
        "link_evidence": f"({redone}) and not {said}",
        "review_queue": f"({redone}) and not {said}",
        "scored_pairs": of_pair.format("(select persona_id from changes)"),
    }

    def whole(name: str, rows: str) -> str:
        if name not in again:
            return rows
        before = f"select * from {parquet(prior, name)} where not ({again[name]})"
        return f"select * from ({rows}) where {again[name]} union all by name {before}"

    return whole


def read_persons_back(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `persona_links` and `clusters` of everybody, from the file that was just written."""
    connection.execute(
        f"""
        create or replace temp table persona_links as from {parquet(folder, "personas")};
        create or replace temp table clusters as select persona_id, person_id as cluster from persona_links
        """
    )
