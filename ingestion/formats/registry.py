"""The formats by name: each is a folder beside this file, and is found there.

A format's package gives `FORMAT`, or `format_of`, which builds it as its source lays it out (columns,
delimiter), the `SIGNS` by which its files are recognised, and in `OPTIONS_SAY` what its options mean. Must not
live here: what a format says.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ingestion.mapping.format import Format, Sign
from warehouse.canonical.register import TABLES
from warehouse.errors import ScrmError
from warehouse.settings import Source

EVERY_FORMAT = {"members": "pattern of the members of a zip that are read, such as *.csv; without it all"}


class SourceInvalid(ScrmError):
    """A source says something that its format cannot work with."""


class UnknownFormat(SourceInvalid):
    """A source names a format that there is not."""


def format_of(source: Source) -> Format:
    """Find the format of a source.

    Raises UnknownFormat, naming those there are; SourceInvalid and SettingsError where the source says what
    its format cannot work with.
    """
    if source.format not in format_names():
        close = difflib.get_close_matches(source.format, format_names(), n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise UnknownFormat(
            f"source {source.name!r}: no format is called {source.format!r}; {hint}"
            f"known are {', '.join(format_names())}"
        )
    _check_text(source)
    package = _package(source.format)
    build: Callable[[Source], Format] | None = getattr(package, "format_of", None)
    return _checked(build(source) if build else package.FORMAT, source)


@cache
def format_names() -> tuple[str, ...]:
    """List the formats."""
    return tuple(
        sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]) if found.ispkg)
    )


def signs_of(name: str) -> tuple[Sign, ...]:
    """Give the signs by which files of a format are recognised."""
    signs: tuple[Sign, ...] = getattr(_package(name), "SIGNS", ())
    return signs


def option_meanings(name: str) -> Mapping[str, str]:
    """Give what each option of a format means, those of every format among them."""
    meanings: Mapping[str, str] = getattr(_package(name), "OPTIONS_SAY", {})
    return {**meanings, **EVERY_FORMAT}


def _package(name: str) -> ModuleType:
    return import_module(f"ingestion.formats.{name}")


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
    known = {**form.options, **dict.fromkeys(EVERY_FORMAT, ())}
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
