"""How good the links are, against the sample company's truth, with intervals and beside simple rules.

Lives here: joining of truth and links, what is measured, baselines. Must not live here: measures
(measure/link_quality.py), truth from outside (public_figures.py), layout (model_card.py). Truth is read here and
by the sample company's reviewer (sample_review.py): training and linking never see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.ablation import Ablation, ablate, read_scored
from warehouse.identity.evaluation.baselines import best_threshold, exact_matching, score_with_stock_splink
from warehouse.identity.measure.link_quality import (
    PairQuality,
    Share,
    b_cubed,
    calibration_error,
    pair_quality,
    share_by,
)
from warehouse.identity.measure.quality_file import read_size_steps
from warehouse.identity.model.linkage_model import Model, at_size
from warehouse.identity.pairs.blocking import RULES, proposed_by_rule
from warehouse.identity.pairs.scoring import scoring_input
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
HOLDS_EVIDENCE = "holds_evidence"


@dataclass(frozen=True)
class BlockingQuality:
    """What blocking loses before anything is compared, and what each of its rules is good for.

    `proposed`: true pairs of personas that hold evidence which some rule proposes; `candidates`: all pairs
    proposed, `per_persona` of them a linkable persona. By rule: true pairs it proposes, those that no other
    rule does, and all pairs it proposes.
    """

    proposed: Share
    candidates: int
    per_persona: float
    by_rule: dict[str, Share]
    by_rule_alone: dict[str, Share]
    candidates_by_rule: dict[str, int]


@dataclass(frozen=True)
class Comparison:
    """Pairs before any clustering, each method at its own best threshold: (threshold, quality)."""

    model: tuple[float, PairQuality]
    stock_splink: tuple[float, PairQuality]
    exact: dict[str, PairQuality]


@dataclass(frozen=True)
class SampleEvaluation:
    """Quality of one build against the truth of the sample company."""

    personas: int
    pairs: PairQuality
    pairs_with_evidence: PairQuality
    b_cubed: tuple[float, float, float]
    b_cubed_with_evidence: tuple[float, float, float]
    ceiling_b_cubed: tuple[float, float, float]
    calibration: tuple[float, int]
    by_threshold: dict[float, PairQuality]
    recall_by: dict[str, dict[str, Share]]
    blocking: BlockingQuality
    compared: Comparison
    ablation: list[Ablation]


def evaluate(build: Path, truth: Path, model: Model, thresholds: Thresholds) -> SampleEvaluation:
    """Compare `build`/identity with `truth` (folder with personas.parquet and persons.parquet).

    `model` and `thresholds` are those that linked the build.
    """
    with connect() as connection:
        read_truth(connection, build, truth)
        where = HOLDS_EVIDENCE
        ceiling = _ceiling(connection)
        blocking = blocking_quality(connection, model)
        sized = at_size(model, read_size_steps(build / "identity", model.version) or 0)
        compared = _compare(connection, build / "identity")
        return SampleEvaluation(
            personas=connection.execute("select count(*) from predicted_persons").fetchall()[0][0],
            pairs=pair_quality(connection),
            pairs_with_evidence=pair_quality(connection, where),
            b_cubed=b_cubed(connection),
            b_cubed_with_evidence=b_cubed(connection, where),
            ceiling_b_cubed=ceiling,
            calibration=calibration_error(connection, "select probability, is_true from owner_candidates"),
            by_threshold={t: _owners_at(connection, t) for t in THRESHOLDS},
            recall_by={
                stratum: share_by(connection, _FOUND, stratum)
                for stratum in ("network", "kind", "value_class", "script")
            },
            blocking=blocking,
            compared=compared,
            ablation=ablate(connection, sized, thresholds),
        )


def blocking_quality(connection: duckdb.DuckDBPyConnection, model: Model) -> BlockingQuality:
    """Measure blocking over the table `predicted_persons`: loss in all, and each rule's part in what is found."""
    scoring_input(connection, "warehouse.intermediate.int_personas", model.shared_values, model.frequencies)
    proposed_by_rule(connection)
    make(
        connection,
        "true_pairs_by_rule",
        """
        with held as (
            select personas.n, predicted_persons.true_person
            from predicted_persons inner join personas using (persona_id)
            where predicted_persons.holds_evidence
        )
        select coalesce(proposed.rules, 0) as rules
        from held as l
        inner join held as r on l.true_person = r.true_person and l.n < r.n
        left join proposed_by_rule as proposed on l.n = proposed.n_l and r.n = proposed.n_r
        """,
    )
    names = [rule.name for rule in RULES]
    true_pairs = _count_rules(connection, "true_pairs_by_rule")
    all_pairs = _count_rules(connection, "proposed_by_rule")
    personas = connection.execute("select count(*) from personas").fetchall()[0][0]
    total, found = true_pairs[0], true_pairs[1]
    return BlockingQuality(
        proposed=Share(found, total),
        candidates=all_pairs[0],
        per_persona=all_pairs[0] / max(personas, 1),
        by_rule={name: Share(n, total) for name, n in zip(names, true_pairs[2], strict=True)},
        by_rule_alone={name: Share(n, total) for name, n in zip(names, true_pairs[3], strict=True)},
        candidates_by_rule=dict(zip(names, all_pairs[2], strict=True)),
    )


def _count_rules(connection: duckdb.DuckDBPyConnection, pairs: str) -> tuple[int, int, list[int], list[int]]:
    """Pairs, pairs that a rule proposes, and by rule: pairs it proposes, pairs that it alone proposes."""
    bits = [1 << position for position in range(len(RULES))]
    proposed = ", ".join(f"count(*) filter (where rules & {bit} > 0)" for bit in bits)
    alone = ", ".join(f"count(*) filter (where rules = {bit})" for bit in bits)
    row = connection.execute(
        f"select count(*), count(*) filter (where rules > 0), [{proposed}], [{alone}] from {pairs}"
    ).fetchall()[0]
    return (row[0], row[1], row[2], row[3])


# Profiles that hold evidence and whose owner is a linkable contact; a hit where they stand with that contact.
_FOUND = """
    select j.*, coalesce(list_contains(owner.predictions, j.predicted), false) as is_hit
    from predicted_persons as j
    inner join (
        select true_person, list(distinct predicted) as predictions
        from predicted_persons where network = 'crm' group by true_person
    ) as owner on j.true_person = owner.true_person
    where j.network <> 'crm' and j.holds_evidence
"""


def read_truth(connection: duckdb.DuckDBPyConnection, build: Path, truth: Path) -> None:
    """Make `predicted_persons` (a persona a row, with truth) and `owner_candidates` of a linked build."""
    identity = build / "identity"
    connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
    make(
        connection,
        "predicted_persons",
        f"""
        select
            p.persona_id, p.person_id as predicted, t.person_id as true_person, t.kind, t.network,
            coalesce(t.holds_evidence, false) as holds_evidence,
            coalesce(w.value_class_planted, 'no customer') as value_class,
            case
                when regexp_matches(s.display_name, '[^\\x00-\\x{{24F}}\\p{{S}}\\p{{P}}\\s]') then 'other'
                else 'Latin'
            end as script,
            i.full_name, i.handle, i.email_hashes
        from read_parquet({quote_text(identity / "personas.parquet")}) as p
        inner join read_parquet({quote_text(truth / "personas.parquet")}) as t using (persona_id)
        inner join warehouse.intermediate.int_personas as i using (persona_id)
        left join read_parquet({quote_text(truth / "persons.parquet")}) as w on t.person_id = w.person_id
        left join warehouse.staging.stg_profiles as s on t.network = s.network and t.native_id = s.profile_id
        where i.is_linkable or i.merged_into_persona_id is not null
        """,
    )
    make(
        connection,
        "owner_candidates",
        f"""
        with contained as (
            select predicted as person_id, list(distinct true_person) as true_persons
            from predicted_persons where network = 'crm' group by predicted
        )
        select
            c.profile_persona_id, c.person_id, c.probability,
            list_contains(contained.true_persons, t.true_person) as is_true
        from read_parquet({quote_text(identity / "link_candidates.parquet")}) as c
        inner join predicted_persons as t on c.profile_persona_id = t.persona_id
        inner join contained using (person_id)
        """,
    )


def _owners_at(connection: duckdb.DuckDBPyConnection, threshold: float) -> PairQuality:
    """Profile → contact person at a threshold: precision, and recall of those that hold evidence."""
    hits, linked = connection.execute(
        f"select count(*) filter (where is_true), count(*) from owner_candidates where probability >= {threshold}"
    ).fetchall()[0]
    findable = connection.execute(f"select count(*) from ({_FOUND})").fetchall()[0][0]
    found = connection.execute(
        f"""
        select count(*) from ({_FOUND})
        where persona_id in (
            select profile_persona_id from owner_candidates where is_true and probability >= {threshold}
        )
        """
    ).fetchall()[0][0]
    return PairQuality(Share(hits, linked), Share(found, findable))


def _ceiling(connection: duckdb.DuckDBPyConnection) -> tuple[float, float, float]:
    """B³ of the best that evidence allows: all that hold evidence right, the others each alone."""
    make(
        connection,
        "persons_at_best",
        """
        select * replace (case when holds_evidence then true_person else persona_id end as predicted)
        from predicted_persons
        """,
    )
    return b_cubed(connection, persons="persons_at_best")


def _compare(connection: duckdb.DuckDBPyConnection, identity: Path) -> Comparison:
    """This model, stock Splink and exact rules over the same candidate pairs of personas that hold evidence."""
    read_scored(connection, identity)
    make(
        connection,
        "holders_of_evidence",
        f"""
        select personas.n, predicted_persons.true_person
        from personas inner join predicted_persons using (persona_id)
        where predicted_persons.{HOLDS_EVIDENCE}
        """,
    )
    make(
        connection,
        "true_pairs",
        """
        select l.n as n_l, r.n as n_r
        from holders_of_evidence as l
        inner join holders_of_evidence as r on l.true_person = r.true_person and l.n < r.n
        """,
    )
    make(
        connection,
        "pairs_with_evidence",
        """
        select '0' as match_key, n_l as join_key_l, n_r as join_key_r
        from proposed_by_rule
        where n_l in (select n from holders_of_evidence) and n_r in (select n from holders_of_evidence)
        """,
    )
    score_with_stock_splink(connection, "pairs_with_evidence")
    mine = (
        "(select s.* from scored_with_all as s inner join pairs_with_evidence "
        "on s.n_l = join_key_l and s.n_r = join_key_r"
        " where s.stands_for is null)"
    )
    return Comparison(
        model=best_threshold(connection, mine),
        stock_splink=best_threshold(connection, "stock"),
        exact=exact_matching(connection, "pairs_with_evidence"),
    )
