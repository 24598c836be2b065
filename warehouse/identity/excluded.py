"""Values that the configuration leaves out of linkage, as the personas hold them: standardised and hashed.

Lives here: from `identity: excluded_values` to keys. Must not live here: standardisation itself
(standardise.py, dbt_project/macros), leaving the keys out (link.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.identity.personas import PROJECT
from warehouse.identity.standardise import keyed_hash, phone_e164

EMAIL_MACRO = PROJECT / "macros" / "standardise_email.sql"


def excluded_keys(
    connection: duckdb.DuckDBPyConnection, personas: str, values: Sequence[str]
) -> tuple[str, ...]:
    """Every key that one of `values` may have among the relation `personas` (columns of int_personas).

    That is the value as it is written (sites, declared accounts), the hash of the e-mail address and the
    hash of the phone number that it is, a national number under each country of the personas.
    """
    if not values:
        return ()
    countries = connection.execute(
        f"select distinct country from {personas} where country is not null"
    ).fetchall()
    pairs = [(value, country) for value in values for country in (None, *(row[0] for row in countries))]
    phones = phone_e164(
        pa.array([value for value, _ in pairs], pa.string()),
        pa.array([country for _, country in pairs], pa.string()),
    )
    hashes = keyed_hash(pa.chunked_array([_emails(connection, values), phones]).unique())
    return tuple(sorted({*values, *(key for key in hashes.to_pylist() if key is not None)}))


def _emails(connection: duckdb.DuckDBPyConnection, values: Sequence[str]) -> pa.Array:
    """The values as e-mail addresses, by the SQL that the dbt models standardise with; NULL for others."""
    from jinja2 import Template

    macros: Any = Template(EMAIL_MACRO.read_text(encoding="utf-8")).module
    rows = connection.execute(
        f"select {macros.standardise_email('value')} from (select unnest(?) as value)", [list(values)]
    ).fetchall()
    return pa.array([row[0] for row in rows], pa.string())
