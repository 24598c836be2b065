"""One reviewer's answer to one pair, taken as a row of a sheet is, unless somebody else decided meanwhile.

Must not live here: how a pair is shown (warehouse/dashboard/pages/review.py), the lock under which it is taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from warehouse.identity.review.links_at_hand import open_published
from warehouse.identity.review.sheet_import import take_answers
from warehouse.lake import Home


@dataclass(frozen=True)
class Meanwhile:
    """What somebody decided on a pair after it was shown; `said` counts the decisions on it by now."""

    decision: str
    reviewer: str
    decided_at: dt.datetime
    reason: str | None
    said: int


def take_answer(home: Home, answer: Mapping[str, str], seen: int, now: dt.datetime) -> Meanwhile | None:
    """Take one answer; None where it is recorded. `seen`: how many decisions on the pair the reviewer knew of.

    Where there are others by now nothing is recorded, and the last of them is returned; an answer that was sent
    twice is recorded once. The caller holds the home.
    Raises SheetInvalid, NothingPublished.
    """
    with open_published(home) as links:
        said = _said(links.connection, answer["left_persona_id"], answer["right_persona_id"])
        if said is not None and said.said != seen:
            is_repeated = (said.reviewer, said.decision) == (answer["reviewer"], answer["decision"])
            return None if is_repeated else said
        take_answers(home, links, [("", dict(answer))], now)
    return None


def _said(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> Meanwhile | None:
    """The last decision on a pair, with how many there are."""
    left, right = sorted((one, other))
    found = connection.execute(
        """
        select decision, reviewer, decided_at, reason, count(*) over () from all_decisions
        where left_persona_id = ? and right_persona_id = ?
        order by decided_at desc nulls last, number desc
        limit 1
        """,
        [left, right],
    ).fetchone()
    return Meanwhile(*found) if found else None
