"""The figures that head the quality report: what a build publishes, how it was linked, what was turned away.

A build that was refused early lacks tables; what rests on them is left out. Must not live here: how a figure is
shown (report_page.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from quality.results import layers_run
from warehouse.engine import connect, quote_identifier, quote_text

_NAMES = {
    "brand_name": "Brand",
    "as_of": "As of (configured)",
    "min_cell": "Smallest cell shown",
    "join_threshold": "Links accepted from",
    "keep_threshold": "Links kept from",
    "review_threshold": "Links reviewed from",
    "code_version": "Code",
    "run_at": "Run at",
}
_NOT_MEASURED = "not measured: no audit sample was judged, no truth is known"

# Each gives one row of one text, or NULL where there is nothing to say; @folder is the build's.
_FIGURES = {
    "Months published": """
        select strftime(min(period_month), '%Y-%m') || ' to ' || strftime(max(period_month), '%Y-%m')
            || ' (' || count(distinct period_month) || ')'
        from marts.segment_presence""",
    "Persons": "select format('{:,}', count(*)) from people.persons",
    "Customers in the last month": """
        select format('{:,}', count(distinct person_id))
        from people.customers
        where period_month = (select max(period_month) from people.customers)""",
    "Profiles linked to another persona": """
        select format('{:.1f} % of {:,}', 100 * avg(cast(link_status = 'accepted' as integer)), count(*))
        from read_parquet('@folder/identity/personas.parquet')
        where persona_id like 'profile:%'""",
    "Link quality": f"""
        select coalesce('measured by ' || string_agg(distinct basis, ', '), {quote_text(_NOT_MEASURED)})
        from read_parquet('@folder/identity/quality.parquet')
        where basis <> 'run'""",
}


def facts_of(build: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give title → value of what heads the report. `parameters` is the row of the build's inputs."""
    facts = {title: parameters[name] for name, title in _NAMES.items() if parameters.get(name) is not None}
    if "Run at" in facts:
        facts["Run at"] = f"{facts['Run at']:%Y-%m-%d %H:%M:%S} UTC"
    fingerprint = str(parameters.get("config_fingerprint") or "")[:12]
    layers = ", ".join(layers_run(build)) or "none"
    return {
        "Run": build.name,
        **facts,
        "Configuration": fingerprint,
        "Layers checked": layers,
        **_figures(build),
    }


def rejections(files: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Give (source, reason, records) of all that was rejected, most first within a source."""
    counts: dict[tuple[str, str], int] = {}
    for file in files:
        for reason, records in file.get("rejected_by_reason") or ():
            counts[str(file["source"]), reason] = counts.get((str(file["source"]), reason), 0) + records
    return sorted(
        ((source, reason, records) for (source, reason), records in counts.items()),
        key=lambda row: (row[0], -row[2], row[1]),
    )


def _figures(build: Path) -> dict[str, str]:
    with connect() as connection:
        if (build / "warehouse.duckdb").exists():
            connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as built (read_only)")
            connection.execute("use built")
        asked = {**_FIGURES, "Rows suppressed": _suppressed(connection)}
        found = {title: _first(connection, sql, build) for title, sql in asked.items()}
    return {title: value for title, value in found.items() if value is not None}


def _first(connection: duckdb.DuckDBPyConnection, sql: str, build: Path) -> str | None:
    try:
        rows = connection.execute(sql.replace("@folder", str(build).replace("'", "''"))).fetchall()
    except (duckdb.CatalogException, duckdb.IOException):  # the build ended before it made this
        return None
    return None if rows[0][0] is None else str(rows[0][0])


def _suppressed(connection: duckdb.DuckDBPyConnection) -> str:
    """SQL of the suppressed rows of each mart that hides small cells."""
    names = connection.execute(
        "select table_name from duckdb_columns()"
        " where database_name = 'built' and schema_name = 'marts' and column_name = 'is_suppressed' order by all"
    ).fetchall()
    marts = " union all ".join(
        f"select {quote_text(name)} as mart, count(*) filter (where is_suppressed) as hidden, count(*) as shown"
        f" from marts.{quote_identifier(name)}"
        for (name,) in names
    )
    if not marts:
        return "select null"
    said = "format('{}: {:,} of {:,}', mart, hidden, shown)"
    return f"select string_agg({said}, ' · ' order by mart) from ({marts})"
