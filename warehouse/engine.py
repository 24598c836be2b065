"""DuckDB connections, opened one way everywhere: UTC, bounded memory, spilling, no downloads.

Must not live here: SQL of any rule. Spark will get its session here, too.
"""

from __future__ import annotations

from pathlib import Path

import duckdb


def connect(
    database: Path | str = ":memory:",
    *,
    memory_limit: str = "2GB",
    spill_folder: Path | None = None,
    read_only: bool = False,
    threads: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB connection with the project's settings.

    `spill_folder` takes what does not fit into `memory_limit`; without one nothing spills.
    Raises duckdb.IOException where another process is writing the file.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if spill_folder is not None:
        spill_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config["temp_directory"] = str(spill_folder)
    if threads is not None:
        config["threads"] = threads
    connection = duckdb.connect(str(database), read_only=read_only, config=config)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    return connection


def quote_identifier(name: str) -> str:
    """Quote a name for SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(value: str | Path) -> str:
    """Quote a text literal for SQL, whatever it holds."""
    return "'" + str(value).replace("'", "''") + "'"
