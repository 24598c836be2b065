"""The linkage of a run: `int_personas` of a build in, the files of identity/ out; organisations beside them.

Lives here: reading, the order of the steps, writing. Must not live here: any rule.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_text
from warehouse.identity.decisions import read_decisions
from warehouse.identity.graph.follows import make_follows
from warehouse.identity.measure.quality_file import Audit, quality_query, read_audit, read_size_steps
from warehouse.identity.model.calibration import save_calibration
from warehouse.identity.model.linkage_model import Model, at_size, load_model, model_path, size_steps
from warehouse.identity.model.term_frequencies import value_frequencies
from warehouse.identity.organizations.resolution import link_organizations
from warehouse.identity.pairs.blocking import make_keys
from warehouse.identity.pairs.pruning import choose_sample
from warehouse.identity.pairs.reused_scores import view_reusable_scores
from warehouse.identity.pairs.scored_pairs import scored_pairs_query
from warehouse.identity.pairs.scoring import scoring_input
from warehouse.identity.pairs.unchanged import conditions_of, find_unchanged, state_queries
from warehouse.identity.passes import Passes, link_in_passes
from warehouse.identity.personas.excluded_values import excluded_keys
from warehouse.identity.persons import link_files
from warehouse.identity.persons.person_ids import assign_person_ids
from warehouse.identity.persons.prior import read_prior, read_run
from warehouse.identity.review.link_evidence import link_evidence_query, make_link_evidence
from warehouse.identity.review.queue import make_review_pairs, review_queue_query
from warehouse.identity.rules import Thresholds, thresholds_of
from warehouse.lake import make_folder
from warehouse.settings import Settings

PERSONAS = "warehouse.intermediate.int_personas"
FOLLOWS = "warehouse.intermediate.int_edges"


@dataclass(frozen=True)
class LinkReport:
    """What linkage did, for the run's summary."""

    model_version: str
    personas: int
    linkable: int
    candidate_pairs: int
    # how many pairs were scored in this run, since no earlier score held, and why none did
    pairs_scored: int
    from_scratch: str | None
    passes: int
    blocks_passed_over: int
    persons: int
    accepted: int
    in_review: int
    violations: int
    merges: int
    splits: int
    calibrated_on: int
    waiting: int
    seconds: float

    @property
    def in_words(self) -> str:
        """How many pairs were compared in this run."""
        why = "" if self.from_scratch is None else f" ({self.from_scratch})"
        return f"{self.pairs_scored:,} pairs compared anew{why}, {self.candidate_pairs:,} in all may be links"


def link_personas(build: Path, prior: Path | None, settings: Settings) -> LinkReport:
    """Link the personas of a build and write `build`/identity/*.parquet.

    `prior` is the folder of the last publication's identity state, None or empty for a first run. Reviewers'
    decisions and the audit sample are read from the home's identity folder, where the calibration map that
    follows from them is kept. Raises ModelError.
    """
    began = time.monotonic()
    model = load_model(model_path(settings))
    thresholds = thresholds_of(settings.identity, settings.quality.thresholds)
    with _opened(build, settings) as connection:
        read_prior(connection, prior)
        known = settings.home / "identity"
        read_decisions(connection, known)
        audit = read_audit(connection, known)
        excluded = excluded_keys(connection, PERSONAS, settings.identity.excluded_values)
        shared = (*model.shared_values, *excluded)
        scoring_input(connection, PERSONAS, shared, model.frequencies)
        steps = size_steps(
            model, connection.table("personas").shape[0], read_size_steps(prior, model.version)
        )
        model = at_size(model, steps)
        columns = connection.execute(f"describe {PERSONAS}").fetchall()
        conditions = conditions_of(model_path(settings), model, shared, columns)
        make_keys(connection)
        from_scratch = find_unchanged(connection, PERSONAS, prior, conditions)
        reused = None if from_scratch else prior
        choose_sample(connection, reused)
        if reused is not None:
            view_reusable_scores(connection, reused)
        value_frequencies(connection, model)
        make_follows(connection, follows_of(connection))
        calibration = audit.maps.get(model.version)
        passes = link_in_passes(connection, model, thresholds, calibration)
        link_files.make_clusters(connection, PERSONAS)
        run_id, run_at = read_run(connection, build)
        assign_person_ids(connection, run_id, run_at)
        folder = make_folder(build / "identity")
        link_files.write(connection, folder, thresholds)
        _write_for_reviewers(connection, folder, thresholds, model)
        state = state_queries(connection, conditions)
        state["quality"] = quality_query(connection, known, audit, model.version, steps)
        for name, query in state.items():
            link_files.write_parquet(connection, folder, name, query)
        save_calibration(calibration, known)
        link_organizations(connection, folder, prior)
        report = _report(connection, model.version, passes, from_scratch, audit)
    return replace(report, seconds=time.monotonic() - began)


def follows_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Name of the relation of follows in the attached build; None where it was made without one."""
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = 'warehouse' and schema_name = 'intermediate' "
        "and table_name = 'int_edges'"
    ).fetchall()
    return FOLLOWS if found else None


def _write_for_reviewers(
    connection: duckdb.DuckDBPyConnection, folder: Path, thresholds: Thresholds, model: Model
) -> None:
    """The candidate pairs, the ones that wait for a person, and the evidence for those that may be asked about."""
    make_review_pairs(connection, thresholds)
    make_link_evidence(connection, model)
    queue = f"select * from ({review_queue_query()}) order by left_persona_id, right_persona_id"
    files = {
        "scored_pairs": scored_pairs_query(),
        "link_evidence": link_evidence_query(),
        "review_queue": queue,
    }
    for name, query in files.items():
        link_files.write_parquet(connection, folder, name, query)


def _opened(build: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    connection = connect(memory_limit=settings.memory_limit, spill_folder=build / "spill")
    connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
    return connection


def _report(
    connection: duckdb.DuckDBPyConnection,
    model_version: str,
    passes: Passes,
    from_scratch: str | None,
    audit: Audit,
) -> LinkReport:
    def count(query: str) -> int:
        return int(connection.execute(f"select count(*) from {query}").fetchall()[0][0])

    calibration = audit.maps.get(model_version)
    new_history = "history anti join prior_history using (from_person_id, to_person_id, run_id)"
    return LinkReport(
        model_version=model_version,
        personas=count(PERSONAS),
        linkable=count("personas"),
        candidate_pairs=count("scored"),
        pairs_scored=passes.pairs_scored,
        from_scratch=from_scratch,
        passes=passes.made,
        blocks_passed_over=count("large_blocks"),
        persons=count("person_ids"),
        accepted=count("persona_links where link_status = 'accepted'"),
        in_review=count("persona_links where link_status = 'review'"),
        violations=count("violations"),
        merges=count(f"{new_history} where reason = 'merge'"),
        splits=count(f"{new_history} where reason = 'split'"),
        calibrated_on=calibration.reviewed if calibration else 0,
        waiting=count("review_pairs"),
        seconds=0.0,
    )
