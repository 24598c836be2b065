"""The sheet that goes to reviewers: pairs of the queue and of the audit sample, as CSV, two personas side by side.

It holds people's data: mode 0600. Audit rows show neither probability nor evidence, so that nobody is led.
Must not live here: which pairs wait (queue.py), how an audit is drawn (measure/audit_sample.py), reading it back
(sheet_import.py).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.csv_cells import plain_text
from warehouse.engine import quote_text
from warehouse.errors import ScrmError
from warehouse.identity.measure.audit_sample import draw, read_audit_sample, write_audit_sample
from warehouse.identity.review.links_at_hand import OpenLinks, PublishedLinks
from warehouse.identity.tables import Maker
from warehouse.lake import Home, file_beside

make = Maker(__name__)

FIELDS = (
    *("persona_type", "network", "name", "handle", "place", "language", "employer", "title", "bio"),
    *("names_accounts", "masked_email", "created_at"),
)
ANSWERS = ("decision", "reviewer", "reason")
SEED = 20260101
# Why a pair waits that no rule stopped; a rule has a sentence of its own.
WHY = {
    "doubtful": "Likelier one person than not, but not sure enough to be linked unseen.",
    "several_owners": "Several people may own this profile.",
}


class CannotAudit(ScrmError):
    """An audit was asked of links that are not published."""


@dataclass(frozen=True)
class Sheet:
    """How many rows were written, by why they are asked."""

    path: Path
    queued: int
    audited: int
    waiting: int


def columns() -> tuple[str, ...]:
    """Columns of the sheet, in order; the last three are the reviewer's."""
    sides = tuple(f"{side}_{field}" for field in FIELDS for side in ("left", "right"))
    ids = ("left_persona_id", "right_persona_id")
    return ("asked_as", *ids, *sides, "why", "probability", "evidence", *ANSWERS)


def export_sheet(
    home: Home,
    links: OpenLinks,
    out: Path,
    *,
    limit: int,
    audit: int = 0,
    again: bool = False,
    seed: int = SEED,
) -> Sheet:
    """Write `limit` pairs of the queue and `audit` newly drawn pairs to `out`, audit rows mixed in by hash.

    With `again`, pairs drawn before that nobody has answered come, too. The draw is kept before the sheet is
    written: a sheet that is lost costs answers, never the sample its randomness. Raises CannotAudit.
    """
    connection = links.connection
    read_audit_sample(connection, home.identity)
    nobody = "null::varchar as left_persona_id, null::varchar as right_persona_id"
    make(connection, "audit_rows", f"select {nobody} where false")
    if again:
        connection.execute(
            """
            insert into audit_rows
            select left_persona_id, right_persona_id from audit_sample
            anti join all_decisions using (left_persona_id, right_persona_id)
            """
        )
    if audit:
        draw_audit(home, links, audit, seed)
        connection.execute("insert into audit_rows select left_persona_id, right_persona_id from drawn_now")
    rows = _rows(connection, limit)
    with file_beside(out.absolute()) as path:
        _write(path, rows)
    audited = sum(row[0] == "audit" for row in rows)
    waiting = connection.execute(f"select count(*) from ({_QUEUE})").fetchall()[0][0]
    return Sheet(out, len(rows) - audited, audited, int(waiting))


def draw_audit(home: Home, links: OpenLinks, size: int, seed: int = SEED) -> int:
    """Draw `size` further pairs for the audit, keep them, make `drawn_now`; say how many. Raises CannotAudit."""
    if not isinstance(links, PublishedLinks):
        raise CannotAudit(
            f"an audit measures the links that serve, and these are of {links.whose}: leave --audit out. "
            "Nothing was drawn."
        )
    read_audit_sample(links.connection, home.identity)
    _make_candidates(links.connection)
    drawn = draw(links.connection, size, seed, links.model_version, links.publication_id)
    write_audit_sample(links.connection, home.identity)
    return drawn


# What nobody has decided since the links were made.
_QUEUE = """
    select * from review_queue
    anti join decisions using (left_persona_id, right_persona_id)
    anti join unsure using (left_persona_id, right_persona_id)
"""


def _make_candidates(connection: duckdb.DuckDBPyConnection) -> None:
    """Every candidate pair of the publication, with what its measures will be divided by."""
    make(
        connection,
        "audit_candidates",
        """
        select
            s.left_persona_id, s.right_persona_id, s.match_weight, s.pair_probability, s.stands_for,
            l.person_id = r.person_id as was_accepted,
            (l.persona_type = 'contact' and r.persona_type = 'profile') as is_profile_of_contact,
            case
                when l.persona_type = 'profile' and r.persona_type = 'profile' and l.network <> r.network
                    then 'several'
                when l.persona_type = 'profile' then l.network
                else r.network
            end as network,
            case when l.persona_type = 'contact' then coalesce(string_split(customers.segments, '; '), [])
                else [] end as segments
        from scored_pairs as s
        inner join personas as l on s.left_persona_id = l.persona_id
        inner join personas as r on s.right_persona_id = r.persona_id
        left join customers on l.person_id = customers.person_id
        """,
    )


def _rows(connection: duckdb.DuckDBPyConnection, limit: int) -> list[tuple[Any, ...]]:
    sides = ", ".join(f"l.{field}, r.{field}" for field in FIELDS)
    reasons = " ".join(f"when {quote_text(reason)} then {quote_text(said)}" for reason, said in WHY.items())
    return connection.execute(
        f"""
        with asked as (
            select
                'audit' as asked_as, left_persona_id, right_persona_id, null as why, null as probability,
                null as evidence, null as place
            from audit_rows
            union all
            select
                'review', left_persona_id, right_persona_id,
                coalesce(rule_sentence, case reason {reasons} end), probability,
                evidence, queue_rank
            from ({_QUEUE}) anti join audit_rows using (left_persona_id, right_persona_id)
            order by place nulls first
        )
        select
            asked_as, left_persona_id, right_persona_id, {sides}, why, asked.probability, evidence, '', '', ''
        from (
            select * from asked
            qualify asked_as = 'audit' or row_number() over (partition by asked_as order by place) <= ?
        ) as asked
        inner join personas as l on asked.left_persona_id = l.persona_id
        inner join personas as r on asked.right_persona_id = r.persona_id
        order by asked_as desc, asked.place, md5(left_persona_id || right_persona_id)
        """,
        [limit],
    ).fetchall()


def _write(path: Path, rows: Iterable[tuple[Any, ...]]) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns())
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    """The value as text; one that a spreadsheet would run as a formula is made plain text."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.date()  # days are what a person compares
    return plain_text(f"{value:.4f}" if isinstance(value, float) else str(value))
