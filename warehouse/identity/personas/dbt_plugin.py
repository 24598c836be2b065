"""dbt-duckdb plugin: registers standardise.py and contact_points.py as Arrow UDFs for the identity models.

A UDF and not a mapping table: the values are not known before dbt has read them. On Spark the same functions
become pandas UDFs. Must not live here: any logic.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb.func import ARROW, SPECIAL

from warehouse.identity.personas import contact_points, standardise


def register_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `scrm_transliterate` and its siblings callable from SQL on this connection."""
    _register(connection, "scrm_transliterate", standardise.transliterate, ["VARCHAR"], "VARCHAR")
    _register(connection, "scrm_emails", contact_points.email_addresses, ["VARCHAR[]"], "VARCHAR[]")
    _register(connection, "scrm_phones", contact_points.phone_numbers, ["VARCHAR[]", "VARCHAR"], "VARCHAR[]")
    _register(connection, "scrm_ascii_hosts", contact_points.ascii_hosts, ["VARCHAR"], "VARCHAR")
    _register(connection, "scrm_country", standardise.country_code, ["VARCHAR"], "VARCHAR")
    _register(connection, "scrm_hash", standardise.keyed_hash, ["VARCHAR"], "VARCHAR")
    names = "STRUCT(canonicals VARCHAR[], forms VARCHAR[])"
    _register(connection, "scrm_given_names", standardise.given_names, ["VARCHAR"], names)


def _register(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    function: Callable[..., pa.Array],
    parameters: list[str],
    returns: str,
) -> None:
    connection.create_function(
        name,
        function,
        [duckdb.type(p) for p in parameters],
        duckdb.type(returns),
        type=ARROW,
        null_handling=SPECIAL,
    )


class Plugin(BasePlugin):  # type: ignore[misc]
    """What dbt-duckdb loads by the name of this module."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        register_functions(conn)
