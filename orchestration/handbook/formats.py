"""The page of formats: what each reads, which tables it fills, its options; asked of the formats themselves.

Must not live here: a format (ingestion/formats/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingestion.formats.registry import EVERY_FORMAT, format_names, option_meanings
from ingestion.mapping.format import Format, RecordKind
from orchestration.handbook.examples import example_of
from orchestration.handbook.markdown import code, page, table

_INTRODUCTION = """\
A source of `scrm.yml` names one of these under `format`. A record that a format knows becomes rows of the
tables named, with the columns named (page `tables` says what each means); one that it knows and does not use
is counted. Fields that are not listed are reported as news. `scrm check` recognises the files of each."""


def formats_page() -> str:
    """Return the page."""
    return page("Formats", _INTRODUCTION, *(part for name in format_names() for part in _parts(name)))


def _parts(name: str) -> Iterator[str]:
    form = example_of(name)
    of_table = name == "table"
    yield f"## {name}"
    network = code(form.network) if form.network and not of_table else "as the source says"
    deletes = "the author" if form.deletions_by == "author" else "the platform"
    yield f"{form.description}. Network: {network}. Whose Delete counts: {deletes}'s. Reference: {form.reference}."
    yield _options(form, option_meanings(name))
    if of_table:
        yield (
            "Rows become the table that the source names under `table`, by its map of `columns`; page `tables` "
            "lists all columns."
        )
        return
    yield table(("record", "becomes"), [(code(kind.name), _becomes(kind)) for kind in form.kinds])
    yield f"Fields read: {', '.join(map(code, _fields(form.shape)))}."


def _options(form: Format, meanings: Mapping[str, str]) -> str:
    rows = [
        (code(name), ", ".join(map(code, form.options.get(name, ()))) or "–", said)
        for name, said in meanings.items()
    ]
    return table(("option", "one of", "meaning"), rows)


def _becomes(kind: RecordKind) -> str:
    if not kind.rows:
        return "known, and counted"
    filled: dict[str, list[str]] = {}
    for rows in kind.rows:
        filled.setdefault(rows.table, []).extend(rows.columns)
    return "; ".join(f"**{name}**: {', '.join(dict.fromkeys(columns))}" for name, columns in filled.items())


def _fields(shape: object, before: str = "") -> Iterator[str]:
    """Yield the paths of what is read of a record: objects by '.', lists by '[]'."""
    if isinstance(shape, Mapping):
        for name, inner in shape.items():
            yield from _fields(inner, f"{before}.{name}" if before else str(name))
    elif isinstance(shape, (list, tuple)):
        yield from _fields(shape[0], f"{before}[]")
    else:
        yield before


def lacking() -> list[str]:
    """Name the options of formats that nobody says the meaning of, and meanings of no option."""
    return [
        f"{name}: {option}"
        for name in format_names()
        for option in {*example_of(name).options, *EVERY_FORMAT} ^ option_meanings(name).keys()
    ]
