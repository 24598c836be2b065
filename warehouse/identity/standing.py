"""What one linkage leaves to the next, so that it does again only what changed: fingerprints, and on what basis.

Three small files beside the published ones: fingerprints.parquet (of every persona as it was linked),
linkage_basis.parquet (of the model, the settings, the code), linked_decisions.parquet (which reviewers' decisions
were heeded). The prior state is only read, so a run that dies leaves it as it was. Must not live here: what
follows from a change (touched.py), scores of standing pairs (standing_pairs.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.engine import quote_text
from warehouse.identity.calibration import CalibrationMap
from warehouse.identity.rules import MOST_CHANGED, Thresholds

STATE_FILES = ("fingerprints", "linkage_basis", "linked_decisions")
_READ = (*STATE_FILES, "personas", "link_candidates", "violations")
_READ_PAIRS = ("scored_pairs", "link_evidence", "review_queue")

Basis = Mapping[str, str]


def basis_of(
    model: tuple[Path, float],
    shared_values: Iterable[str],
    thresholds: Thresholds,
    calibration: CalibrationMap | None,
    columns: Iterable[tuple[str, ...]],
    has_ties: bool,
) -> Basis:
    """Fingerprints of all that decides on links beside the personas and the decisions, by what it is.

    `model`: its file, and its prior at the size of the company. `columns`: names and types of int_personas.
    The code is that of warehouse/identity, and the engines'.
    """
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    parts = {
        "model": model[0].read_bytes(),
        "size of the company": repr(model[1]).encode(),
        "excluded values": repr(sorted(shared_values)).encode(),
        "thresholds": repr(asdict(thresholds)).encode(),
        "calibration": repr(calibration).encode(),
        "columns of personas": repr([tuple(column)[:2] for column in columns]).encode(),
        "code": code + version("duckdb").encode() + version("splink").encode(),
        "whether follows are known": repr(has_ties).encode(),
    }
    return {name: hashlib.sha256(value).hexdigest()[:16] for name, value in parts.items()}


def make_fingerprints(connection: duckdb.DuckDBPyConnection, personas: str) -> None:
    """Make `fingerprints` (n, persona_id, fingerprint and what may bind two personas), over `numbered`."""
    connection.execute(
        f"""
        create or replace temp table fingerprints as
        select
            n, persona_id, hash(p) as fingerprint, persona_type, is_linkable, verified_email_hash,
            merged_into_persona_id
        from {personas} as p inner join numbered using (persona_id)
        """
    )


def why_from_scratch(connection: duckdb.DuckDBPyConnection, prior: Path | None, basis: Basis) -> str | None:
    """Say in words why everything must be linked anew; None where the prior state can be built on.

    In that case makes `changes` (persona_id, n): personas that are new, changed, or gone (n is NULL), and
    `prior_decisions` (left_persona_id, right_persona_id, decision).
    """
    if prior is None or not (prior / "personas.parquet").exists():
        return "first run"
    lacking = [name for name in (*_READ, *_READ_PAIRS) if not (prior / f"{name}.parquet").exists()]
    if lacking:
        return f"the last run left no {', '.join(lacking)}"
    before = dict(
        connection.execute(f"select part, fingerprint from {parquet(prior, 'linkage_basis')}").fetchall()
    )
    differing = [part for part in basis if before.get(part) != basis[part]]
    if differing:
        return f"changed since the last run: {', '.join(differing)}"
    _find_changes(connection, prior)
    changed, everybody = connection.execute(
        "select (select count(*) from changes), (select count(*) from fingerprints)"
    ).fetchall()[0]
    if changed > MOST_CHANGED * everybody:
        return f"{changed:,} of {everybody:,} personas changed since the last run"
    return None


def _find_changes(connection: duckdb.DuckDBPyConnection, prior: Path) -> None:
    connection.execute(
        f"""
        create or replace temp table changes as
        select coalesce(now.persona_id, before.persona_id) as persona_id, now.n
        from fingerprints as now
        full join {parquet(prior, "fingerprints")} as before using (persona_id)
        where now.fingerprint is distinct from before.fingerprint;
        create or replace temp table prior_decisions as from {parquet(prior, "linked_decisions")}
        """
    )


def parquet(folder: Path, name: str) -> str:
    """SQL: the rows of a file of the state."""
    return f"read_parquet({quote_text(folder / f'{name}.parquet')})"


def state_queries(connection: duckdb.DuckDBPyConnection, basis: Basis) -> dict[str, str]:
    """SQL for each of `STATE_FILES`, over `fingerprints`, `decisions` and `unsure`."""
    parts = {"part": list(basis), "fingerprint": list(basis.values())}
    connection.register("basis_rows", pa.table(parts))
    decided = "left_persona_id, right_persona_id, decision"
    queries = (
        "select persona_id, fingerprint from fingerprints order by persona_id",
        "select * from basis_rows order by part",
        f"select {decided} from decisions union all select {decided} from unsure order by {decided}",
    )
    return dict(zip(STATE_FILES, queries, strict=True))
