"""Removes from the lake what people said in posts that they, or their platform, deleted.

Staging says which activities are withdrawn, and shows nothing of their content; here it goes from the bytes, too.
Rows stay, with their ids and times, so no figure changes. An activity that is withdrawn no more (a Delete taken
back, a file withdrawn) gets its content back from its source file, which lands again in the next run. A rejected
record is no row: nobody can tell whether it is of a deleted post, and it stays in the quarantine. Must not live
here: which activities are withdrawn (dbt_project/models/staging/).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.lake.data_files import FILE_KIND, Key, Parts, compare_part, list_parts, written_beside
from ingestion.lake.known_files import KnownFiles
from warehouse.canonical.register import ACTIVITY_CONTENT
from warehouse.engine import quote_text
from warehouse.lake import Home
from warehouse.ledger import Ledger

_TABLE = "activities.parquet"
# Beside a file's tables: the activities whose content was removed. No build reads it.
_REMOVED = "_removed_content.parquet"
# The relation that callers make: network and activity_id of each activity that is withdrawn.
WITHDRAWN = "withdrawn_activities"


@dataclass(frozen=True)
class Removed:
    """How many parts were rewritten, and how many rows of them lost their content."""

    parts: int
    rows: int


def remove_content(home: Home, connection: duckdb.DuckDBPyConnection) -> Removed:
    """Remove the content of the activities in the connection's relation WITHDRAWN from every part of the lake.

    Parts without any are not touched, so doing it again changes nothing. A killed one is finished by the next
    run (data_files.py).
    """
    has_content = " or ".join(f"{column} is not null" for column in ACTIVITY_CONTENT)
    found = connection.execute(f"""
        select filename, count(*)
        from read_parquet({quote_text(home.table_glob("activities"))}, filename = true, union_by_name = true)
        semi join {WITHDRAWN} using (network, activity_id)
        where {has_content}
        group by filename order by filename
    """).fetchall()
    ledger, parts, rows = Ledger(home.ledger), 0, 0
    listed = list_parts(ledger.entries(FILE_KIND)) if found else {}
    for name, count in found:
        path = Path(name)
        key = (path.parts[-3], path.parts[-2])
        before = listed[key].parts or {}
        if compare_part(
            home, path, before
        ):  # else it was altered since the build began: the next run mends it
            _rewrite(home, connection, ledger, key, before)
            parts, rows = parts + 1, rows + count
    return Removed(parts, rows)


def land_revived_again(home: Home, connection: duckdb.DuckDBPyConnection) -> int:
    """Let files land again that hold activities which are withdrawn no more. Returns how many activities."""
    removed = sorted(home.lake.glob(f"*/*/{_REMOVED}"))
    if not removed:
        return 0
    names = ", ".join(map(quote_text, removed))
    found = connection.execute(f"""
        select filename, count(*)
        from read_parquet([{names}], filename = true) anti join {WITHDRAWN} using (network, activity_id)
        group by filename order by filename
    """).fetchall()
    ledger = Ledger(home.ledger)
    for name, _ in found:
        known = KnownFiles(ledger, Path(name).parts[-3])
        payload = known.by_sha256[Path(name).parts[-2]]
        if not payload.get("lands_again"):
            known.enter({**payload, "lands_again": True}, is_landed_now=False)
    return sum(count for _, count in found)


def _rewrite(
    home: Home, connection: duckdb.DuckDBPyConnection, ledger: Ledger, key: Key, before: Parts
) -> None:
    """Write a part anew without the content, and beside it which activities lost theirs."""
    source, sha256 = key
    folder = home.landed_folder(source, sha256)
    known = KnownFiles(ledger, source)
    is_withdrawn = f"(network, activity_id) in (select (network, activity_id) from {WITHDRAWN})"
    kept = ", ".join(
        f"case when not {is_withdrawn} then {column} end as {column}" for column in ACTIVITY_CONTENT
    )
    part = f"read_parquet({quote_text(folder / _TABLE)})"
    removed = f"select network, activity_id from {part} where {is_withdrawn}"
    if (folder / _REMOVED).exists():
        removed += f" union select network, activity_id from read_parquet({quote_text(folder / _REMOVED)})"

    def enter(parts: Parts) -> None:
        changed = {
            name: {"old": before[name]["sha256"] if name in before else None, "new": part["sha256"]}
            for name, part in parts.items()
            if part != before.get(name)
        }
        payload = {**known.by_sha256[sha256], "parts": parts, "rewritten": changed}
        known.enter(payload, is_landed_now=False)

    with written_beside(home, source, sha256) as beside:
        for query, name in (
            (f"select * replace ({kept}) from {part}", _TABLE),
            (f"select distinct * from ({removed})", _REMOVED),
        ):
            target = quote_text(beside.lake / name)
            connection.execute(f"copy ({query}) to {target} (format parquet, compression zstd)")
        beside.put_in_place(enter, kept=before)
