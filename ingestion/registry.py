"""The formats by name: adding one is its file and one line here.

Must not live here: what a format says.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

from ingestion.format import Format
from ingestion.formats import activitystreams, discourse, feed, salesforce_export, table, x_api_v2
from ingestion.schemas import TABLES
from warehouse.errors import ScrmError
from warehouse.settings import Source

# A format that is laid out as its source configures it (columns, delimiter) is a function of the source.
FORMATS: dict[str, Format | Callable[[Source], Format]] = {
    "activitystreams": activitystreams.FORMAT,
    "feed": feed.FORMAT,
    "salesforce_export": salesforce_export.format_of,
    "table": table.format_of,
    "discourse": discourse.FORMAT,
    "x_api_v2": x_api_v2.FORMAT,
}


# `members` is a glob over the members of a zip
_EVERY_FORMAT: dict[str, tuple[str, ...]] = {"members": ()}


class SourceInvalid(ScrmError):
    """A source says something that its format cannot work with."""


class UnknownFormat(SourceInvalid):
    """A source names a format that is not registered."""


def format_of(source: Source) -> Format:
    """Find the format of a source.

    Raises UnknownFormat, naming those there are; SourceInvalid and SettingsError where the source says what
    its format cannot work with.
    """
    found = FORMATS.get(source.format)
    if found is None:
        close = difflib.get_close_matches(source.format, FORMATS, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise UnknownFormat(
            f"source {source.name!r}: no format is called {source.format!r}; {hint}"
            f"known are {', '.join(sorted(FORMATS))}"
        )
    _check_text(source)
    return _checked(found if isinstance(found, Format) else found(source), source)


def _check_text(source: Source) -> None:
    try:
        "a".encode(source.encoding)
    except (LookupError, ValueError):
        raise SourceInvalid(
            f"source {source.name!r}: encoding is {source.encoding!r}, but must be one that Python knows, "
            "such as utf-8, utf-16-le, latin-1, cp1252"
        ) from None
    if len(source.delimiter) != 1 or not source.delimiter.isascii() or source.delimiter in '"\r\n\0':
        raise SourceInvalid(
            f"source {source.name!r}: delimiter is {source.delimiter!r}, but must be one ASCII character that "
            "is no quote and no line end, such as ',' or ';' or '|' or a tab"
        )


def _checked(form: Format, source: Source) -> Format:
    known = {**form.options, **_EVERY_FORMAT}
    for option, value in source.options.items():
        if option not in known:
            raise SourceInvalid(
                f"source {source.name!r}: {form.name} knows no option {option!r}; "
                f"known are {', '.join(sorted(known))}"
            )
        if known[option] and str(value) not in known[option]:
            raise SourceInvalid(
                f"source {source.name!r}: option {option!r} is {value!r}, but must be one of "
                f"{', '.join(known[option])}"
            )
    rows = [rows for kind in form.kinds for rows in kind.rows]
    needs_network = any("network" in TABLES[r.table].types and "network" not in r.columns for r in rows)
    if needs_network and not (source.network or form.network):
        raise SourceInvalid(
            f"source {source.name!r}: format {form.name} needs to be told which community it observes; "
            "give the source a 'network', such as network: forum"
        )
    return form
