"""Values that the configuration leaves out of linkage, as the personas hold them: standardised and hashed.

Lives here: from `identity: excluded_values` to keys. Must not live here: standardisation itself
(contact_points.py, standardise.py), leaving the keys out (pairs/scoring.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from warehouse.identity.personas.contact_points import TEXTS, email_addresses, phone_numbers
from warehouse.identity.personas.standardise import keyed_hash


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
    emails = email_addresses(pa.array([[value] for value in values], TEXTS))
    phones = phone_numbers(
        pa.array([[value] for value, _ in pairs], TEXTS),
        pa.array([country for _, country in pairs], pa.string()),
    )
    hashes = keyed_hash(pa.chunked_array([emails.flatten(), phones.flatten()]).unique())
    return tuple(sorted({*values, *(key for key in hashes.to_pylist() if key is not None)}))
