"""`salesforce_export`: the CSV files of Salesforce's Data Export, one object a file, known by its header.

Ids: text of 15 characters is case-sensitive, of 18 ends in a checksum; both are the same record. All ids
become those of 18 (`full_id`).

source.options: `custom_fields` {object: {canonical column: API name}}, where `handles` is {network: API
name}; `currency`, for organisations with a single one, whose export names none; `null_values`, as in `table`.
Names of columns are compared without regard to case: Data Loader writes them in capitals.
Must not live here: what an object becomes (objects.py), how a cell is read (cell_values.py), the CSV
itself (containers/delimited/).
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa

from ingestion.containers.container import UnreadableFile
from ingestion.containers.delimited.reader import TABLE, Delimited
from ingestion.containers.header import listed, nearest
from ingestion.formats.salesforce_export.objects import OBJECTS, REFUSED, UNUSED, SalesforceObject
from ingestion.mapping.cell_values import Cells, handles, null_values_of
from ingestion.mapping.format import Format, RecordKind, Rows
from ingestion.mapping.shape import field_names
from warehouse.canonical.register import TABLES
from warehouse.engine import quote_identifier, quote_text
from warehouse.settings import SettingsError, Source

# Names that are known and not read: standard fields, and those that tell one object from another.
_TOLD_BY = (*REFUSED.values(), *(known.foreign for known in OBJECTS.values()))
_KNOWN = UNUSED.union(*(field_names(names) for names in _TOLD_BY))

REFERENCE = "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"


OPTIONS_SAY = {
    "custom_fields": "map of Salesforce object to a map of column of the warehouse to API name; handles "
    "is a map of "
    "network to API name",
    "currency": "currency of all amounts, of organisations with a single one, whose export names none",
    "null_values": "words that mean nothing; null, NULL and \\N always do",
}


def format_of(source: Source) -> Format:
    """Build the format with the source's custom fields. Raises SettingsError where they do not fit."""
    custom = _custom_fields(source)
    fields = {name: known.fields() | _mapped(custom.get(name, {})).keys() for name, known in OBJECTS.items()}
    wanted = tuple(sorted(set().union(*fields.values())))
    return Format(
        name="salesforce_export",
        description="CSV files of Salesforce's Data Export, one object a file",
        reference=REFERENCE,
        network=None,
        container=Delimited(
            columns=wanted,
            known=_KNOWN,
            null_values=Cells(null_values=null_values_of(source)).nothing,
            delimiter=source.delimiter,
            encoding=source.encoding,
            recognise=lambda header, told: recognised(header, told, fields),
        ),
        kinds=tuple(
            RecordKind(
                name,
                f"r.{TABLE} = {quote_text(name)}",
                (_rows(known, custom.get(name, {}), source),),
                mapped=_mapped(custom.get(name, {})),
            )
            for name, known in OBJECTS.items()
        ),
        shape=dict.fromkeys((TABLE, *wanted), "VARCHAR"),
        known_fields=_KNOWN,
        options={"custom_fields": (), "currency": (), "null_values": ()},
        read_cell=lambda field, cell: f"plain_id({cell})" if field.endswith("Id") else cell,
    )


def recognised(header: list[str], told: str, fields: dict[str, set[str]] | None = None) -> str:
    """Name the object that a header is of. Raises UnreadableFile for one that is not read, by its name.

    `told` says the header's columns in words.
    """
    names = set(header)
    fields = fields or {name: known.fields() for name, known in OBJECTS.items()}
    fitting = [
        name
        for name, known in OBJECTS.items()
        if set(known.required.split()) <= names and names.isdisjoint(known.foreign.split())
    ]
    fitting.sort(key=lambda name: len(fields[name] & names), reverse=True)
    other = next((name for name, columns in REFUSED.items() if set(columns.split()) <= names), None)
    if other:
        raise UnreadableFile(
            "other_object", f"holds Salesforce's {other}, which is not read; read are {', '.join(OBJECTS)}."
        )
    if not fitting:
        if connector := _connectors_table(header, fields):
            raise UnreadableFile(
                "unknown_object",
                f"looks like the table of {connector} that a connector writes, not like a Data Export: its "
                "columns are spelt otherwise (last_name for LastName). Read it with format: table, and name its "
                "columns under 'columns'.",
            )
        lacks = {name: sorted(set(known.required.split()) - names) for name, known in OBJECTS.items()}
        near = max(filter(lacks.get, fields), key=lambda name: len(fields[name] & names))
        raise UnreadableFile(
            "unknown_object",
            f"has the header of no Salesforce object that is read ({', '.join(OBJECTS)}); it is most like "
            f"{near}, but lacks {listed(lacks[near])}. Its columns are {told}. "
            "Export the object with all of its fields, as Data Export does.",
        )
    return fitting[0]


def _connectors_table(header: list[str], fields: dict[str, set[str]]) -> str | None:
    """Name the object whose required fields a header has, spelt otherwise; None where there is none."""
    names = {_folded(name) for name in header}
    required = {name: set(known.required.split()) for name, known in OBJECTS.items()}
    fitting = [
        name
        for name, needed in required.items()
        if {_folded(field) for field in needed} <= names and not needed <= set(header)
    ]
    return max(fitting, key=lambda name: len({_folded(f) for f in fields[name]} & names), default=None)


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()


def full_id(cell: str) -> str:
    """SQL of the 18-character id: of each five characters, the upper-case ones are the bits of a letter.

    As Salesforce documents for CASESAFEID.
    """
    letters = []
    for first in (1, 6, 11):
        bits = " + ".join(
            f"{1 << i} * cast(substr({cell}, {first + i}, 1) between 'A' and 'Z' as integer)"
            for i in range(5)
        )
        letters.append(f"substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + {bits}, 1)")
    return f"case when length({cell}) = 15 then {cell} || {' || '.join(letters)} else {cell} end"


def _rows(known: SalesforceObject, custom: dict[str, Any], source: Source) -> Rows:
    types = TABLES[known.table].types
    columns = {column: _sql(text, column, types[column]) for column, text in known.columns.items()}
    if "currency" in types and "currency" in source.options:
        given = columns.get("currency", "cast(null as varchar)")
        columns["currency"] = f"coalesce({given}, {quote_text(str(source.options['currency']))})"
    cells = Cells(time_zone=source.time_zone, list_separator=";")
    for column, field in custom.items():
        if isinstance(field, dict):
            columns[column] = handles({network: _cell(name) for network, name in field.items()})
        elif column.endswith("_id"):
            columns[column] = full_id(_cell(field))
        else:
            columns[column] = cells.value(_cell(field), column, types[column])
    return Rows(known.table, columns, when=_expanded(known.when) if known.when else None)


def _sql(text: str, column: str, kind: pa.DataType) -> str:
    """SQL of a column: of a field alone, by the kind of the column, else of the expression as it is."""
    if column.endswith("_id"):
        return full_id(f"({_expanded(text)})")
    return Cells().value(_cell(text), column, kind) if re.fullmatch(r"\w+", text) else _expanded(text)


def _expanded(text: str) -> str:
    if re.fullmatch(r"\w+", text):
        return _cell(text)
    return re.sub(r"\{(\w+)\}", lambda found: _cell(found[1]), text)


def _cell(field: str) -> str:
    return f"r.{quote_identifier(field)}"


def _mapped(custom: dict[str, Any]) -> dict[str, str]:
    """Give each custom field with the canonical column that is made of it."""
    named = {column: f.values() if isinstance(f, dict) else [f] for column, f in custom.items()}
    return {name: column for column, names in named.items() for name in names}


def _custom_fields(source: Source) -> dict[str, dict[str, Any]]:
    custom: dict[str, dict[str, Any]] = source.options.get("custom_fields", {})
    if not isinstance(custom, dict) or not all(isinstance(columns, dict) for columns in custom.values()):
        raise SettingsError(
            f"source {source.name!r}: options.custom_fields is {custom!r}; valid is a map of Salesforce object "
            "to a map of canonical column to API name, such as {Contact: {stage: Stage__c}}"
        )
    for name, columns in custom.items():
        if name not in OBJECTS:
            raise SettingsError(
                f"source {source.name!r}: options.custom_fields names {name!r}, no Salesforce object "
                f"that is read; known are {', '.join(OBJECTS)}"
            )
        types = TABLES[OBJECTS[name].table].types
        for column, field in columns.items():
            if column not in types:
                near = nearest(column, types)
                hint = f"did you mean {near!r}? " if near else ""
                raise SettingsError(
                    f"source {source.name!r}: custom field {field!r} of {name}: {OBJECTS[name].table} has no "
                    f"column {column!r}; {hint}its columns are {', '.join(types)}"
                )
            names = list(field.values()) if isinstance(field, dict) else [field]
            fits_column = (column == "handles") == isinstance(field, dict)
            if not fits_column or not all(isinstance(text, str) for text in names):
                raise SettingsError(
                    f"source {source.name!r}: custom field {column!r} of {name} is {field!r}; valid is an API"
                    " name, and for handles a map of network to API name"
                )
    return custom
