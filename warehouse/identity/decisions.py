"""Reviewers' decisions: `identity/decisions.parquet` in the home folder, appended to, never rewritten in part.

The last decision on a pair counts; `unsure` as the last one lifts an earlier yes or no. Must not live here:
where decisions come from (review/sheet.py, review/unmerge.py), what they lead to (pairs/judgement.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.identity.tables import Maker
from warehouse.lake import file_beside

make = Maker(__name__)

FILE_NAME = "decisions.parquet"
Verdict = Literal["match", "no_match", "unsure"]
Origin = Literal["review", "audit", "unmerge"]
VERDICTS: tuple[Verdict, ...] = ("match", "no_match", "unsure")

SCHEMA = pa.schema(
    [
        ("left_persona_id", pa.string()),
        ("right_persona_id", pa.string()),
        ("decision", pa.string()),
        ("decided_at", pa.timestamp("us", tz="UTC")),
        ("reviewer", pa.string()),
        ("reason", pa.string()),
        ("origin", pa.string()),
    ]
)


@dataclass(frozen=True)
class Decision:
    """What somebody decided on a pair of personas, in alphabetical order of their ids."""

    left_persona_id: str
    right_persona_id: str
    decision: Verdict
    decided_at: dt.datetime
    reviewer: str
    reason: str | None
    origin: Origin


def decide(
    one: str,
    other: str,
    decision: Verdict,
    *,
    decided_at: dt.datetime,
    reviewer: str,
    reason: str | None,
    origin: Origin,
) -> Decision:
    """A decision with the pair in order."""
    left, right = sorted((one, other))
    return Decision(left, right, decision, decided_at, reviewer, reason, origin)


def append_decisions(folder: Path, decisions: Iterable[Decision]) -> Path:
    """Add decisions to those in `folder`; the file is replaced as a whole, by one rename."""
    path = folder / FILE_NAME
    added = pa.Table.from_pylist([asdict(each) for each in decisions], SCHEMA)
    with file_beside(path) as beside:
        pq.write_table(pa.concat_tables([_decided(path), added]), beside)
    return path


def decided_pairs(folder: Path) -> pa.Table:
    """Every pair that somebody decided on, once, whatever was said (left_persona_id < right_persona_id)."""
    return _decided(folder / FILE_NAME).group_by(["left_persona_id", "right_persona_id"]).aggregate([])


def _decided(path: Path) -> pa.Table:
    """The decisions so far; columns that an older file lacks are NULL."""
    if not path.exists():
        return SCHEMA.empty_table()
    table = pq.read_table(path)
    return pa.table(
        {
            field.name: table.column(field.name).cast(field.type)
            if field.name in table.column_names
            else pa.nulls(table.num_rows, field.type)
            for field in SCHEMA
        },
        SCHEMA,
    )


def read_decisions(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `all_decisions` (columns of SCHEMA, number in order of the file) and `decisions`.

    `decisions` holds the last one of each pair, left_persona_id < right_persona_id, where it is a yes or a no.
    `unsure` holds the pairs whose last reviewer could not tell. Of two at the same instant the later one in
    the file counts.
    """
    make.rows(connection, "decision_rows", _decided(folder / FILE_NAME))
    make(
        connection,
        "all_decisions",
        """
        select
            least(left_persona_id, right_persona_id) as left_persona_id,
            greatest(left_persona_id, right_persona_id) as right_persona_id,
            * exclude (left_persona_id, right_persona_id),
            row_number() over () as number
        from decision_rows
        """,
    )
    make.drop(connection, "decision_rows")
    last = """
        select * from all_decisions
        qualify row_number() over (
            partition by left_persona_id, right_persona_id order by decided_at desc nulls last, number desc
        ) = 1
        """
    make(connection, "decisions", f"from ({last}) where decision in ('match', 'no_match')")
    make(connection, "unsure", f"from ({last}) where decision = 'unsure'")


def no_decisions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of `read_decisions` of nothing: for links that no reviewer has a say in."""
    for name in ("all_decisions", "decisions", "unsure"):
        make.empty(connection, name)
