"""What a page is, what it is asked, and what it answers. Must not live here: any one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from starlette.datastructures import QueryParams

from warehouse.dashboard.at_hand import AtHand
from warehouse.dashboard.definitions import Definition, definitions
from warehouse.dashboard.desk import Desk
from warehouse.dashboard.published import Marts
from warehouse.errors import ScrmError


class NotThere(ScrmError):
    """The address names something that is not published: a month, a segment, a person."""


@dataclass(frozen=True)
class Asked:
    """A request as a page sees it: a publication, what the address says, and the reviewers' desk."""

    at_hand: AtHand
    query: QueryParams
    rest: str  # of the address, after the page's name
    desk: Desk
    form: Mapping[str, str]

    @property
    def people(self) -> Marts:
        """The marts of people; a page that asks for them says so in `needs_people`."""
        assert self.at_hand.people is not None  # else the page is not asked (Page.lacks)
        return self.at_hand.people

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """What each figure means, by mart.column."""
        return definitions(self.at_hand.marts)

    def meaning(self, figure: str) -> str:
        """What a figure, mart.column, means; empty where nobody says it."""
        found = self.definitions.get(figure)
        return found.in_words if found else ""

    @staticmethod
    def encoded(values: Mapping[str, str]) -> str:
        """Values as they stand in an address."""
        return urlencode(values)

    def with_query(self, path: str, **changed: str | None) -> str:
        """An address with this query but for what is changed; None takes a part out."""
        kept = [(name, value) for name, value in self.query.multi_items() if name not in changed]
        more = [(name, value) for name, value in changed.items() if value is not None]
        said = urlencode([*kept, *more])
        return f"{path}?{said}" if said else path


@dataclass(frozen=True)
class Column:
    """A column of a table: how it is headed, what it means, whether it holds numbers."""

    name: str
    heading: str
    meaning: str = ""
    is_number: bool = False
    is_day: bool = False  # a day or an instant, not to be broken


@dataclass(frozen=True)
class Cell:
    """A cell as it is written; `address` makes it a link."""

    text: str
    address: str = ""
    is_silent: bool = False  # hidden, not observed, or nothing said
    meaning: str = ""


@dataclass(frozen=True)
class Table:
    """Rows as they are shown. `download` and `rows` are addresses; `empty` is said where there are none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str
    download: str = ""
    behind: str = ""
    empty: str = "Nothing to show."
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page that is laid out as most are: a sentence, a picture, a table. `picture` is SVG."""

    title: str
    lead: str = ""
    picture: str = ""
    table: Table | None = None
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class View:
    """What a page answers: the template that lays it out, and what that is given."""

    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    template: str = "sections.html.j2"
    status: int = 200


def view_of_sections(title: str, *sections: Section, lead: str = "") -> View:
    """A page of sections, which needs no template of its own."""
    return View(title, {"sections": sections, "lead": lead})


@dataclass(frozen=True)
class Sent:
    """What became of a form: where to go on, or a view that says why not."""

    address: str = ""
    view: View | None = None


@dataclass(frozen=True)
class Page:
    """A page: its address, its place in the row of pages, the marts without which it is empty.

    `table` gives what a download holds, by the table's name; None for a name that it does not know. `take` takes a
    form. A page with `is_listed` false has no place in the row.
    """

    name: str
    title: str
    place: int
    show: Callable[[Asked], View]
    needs: tuple[str, ...] = ()
    needs_people: tuple[str, ...] = ()
    table: Callable[[Asked, str], pa.Table | None] | None = None
    take: Callable[[Asked], Sent] | None = None
    is_listed: bool = True

    def lacks(self, at_hand: AtHand) -> str:
        """Why a publication cannot fill this page, and what to do; empty where it can."""
        if self.needs_people and at_hand.people is None:
            return (
                "This publication holds no people: people.duckdb is withheld, or was made by another version."
            )
        people = at_hand.people.tables if at_hand.people else frozenset()
        missing = [f"marts.{name}" for name in self.needs if name not in at_hand.marts.tables]
        missing += [f"people.{name}" for name in self.needs_people if name not in people]
        if not missing:
            return ""
        return f"This publication lacks {', '.join(missing)}: it was made by an earlier version."
