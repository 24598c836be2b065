"""The linkage of a run: `int_personas` of a build in, the five files of identity/ out.

Lives here: reading, the order of the steps, writing. Must not live here: any rule.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engine import connect, quote_text
from warehouse.identity import outputs
from warehouse.identity.blocking import candidate_pairs
from warehouse.identity.cluster import cluster
from warehouse.identity.edges import judge_pairs
from warehouse.identity.excluded import excluded_keys
from warehouse.identity.frequencies import value_frequencies
from warehouse.identity.joint import pair_kinds
from warehouse.identity.link import score_pairs, scoring_input
from warehouse.identity.model import at_size, load_model, model_path
from warehouse.identity.persons import HISTORY_COLUMNS, assign_person_ids
from warehouse.identity.rules import Thresholds
from warehouse.lake import make_folder
from warehouse.settings import Settings

PERSONAS = "warehouse.intermediate.int_personas"


@dataclass(frozen=True)
class LinkReport:
    """What linkage did, for the run's summary."""

    model_version: str
    personas: int
    linkable: int
    candidate_pairs: int
    blocks_passed_over: int
    persons: int
    accepted: int
    in_review: int
    violations: int
    merges: int
    splits: int
    seconds: float


def link_personas(build: Path, prior: Path | None, settings: Settings) -> LinkReport:
    """Link the personas of a build and write `build`/identity/*.parquet.

    `prior` is the folder of the last publication's identity state, None or empty for a first run. Reviewers'
    decisions are read from decisions.parquet in the home's identity folder (left_persona_id,
    right_persona_id, decision 'match' or 'no_match', decided_at). Raises ModelError.
    """
    began = time.monotonic()
    model = load_model(model_path(settings))
    thresholds = Thresholds(
        settings.identity.join,
        settings.identity.keep,
        settings.identity.review,
        settings.identity.max_accounts_per_network,
    )
    with connect(memory_limit=settings.memory_limit, spill_folder=build / "spill") as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        _read_prior(connection, prior)
        _read_decisions(connection, settings.home / "identity" / "decisions.parquet")
        excluded = excluded_keys(connection, PERSONAS, settings.identity.excluded_values)
        shared = (*model.shared_values, *excluded)
        scoring_input(connection, PERSONAS, shared, model.frequencies)
        model = at_size(model, connection.table("personas").shape[0])
        value_frequencies(connection, model)
        candidate_pairs(connection)
        score_pairs(connection, model, "scored")
        judge_pairs(connection, thresholds)
        pair_kinds(connection, model)
        cluster(connection, thresholds)
        outputs.make_clusters(connection, PERSONAS)
        run_id, run_at = _run(connection, build)
        assign_person_ids(connection, run_id, run_at)
        outputs.write(connection, make_folder(build / "identity"), thresholds)
        return _report(connection, model.version, time.monotonic() - began)


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


def _read_decisions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute(
        "create or replace temp table decisions "
        "(left_persona_id varchar, right_persona_id varchar, decision varchar, decided_at timestamptz)"
    )
    if path.exists():
        connection.execute(
            "insert into decisions select left_persona_id, right_persona_id, decision, decided_at "
            f"from read_parquet({quote_text(path)})"
        )


def _run(connection: duckdb.DuckDBPyConnection, build: Path) -> tuple[str, str]:
    """Id and time of the run, as the build's parameters say: linkage reads no clock."""
    parameters = build / "inputs" / "parameters.parquet"
    row = connection.execute(
        "select run_id, strftime(run_at, '%Y-%m-%dT%H:%M:%S.%f+00') "
        f"from read_parquet({quote_text(parameters)})"
    ).fetchall()[0]
    return str(row[0]), str(row[1])


def _report(connection: duckdb.DuckDBPyConnection, model_version: str, seconds: float) -> LinkReport:
    def count(query: str) -> int:
        return int(connection.execute(f"select count(*) from {query}").fetchall()[0][0])

    new_history = "history anti join prior_history using (from_person_id, to_person_id, run_id)"
    return LinkReport(
        model_version=model_version,
        personas=count(PERSONAS),
        linkable=count("personas"),
        candidate_pairs=count("pairs"),
        blocks_passed_over=count("large_blocks"),
        persons=count("person_ids"),
        accepted=count("persona_links where link_status = 'accepted'"),
        in_review=count("persona_links where link_status = 'review'"),
        violations=count("violations"),
        merges=count(f"{new_history} where reason = 'merge'"),
        splits=count(f"{new_history} where reason = 'split'"),
        seconds=seconds,
    )
