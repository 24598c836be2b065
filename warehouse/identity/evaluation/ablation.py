"""What each kind of evidence is worth: links made without it, held against the truth.

The scored pairs of a build are judged and clustered again with one comparison, or one kind of evidence, taken out
of every pair; nothing is trained anew. Must not live here: measures, layout, the kinds' comparisons (evidence/).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.decisions import no_decisions
from warehouse.identity.measure.link_quality import PairQuality, b_cubed, pair_quality
from warehouse.identity.model.linkage_model import COMPARISONS, Model
from warehouse.identity.passes import PROPOSED_BY_GRAPH, judge
from warehouse.identity.persons.prior import no_prior
from warehouse.identity.rules import Thresholds, probability_of
from warehouse.identity.tables import Maker

make = Maker(__name__)

# The ten kinds of evidence, by the comparisons that make them up; `pairing`, a prior by kind of persona, is none.
KINDS: dict[str, tuple[str, ...]] = {
    "1 name": ("name", "half_name"),
    "2 handle and handle": ("handle", "alias", "namesake_handle"),
    "3 handle and name": ("handle_name", "handle_other_name"),
    "4 contact points": ("email", "phone", "site"),
    "5 declared links": ("declared",),
    "6 place, language, work, birth year": (
        *("place", "namesake_place", "given_place", "language", "employer", "title", "birth_year"),
    ),
    "7 picture": ("avatar",),
    "8 rhythm": ("rhythm",),
    "9 interests": ("interests",),
    "10 social graph": ("graph",),
}
EVERYTHING = "all evidence"
# A pair's score has moved where its weight differs by more than so many bits.
MOVED = 0.01


@dataclass(frozen=True)
class Ablation:
    """Links without `left_out`: pairs of all linkable personas, of those that hold evidence, and B³ F1 of all.

    Of all candidate pairs, `lowered` weigh less without it by more than MOVED bits, `raised` more.
    """

    left_out: str
    pairs: PairQuality
    pairs_with_evidence: PairQuality
    b_cubed_f1: float
    lowered: int
    raised: int


def ablate(connection: duckdb.DuckDBPyConnection, model: Model, thresholds: Thresholds) -> list[Ablation]:
    """Leave out each kind of evidence, and each comparison, in turn; the first row leaves out none.

    Reads `scored_with_all` (read_scored), `personas` (pairs.scoring) and `predicted_persons` (persona_id,
    predicted, true_person, holds_evidence); `model` is at the size of the build.
    """
    return [
        _without(connection, model, thresholds, name, names)
        for name, names in ({EVERYTHING: ()} | KINDS | _alone()).items()
    ]


def moved_by(
    connection: duckdb.DuckDBPyConnection, left_out: tuple[str, ...], scored: str = "scored_with_all"
) -> tuple[int, int]:
    """How many pairs of the table `scored` weigh less without these comparisons, and how many more."""
    said = _sum_of(left_out)
    lowered, raised = connection.execute(
        f"select count(*) filter (where {said} > {MOVED}), count(*) filter (where {said} < -{MOVED}) from {scored}"
    ).fetchall()[0]
    return lowered, raised


def _alone() -> dict[str, tuple[str, ...]]:
    """Each comparison that is not a kind of evidence by itself."""
    kinds = {names for names in KINDS.values() if len(names) == 1}
    return {c.name: (c.name,) for c in COMPARISONS if (c.name,) not in kinds}


def _sum_of(left_out: tuple[str, ...]) -> str:
    return "(" + " + ".join(["0.0", *(f"mw_{c}" for c in left_out)]) + ")"


def read_scored(connection: duckdb.DuckDBPyConnection, identity: Path) -> None:
    """Make `scored_with_all` from `identity`/scored_pairs.parquet and `personas`, as scoring leaves `scored`.

    With the sample of pruned pairs: `stands_for` is NULL in all others.
    """
    outcomes = ", ".join(f"level_{c.name}, weight_{c.name} as mw_{c.name}" for c in COMPARISONS)
    make(
        connection,
        "scored_with_all",
        f"""
        select
            least(l.n, r.n) as n_l, greatest(l.n, r.n) as n_r, blocking_rule as match_key, match_weight,
            pair_probability, {outcomes}, stands_for
        from read_parquet({quote_text(identity / "scored_pairs.parquet")}) as s
        inner join personas as l on s.left_persona_id = l.persona_id
        inner join personas as r on s.right_persona_id = r.persona_id
        """,
    )
    no_decisions(connection)
    no_prior(connection)


def _without(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    thresholds: Thresholds,
    name: str,
    left_out: tuple[str, ...],
) -> Ablation:
    weight = f"match_weight - {_sum_of(left_out)}"
    silenced = "".join(f", null as level_{c}, 0.0 as mw_{c}" for c in left_out)
    not_proposed = f"and match_key <> '{PROPOSED_BY_GRAPH}'" if "graph" in left_out else ""
    make(
        connection,
        "scored_without",
        f"""
        select * exclude (stands_for) replace (
            {weight} as match_weight,
            {probability_of(weight)} as pair_probability
            {silenced}
        )
        from scored_with_all
        where stands_for is null {not_proposed}
        """,
    )
    judge(connection, model, thresholds, None, scored="scored_without")
    make(
        connection,
        "persons_without",
        """
        select
            p.* replace (coalesce('person ' || members.person, p.persona_id) as predicted)
        from predicted_persons as p
        inner join personas on p.persona_id = personas.persona_id
        left join members on personas.n = members.n
        """,
    )
    lowered, raised = moved_by(connection, left_out)
    return Ablation(
        left_out=name,
        pairs=pair_quality(connection, persons="persons_without"),
        pairs_with_evidence=pair_quality(connection, "holds_evidence", persons="persons_without"),
        b_cubed_f1=b_cubed(connection, persons="persons_without")[2],
        lowered=lowered,
        raised=raised,
    )
