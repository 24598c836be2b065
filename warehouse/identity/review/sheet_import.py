"""A reviewed sheet back in: checked as a whole, then appended to the decisions, or refused as a whole.

Reads what spreadsheets make of it: a byte-order mark, semicolons or tabs, CRLF, Windows-1252. Must not live
here: what a decision leads to (pairs/judgement.py).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse.errors import ScrmError
from warehouse.identity.decisions import VERDICTS, Decision, append_decisions, decide
from warehouse.identity.measure.audit_sample import read_audit_sample
from warehouse.identity.review.links_at_hand import OpenLinks
from warehouse.lake import Home

NEEDED = ("left_persona_id", "right_persona_id", "decision", "reviewer")
_DELIMITERS = ",;\t"
_TOLD = 20  # problems named; the rest is counted

Row = dict[str, str]
Pair = tuple[str, str]


class SheetInvalid(ScrmError):
    """A reviewed sheet cannot be read, or says what cannot be; nothing of it was imported."""


@dataclass(frozen=True)
class Imported:
    """What an import did: new decisions by verdict, rows that said what stood already, rows left empty."""

    decided: dict[str, int]
    of_audit: int
    unchanged: int
    empty: int


def import_sheet(
    home: Home, links: OpenLinks, file: Path, now: dt.datetime, reviewer: str | None = None
) -> Imported:
    """Check every row of `file` and append its decisions. `reviewer` stands in where a row names none.

    Raises SheetInvalid, naming the lines, where one row is wrong: then nothing is imported.
    """
    rows = list(_read(file))
    filled = [(f"line {line}: ", row) for line, row in rows if row["decision"]]
    done = take_answers(home, links, filled, now, f"{file}: nothing was imported.\n", reviewer)
    return replace(done, empty=len(rows) - len(filled))


def take_answers(
    home: Home,
    links: OpenLinks,
    answers: list[tuple[str, Row]],
    now: dt.datetime,
    complaint: str = "",
    reviewer: str | None = None,
) -> Imported:
    """Check answers, each with the words that say where it stands, and append them as decisions, all or none.

    An answer has what a row of a sheet has: both personas, decision, reviewer, reason, asked_as. Raises
    SheetInvalid, which begins with `complaint`.
    """
    connection = links.connection
    read_audit_sample(connection, home.identity)
    known = _known(connection, [row for _, row in answers])
    problems = [
        f"{where}{problem}"
        for where, row in answers
        for problem in _problems(row, known, links.whose, reviewer)
    ]
    problems += _contradictions(answers)
    if problems:
        more = f"\n… and {len(problems) - _TOLD:,} more" if len(problems) > _TOLD else ""
        told = "\n".join(problems[:_TOLD])
        raise SheetInvalid(f"{complaint}{told}{more}")
    decisions = _decisions(connection, [row for _, row in answers], now, reviewer)
    decided_before = set(
        connection.execute(
            "select left_persona_id, right_persona_id, decision, reviewer, origin from "
            "(from decisions union all by name from unsure)"
        ).fetchall()
    )
    new = [d for d in decisions if _said(d) not in decided_before]
    if new:
        append_decisions(home.identity, new)
    return Imported(
        decided={verdict: sum(d.decision == verdict for d in new) for verdict in VERDICTS},
        of_audit=sum(d.origin == "audit" for d in new),
        unchanged=len(decisions) - len(new),
        empty=0,
    )


def _known(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> set[str]:
    """Of the ids given, those that are personas of these links."""
    given = sorted({row[side] for row in rows for side in ("left_persona_id", "right_persona_id")})
    found = connection.execute("select persona_id from personas where list_contains(?, persona_id)", [given])
    return {persona for (persona,) in found.fetchall()}


def _said(decision: Decision) -> tuple[str, ...]:
    return (
        *(decision.left_persona_id, decision.right_persona_id),
        *(decision.decision, decision.reviewer, decision.origin),
    )


def _read(file: Path) -> Iterator[tuple[int, Row]]:
    """Rows with the line each begins at; cells stripped, the decision in lower case."""
    text = _text(file)
    skipped = text.startswith("sep=")
    body = text.partition("\n")[2] if skipped else text
    header = body.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    names = [name.strip().strip('"').lower() for name in next(reader, [])]
    lacks = [name for name in NEEDED if name not in names]
    if lacks:
        raise SheetInvalid(
            f"{file} lacks the columns {', '.join(lacks)}: it is not a sheet of 'scrm review export', or its "
            "first line was removed. Nothing was imported."
        )
    began = reader.line_num + skipped + 1
    for cells in reader:
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        if any(row.values()):
            row = {**dict.fromkeys((*NEEDED, "reason", "asked_as"), ""), **row}
            yield began, {**row, "decision": row["decision"].lower()}
        began = reader.line_num + skipped + 1


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SheetInvalid(f"{file} cannot be read ({error.strerror}). Name the reviewed sheet.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel's plain 'CSV' on Windows
        return data.decode("cp1252", errors="replace")


def _problems(row: Row, known: set[str], whose: str, reviewer: str | None) -> Iterator[str]:
    if row["decision"] not in VERDICTS:
        yield f"decision {row['decision']!r} is none of {', '.join(VERDICTS)}"
    if not (row["reviewer"] or reviewer):
        yield "the reviewer is missing; fill the column, or give --reviewer"
    for side in ("left_persona_id", "right_persona_id"):
        if row[side] not in known:
            yield f"{side} {row[side]!r} is no persona of {whose}"
    if row["left_persona_id"] == row["right_persona_id"]:
        yield "both sides are the same persona"


def _pair(row: Row) -> Pair:
    left, right = sorted((row["left_persona_id"], row["right_persona_id"]))
    return left, right


def _contradictions(rows: list[tuple[str, Row]]) -> Iterator[str]:
    first: dict[Pair, tuple[str, str]] = {}
    for where, row in rows:
        before = first.setdefault(_pair(row), (where, row["decision"]))
        if before[1] != row["decision"]:
            lines = " and ".join(each.removeprefix("line ").removesuffix(": ") for each in (before[0], where))
            yield (
                f"lines {lines} contradict each other: {before[1]} and {row['decision']} for the same pair"
            )


def _decisions(
    connection: duckdb.DuckDBPyConnection, rows: list[Row], now: dt.datetime, reviewer: str | None
) -> list[Decision]:
    """One decision a pair. Of the audit are rows asked as such: an answer from the queue was not blind."""
    drawn = set(connection.execute("select left_persona_id, right_persona_id from audit_sample").fetchall())
    return [
        decide(
            *pair,
            row["decision"],  # type: ignore[arg-type]
            decided_at=now,
            reviewer=row["reviewer"] or str(reviewer),
            reason=row["reason"] or None,
            origin="audit" if row["asked_as"] == "audit" and pair in drawn else "review",
        )
        for pair, row in {_pair(row): row for row in rows}.items()
    ]
