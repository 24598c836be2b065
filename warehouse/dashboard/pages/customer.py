"""One person: searched by name, address or id; profile, personas with their evidence, organisations, time line.

Addresses are published masked, so the one typed is masked alike before it is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from warehouse.dashboard.charts.months import STEPS, month_squares
from warehouse.dashboard.figures import count, label
from warehouse.dashboard.pages.page import (
    Asked,
    Cell,
    Column,
    NotThere,
    Page,
    Section,
    Table,
    View,
    view_of_sections,
)
from warehouse.dashboard.pages.shown import table_of, written

_MOST_FOUND = 50
_AT_ONCE = 100
_ALL = 1_000_000  # events of a download
_LEAST_WORDS = 2
_PERSON = ("account_role", "is_customer", "country_code", "time_zone", "language", "personas", "networks")
_CUSTOMER = (
    *(
        "value_segment",
        "segments",
        "monetary_amount",
        "frequency",
        "recency_days",
        "followers",
        "connections",
    ),
    *(
        "active_activities",
        "passive_activities",
        "best_channel",
        "best_hour",
        "open_cases",
        "last_touch_at",
        "consents",
    ),
)
_TABLES = {
    "personas": "people/personas_of",
    "organizations": "people/organizations_of",
    "timeline": "people/timeline_of",
    "evidence": "people/evidence_within",
}


def show(asked: Asked) -> View:
    """A person where the address names one, else the search."""
    return _person(asked, asked.rest) if asked.rest else _search(asked)


def table(asked: Asked, name: str) -> pa.Table | None:
    """What a download holds: `found`, or `<person>/<table>`."""
    person, _, of = name.rpartition("/")
    people = asked.people
    if name == "found":
        return _found(asked, asked.query.get("q", "").strip(), _ALL)
    if of not in _TABLES or not people.holds(_TABLES[of]):
        return None
    ids: list[str] = []
    if of == "evidence":
        ids = people.ask("people/personas_of", person=person)["persona_id"].to_pylist()
    return people.ask(_TABLES[of], person=person, channel=None, most=_ALL, skip=0, ids=ids)


def _search(asked: Asked) -> View:
    words = asked.query.get("q", "").strip()
    if len(words) < _LEAST_WORDS:
        said = f"Type {_LEAST_WORDS} letters or more." if words else ""
        return View("Customer", {"words": words, "said": said, "found": None}, "customer.html.j2")
    rows = _found(asked, words, _MOST_FOUND)
    total = rows["found"][0].as_py() if rows.num_rows else 0
    shown = table_of(
        rows,
        "Persons found",
        mart="persona_details",
        definitions=asked.definitions,
        links={"person_id": lambda row: f"/customer/{row['person_id']}"},
        headings={"person_id": "Person", "network": "Found on", "masked_email": "Address"},
        leave_out=("nearness", "found"),
        download=asked.with_query("/customer/found.csv"),
    )
    said = f"{count(total)} {'person goes' if total == 1 else 'persons go'} by {words!r}"
    said += f"; the nearest {_MOST_FOUND} are shown." if total > _MOST_FOUND else "."
    if not total:
        said = f"Nobody goes by {words!r}. Try a part of the name, a handle, an address, or an id of the CRM."
    return View(
        "Customer", {"words": words, "said": said, "found": shown if total else None}, "customer.html.j2"
    )


def _found(asked: Asked, words: str, most: int) -> pa.Table:
    return asked.people.ask("people/found", words=words, masked=_masked(words), most=most)


def _masked(words: str) -> str:
    """An address as it is published: its first letter and its domain."""
    name, _, domain = words.rpartition("@")
    return f"{name[0]}…@{domain.lower()}" if name else ""


def _person(asked: Asked, person: str) -> View:
    people = asked.people
    found = people.ask("people/person", person=person).to_pylist()
    if not found:
        raise NotThere(
            f"There is no person {person!r} in this publication; ids of persons may change with links."
        )
    facts = found[0]
    sections = [
        Section("Profile", _lead(facts), table=_profile(asked, facts)),
        *_personas(asked, person),
        *_organizations(asked, person),
        *_timeline(asked, person),
    ]
    return view_of_sections(str(facts["name"] or person), *sections)


def _lead(facts: dict[str, Any]) -> str:
    weakest = facts["weakest_link_probability"]
    said = f"{count(facts['personas'])} {'persona' if facts['personas'] == 1 else 'personas'}"
    if weakest is not None:
        said += f"; the least sure link is **{weakest:.4f}** likely"
    if facts["is_held_back"]:
        said += ". **Held back**: a check found this person broken, so each persona stands alone for now"
    return f"{said}."


def _profile(asked: Asked, facts: dict[str, Any]) -> Table:
    people = asked.people
    more: dict[str, Any] = {}
    if people.holds("people/customer"):
        more = next(iter(people.ask("people/customer", person=facts["person_id"]).to_pylist()), {})
    parts = (("persons", ("person_id", "contact_id", *_PERSON), facts), ("customers", _CUSTOMER, more))
    rows = tuple(
        (Cell(label(name), meaning=asked.meaning(f"{mart}.{name}")), Cell(written(of[name])))
        for mart, names, of in parts
        for name in names
        if of.get(name) is not None
    )
    return Table((Column("what", "What"), Column("value", "Value")), rows, "Profile")


def _personas(asked: Asked, person: str) -> Iterator[Section]:
    """The personas, and what was compared among them."""
    people = asked.people
    personas = people.ask("people/personas_of", person=person)
    shown = table_of(
        personas,
        "Personas",
        mart="persona_details",
        definitions=asked.definitions,
        download=f"/customer/{person}/personas.csv",
    )
    yield Section(
        "Personas", "Each record that speaks for this person, and what holds it there.", table=shown
    )
    if people.holds("people/evidence_within") and personas.num_rows > 1:
        found = people.ask("people/evidence_within", ids=personas["persona_id"].to_pylist())
        empty = "No pair of these was compared with a score worth keeping: a rule or a reviewer joined them."
        evidence = table_of(
            found,
            "Evidence",
            headings={"left_persona_id": "One", "right_persona_id": "The other", "bits": "Bits"},
            download=f"/customer/{person}/evidence.csv",
            empty=empty,
        )
        yield Section(
            "Evidence", "What was compared, the weightiest first; each bit doubles the odds.", table=evidence
        )


def _organizations(asked: Asked, person: str) -> Iterator[Section]:
    people = asked.people
    if people.holds("people/organizations_of"):
        shown = table_of(
            people.ask("people/organizations_of", person=person),
            "Organisations",
            mart="organizations",
            definitions=asked.definitions,
            download=f"/customer/{person}/organizations.csv",
            empty="No organisation is known.",
        )
        yield Section("Organisations", table=shown)


def _timeline(asked: Asked, person: str) -> Iterator[Section]:
    """What happened: by month and channel at a glance, then the events, a page at a time."""
    people = asked.people
    if not people.holds("people/timeline_of"):
        return
    months = people.ask("people/timeline_months", person=person)
    totals: dict[str, int] = {}
    for row in months.to_pylist():
        totals[row["channel"]] = totals.get(row["channel"], 0) + row["events"]
    channel = asked.query.get("channel") or None
    skip = _skip(asked)
    events = people.ask("people/timeline_of", person=person, channel=channel, most=_AT_ONCE, skip=skip)
    known = totals.get(channel, 0) if channel else sum(totals.values())
    address = f"/customer/{person}"
    links = [("Every channel", address)] if channel else []
    links += [
        (f"{name} ({count(events)})", f"{address}?{asked.encoded({'channel': name})}")
        for name, events in totals.items()
    ]
    if skip:
        links.append(("Newer", asked.with_query(address, skip=str(max(skip - _AT_ONCE, 0)))))
    if skip + _AT_ONCE < known:
        links.append(("Older", asked.with_query(address, skip=str(skip + _AT_ONCE))))
    words = ", ".join(f"{name} {count(events)}" for name, events in totals.items())
    shown = table_of(
        events,
        "Time line",
        mart="timeline",
        definitions=asked.definitions,
        download=f"{address}/timeline.csv",
        empty="Nothing is known to have happened.",
    )
    steps = ", ".join(str(step) for step in STEPS)
    of_which = f" of {channel}" if channel else ""
    lead = f"**{count(known)}** events{of_which}, newest first. A square is a month, darker from {steps} on."
    yield Section(
        "Time line", lead, month_squares(months, f"Events by channel: {words}."), shown, tuple(links)
    )


def _skip(asked: Asked) -> int:
    said = asked.query.get("skip", "0")
    if not said.isdecimal() or len(said) > 9:
        raise NotThere(f"skip={said!r} is no number of events.")
    return int(said)


PAGE = Page("customer", "Customer", 60, show, needs_people=("persons", "persona_details"), table=table)
