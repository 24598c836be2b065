"""The linkage of a run: `int_personas` of a build in, the files of identity/ out; organisations beside them.

Lives here: reading, the order of the steps, writing. Must not live here: any rule.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_text
from warehouse.identity import outputs, review, scored
from warehouse.identity.blocking import candidate_pairs
from warehouse.identity.calibration import CalibrationMap, save_calibration
from warehouse.identity.decisions import read_decisions
from warehouse.identity.excluded import excluded_keys
from warehouse.identity.frequencies import value_frequencies
from warehouse.identity.increment import carry_on, link_increment, pairs_of_changed, read_persons_back
from warehouse.identity.link import score_pairs, scoring_rows
from warehouse.identity.measured import quality_query, read_audit
from warehouse.identity.model import COMPARISONS, Model, at_size, load_model, model_path
from warehouse.identity.organizations import link_organizations
from warehouse.identity.outputs import Carry
from warehouse.identity.passes import link_in_passes
from warehouse.identity.persons import HISTORY_COLUMNS, assign_person_ids
from warehouse.identity.report import Comparison, LinkReport, make_report
from warehouse.identity.rules import Thresholds, thresholds_of
from warehouse.identity.standing import basis_of, make_fingerprints, state_queries, why_from_scratch
from warehouse.identity.standing_pairs import add_standing_pairs
from warehouse.identity.ties import make_ties
from warehouse.lake import make_folder
from warehouse.settings import Settings

PERSONAS = "warehouse.intermediate.int_personas"
EDGES = "warehouse.intermediate.int_edges"


def link_personas(build: Path, prior: Path | None, settings: Settings) -> LinkReport:
    """Link the personas of a build and write `build`/identity/*.parquet.

    `prior` is the folder of the last publication's identity state, None or empty for a first run; where it
    allows, only what changed since is linked again. Reviewers' decisions and the audit sample are read from
    the home's identity folder, where the calibration map that follows from them is kept. Raises ModelError.
    """
    began = time.monotonic()
    model = load_model(model_path(settings))
    thresholds = thresholds_of(settings.identity)
    with _opened(build, settings) as connection:
        _read_prior(connection, prior)
        known = settings.home / "identity"
        read_decisions(connection, known)
        audit = read_audit(connection, known)
        calibration = audit.maps.get(model.version)
        excluded = excluded_keys(connection, PERSONAS, settings.identity.excluded_values)
        shared = (*model.shared_values, *excluded)
        scoring_rows(connection, PERSONAS, shared, model.frequencies)
        make_fingerprints(connection, PERSONAS)
        model = at_size(model, _linkable(connection))
        edges = edges_of(connection)
        columns = connection.execute(f"describe {PERSONAS}").fetchall()
        basis = basis_of(
            (model_path(settings), model.prior), shared, thresholds, calibration, columns, edges is not None
        )
        why = why_from_scratch(connection, prior, basis)
        standing = prior if why is None else None
        run = _run(connection, build)
        carry: Carry | None = None
        if standing is not None and edges is None:
            compared = link_increment(connection, standing, model, thresholds, calibration, run)
            carry = carry_on(connection, standing)
        else:
            compared = _link_everybody(connection, standing, model, thresholds, calibration, edges)
            outputs.make_clusters(connection, PERSONAS)
            assign_person_ids(connection, *run)
        folder = make_folder(build / "identity")
        outputs.write(connection, folder, thresholds, carry)
        _write_for_reviewers(connection, folder, thresholds, model, carry)
        if carry is not None:
            read_persons_back(connection, folder)
        queries = {
            "quality": quality_query(connection, known, audit, model.version),
            **state_queries(connection, basis),
        }
        for name, query in queries.items():
            outputs.write_parquet(connection, folder, name, query)
        save_calibration(calibration, known)
        calibrated_on = calibration.reviewed if calibration else 0
        report = make_report(connection, folder, model.version, calibrated_on, replace(compared, why=why))
    with _opened(build, settings) as connection:
        link_organizations(connection, folder, prior, *run)
    return replace(report, seconds=time.monotonic() - began)


def _linkable(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select count(*) from fingerprints where is_linkable").fetchall()[0][0])


def _link_everybody(
    connection: duckdb.DuckDBPyConnection,
    standing: Path | None,
    model: Model,
    thresholds: Thresholds,
    calibration: CalibrationMap | None,
    edges: str | None,
) -> Comparison:
    """Make pairs, scores and persons anew; the attributes of pairs that stand since `standing` as they were."""
    if standing is None:
        connection.execute("create or replace temp table personas as from scoring_rows")
        candidate_pairs(connection)
    else:
        pairs_of_changed(connection, standing)
        connection.execute("create or replace temp table personas as from scoring_rows")
    compared = "personas" if standing is None else "changed"
    compared_personas, judged, pairs = connection.execute(
        f"select (select count(*) from {compared}), (select count(*) from personas), (select count(*) from pairs)"
    ).fetchall()[0]
    value_frequencies(connection, model)
    make_ties(connection, edges)
    score_pairs(connection, model, "scored")
    if standing is not None:
        add_standing_pairs(connection)
    passes = link_in_passes(connection, model, thresholds, calibration)
    return Comparison(
        "full" if standing is None else "increment_of_pairs", None, compared_personas, judged, pairs, passes
    )


def edges_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Name of the relation of follows in the attached build; None where they do not join two networks."""
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = 'warehouse' and schema_name = 'intermediate' "
        "and table_name = 'int_edges'"
    ).fetchall()
    if not found:
        return None
    networks = connection.execute(f"select count(distinct network) from {EDGES}").fetchall()[0][0]
    return EDGES if networks > 1 else None


def _write_for_reviewers(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    thresholds: Thresholds,
    model: Model,
    carry: Carry | None,
) -> None:
    """All candidate pairs, the ones that wait for a person, and the evidence for those that may be asked about."""
    scored.make_scored_pairs(connection)
    review.make_review_pairs(connection, thresholds)
    scored.make_link_evidence(connection, model)
    pair = "left_persona_id, right_persona_id"
    places = ", ".join(quote_text(name) for name in (scored.PRIOR, *(c.name for c in COMPARISONS)))
    files = {
        # what is carried on keeps its order: to sort it all again would cost more than to link
        "scored_pairs": ("from scored_pairs", pair if carry is None else None),
        "link_evidence": (
            "select * exclude (place) from link_evidence",
            f"{pair}, list_position([{places}], comparison)" if carry is None else None,
        ),
        "review_queue": (review.review_queue_query(), pair),
    }
    outputs.write_files(connection, folder, files, carry)


def _opened(build: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    connection = connect(memory_limit=settings.memory_limit, spill_folder=build / "spill")
    connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
    return connection


def _read_prior(connection: duckdb.DuckDBPyConnection, prior: Path | None) -> None:
    personas = prior / "personas.parquet" if prior is not None else None
    history = prior / "person_id_history.parquet" if prior is not None else None
    connection.execute(
        "create or replace temp table prior_personas "
        "(persona_id varchar, person_id varchar, link_status varchar)"
    )
    connection.execute(f"create or replace temp table prior_history ({HISTORY_COLUMNS})")
    if personas is not None and personas.exists():
        connection.execute(
            "insert into prior_personas select persona_id, person_id, link_status "
            f"from read_parquet({quote_text(personas)})"
        )
    if history is not None and history.exists():
        connection.execute(
            "insert into prior_history select from_person_id, to_person_id, run_id, reason, changed_at "
            f"from read_parquet({quote_text(history)})"
        )


def _run(connection: duckdb.DuckDBPyConnection, build: Path) -> tuple[str, str]:
    """Id and time of the run, as the build's parameters say: linkage reads no clock."""
    parameters = build / "inputs" / "parameters.parquet"
    row = connection.execute(
        "select run_id, strftime(run_at, '%Y-%m-%dT%H:%M:%S.%f+00') "
        f"from read_parquet({quote_text(parameters)})"
    ).fetchall()[0]
    return str(row[0]), str(row[1])
