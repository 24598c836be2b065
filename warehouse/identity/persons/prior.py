"""What a linkage begins with: the persons of the last publication, how they came about, and which run it is.

Must not live here: whose scores hold (pairs/unchanged.py), what becomes of the persons (person_ids.py,
review/held_back.py).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.tables import Maker

make = Maker(__name__)


def read_prior(connection: duckdb.DuckDBPyConnection, prior: Path | None) -> None:
    """Make `prior_personas` and `prior_history` of the folder of a publication's identity state; None: empty."""
    personas = prior / "personas.parquet" if prior is not None else None
    history = prior / "person_id_history.parquet" if prior is not None else None
    for name in ("prior_personas", "prior_history"):
        make.empty(connection, name)
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


def read_run(connection: duckdb.DuckDBPyConnection, build: Path) -> tuple[str, str]:
    """Id and time of the run, as the build's parameters say: linkage reads no clock."""
    parameters = build / "inputs" / "parameters.parquet"
    row = connection.execute(
        "select run_id, strftime(run_at, '%Y-%m-%dT%H:%M:%S.%f+00') "
        f"from read_parquet({quote_text(parameters)})"
    ).fetchall()[0]
    return str(row[0]), str(row[1])


def no_prior(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `prior_personas` and `prior_history` of nothing: for links that no publication came before."""
    read_prior(connection, None)
