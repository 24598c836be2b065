"""Healthy builds on disk in which SQL has made something wrong: what is not changed is copied, not made again."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from quality.relations import Relations
from tests.unit.quality.healthy import change_build, healthy_tables, in_memory, write_build
from warehouse.lake import Home
from warehouse.settings import Settings

_RUN = "run"
_SCHEMAS = ("inputs.", "identity.", "intermediate.", "staging.", "landed.contacts")


def write_spoilt(settings: Settings, sql: str) -> Path:
    """Write a healthy build to the home of the settings, as far as checks of links look at it, spoilt by SQL."""
    kept, relations = _healthy()
    shutil.copytree(kept.name, settings.home, dirs_exist_ok=True)
    home, tables = Home(settings.home), healthy_tables()
    connection = relations.connection
    connection.execute("begin")
    connection.execute(sql)
    changed = {
        name: table
        for name in tables
        if name.startswith(_SCHEMAS)
        and not (table := connection.execute(f"from {name}").to_arrow_table()).equals(tables[name])
    }
    connection.execute("rollback")
    change_build(home, home.build(_RUN), changed)
    return home.build(_RUN)


@cache
def _healthy() -> tuple[TemporaryDirectory[str], Relations]:
    """The home of a healthy build, and its tables in memory."""
    tables = {name: table for name, table in healthy_tables().items() if name.startswith(_SCHEMAS)}
    folder = TemporaryDirectory(prefix="healthy-")
    write_build(Home(Path(folder.name)), _RUN, tables)
    return folder, in_memory(tables)
