"""DuckDB's SQLAlchemy dialect, mended for Great Expectations, over connections that are already open.

As it comes it opens connections of its own; and returning one to the pool rolls back, which ends DuckDB's
pending result. The checks only read, so there is no transaction to begin or to end. Must not live here: anything
about checks.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb

_NAME = "scrm_checks"
_OPEN: dict[str, duckdb.DuckDBPyConnection] = {}


@contextmanager
def address_of(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Give the address under which SQLAlchemy reaches an open connection, while the block lasts."""
    _register()
    token = f"c{id(connection)}"
    _OPEN[token] = connection
    try:
        yield f"{_NAME}:///{token}"
    finally:
        del _OPEN[token]


@cache
def _register() -> None:
    import duckdb_sqlalchemy
    from sqlalchemy.dialects import registry

    class ReadOnlyDialect(duckdb_sqlalchemy.Dialect):  # type: ignore[misc]
        supports_statement_cache = False

        def connect(self, database: str, **_: Any) -> Any:
            cursor = _OPEN[database].cursor()
            cursor.execute("set timezone = 'UTC'")
            return duckdb_sqlalchemy.ConnectionWrapper(cursor)

        def do_begin(self, _connection: Any) -> None:
            """Nothing to begin."""

        do_rollback = do_commit = do_begin

    # SQLAlchemy finds dialects by module and name.
    module = types.ModuleType("quality_read_only_dialect")
    module.ReadOnlyDialect = ReadOnlyDialect  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    registry.register(_NAME, module.__name__, "ReadOnlyDialect")
