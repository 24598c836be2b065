"""What is published of the quality of links. Must not live here: measuring (link_quality.py)."""

from __future__ import annotations

from typing import Any

from warehouse.engine import connect
from warehouse.lake import Home
from warehouse.publication.publications import NoSuchPublication, current_publication


def published_quality(home: Home) -> list[dict[str, Any]]:
    """Return the rows of marts.identity_quality. Raises NoSuchPublication before the first publication."""
    serving = current_publication(home)
    if serving is None:
        raise NoSuchPublication("nothing is published yet.", next_step="Next: scrm run")
    with connect(serving.path / "marts.duckdb", read_only=True) as connection:
        found: list[dict[str, Any]] = (
            connection.execute(
                "select * from identity_quality order by measure, stratum_kind, stratum, network, basis"
            )
            .to_arrow_table()
            .to_pylist()
        )
    return found
