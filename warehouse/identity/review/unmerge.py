"""Undoing a merge: personas taken out of their person for good, by decisions against all that remain in it.

A reviewer wins over the model, over the CRM's own merges, and over an earlier yes. Must not live here: how
decisions are obeyed (pairs/judgement.py, persons/divide.py, persons/link_files.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.errors import ScrmError
from warehouse.identity.decisions import append_decisions, decide
from warehouse.identity.review.links_at_hand import OpenLinks
from warehouse.lake import Home


class CannotUnmerge(ScrmError):
    """The personas named are not of one person, or nothing of it would remain."""


@dataclass(frozen=True)
class Unmerged:
    """Who leaves which person, and who stays."""

    person_id: str
    taken_out: tuple[str, ...]
    remaining: tuple[str, ...]


def unmerge(
    home: Home,
    links: OpenLinks,
    personas: Sequence[str],
    *,
    reviewer: str,
    reason: str,
    now: dt.datetime,
    person_id: str | None = None,
) -> Unmerged:
    """Record that none of `personas` is the person they are in; those named stay together.

    With `person_id`, they must stand in that person. It takes effect on the next run. Raises CannotUnmerge.
    """
    rows = links.connection.execute(
        """
        select person_id, persona_id from personas
        where person_id in (select person_id from personas where list_contains(?, persona_id))
        order by persona_id
        """,
        [list(personas)],
    ).fetchall()
    persons = {person for person, persona in rows if persona in personas}
    if len(persons) != 1:
        raise CannotUnmerge(
            f"{', '.join(personas)} stand in {len(persons)} persons; name personas of one person at a time."
        )
    person = persons.pop()
    if person_id not in (None, person):
        raise CannotUnmerge(
            f"{', '.join(personas)} stand in {person}, not in {person_id}; nothing was recorded."
        )
    taken = tuple(persona for _, persona in rows if persona in personas)
    remaining = tuple(persona for _, persona in rows if persona not in personas)
    if not remaining:
        raise CannotUnmerge(
            f"nobody of {person} would remain: it is {', '.join(taken)} and no other. Name those that leave."
        )
    append_decisions(
        home.identity,
        [
            decide(a, b, "no_match", decided_at=now, reviewer=reviewer, reason=reason, origin="unmerge")
            for a in taken
            for b in remaining
        ],
    )
    return Unmerged(person, taken, remaining)
