"""The canonical tables as `tables/*.yml` say them: one documented Arrow schema each.

Lives here: reading of the register. The schema is the only place where the *shape* of landed data is decided: a
NULL in a non-nullable column or a value that does not cast rejects the record at landing. Must not live here: a
table or a column (tables/*.yml), how an export is read (ingestion/formats/), any rule on content (quality/) or on
relations between tables (dbt).

Times are UTC instants (`timestamp[us, UTC]`), ids are the platform's own, as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.canonical.kinds import IDS, ONE_LINE, TEXT, TYPES, VOCABULARIES, word_of
from warehouse.shipped_yaml import read_yaml

FOLDER = Path(__file__).parent / "tables"
DOMAINS = ("social", "crm", "touchpoints", "commerce")


class RegisterError(Exception):
    """A line of the register cannot be read."""


@dataclass(frozen=True)
class Column:
    """One column, as its line of the register says it (README.md says what may stand there)."""

    name: str
    kind: str
    meaning: str
    is_list: bool = False
    required: bool = False
    values: tuple[str, ...] = ()
    true_share: tuple[float, float] = (0, 0.5)
    is_content: bool = False
    references: str = ""
    staged: str = ""

    @cached_property
    def type(self) -> pa.DataType:
        kind = TYPES[self.kind]
        return pa.list_(kind) if self.is_list else kind

    @property
    def is_id(self) -> bool:
        """Whether it is an id, or refers to one."""
        return self.kind in IDS and self.type == TEXT

    @property
    def is_one_line(self) -> bool:
        """Whether it holds a text, or texts, of one line."""
        return self.kind in ONE_LINE

    @property
    def word(self) -> str:
        """The kind in a word that a user of scrm.yml understands."""
        return word_of(self.kind, self.type)

    def field(self) -> pa.Field:
        return pa.field(
            self.name, self.type, nullable=not self.required, metadata={"description": self.meaning}
        )


@dataclass(frozen=True)
class CanonicalTable:
    """A canonical table: `key` is the platform's identity.

    Within a source the newest observation of a key says all. Across sources a table that `merges_columns` takes
    each column from the newest that maps it; of the others the newest observation alone stands.
    """

    name: str
    domain: str
    holds: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    keeps_deleted: bool = False
    has_own_staging: bool = False
    staged: str = ""

    @property
    def description(self) -> str:
        return f"{self.holds}: one row per observation."

    @cached_property
    def schema(self) -> pa.Schema:
        """Arrow schema: the table's own columns, then `PROVENANCE`."""
        return pa.schema(
            [c.field() for c in (*self.columns, *PROVENANCE)],
            metadata={"description": self.description, "key": ",".join(self.key)},
        )

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(c.name for c in self.columns if c.required)

    @cached_property
    def own_key(self) -> str | None:
        """The key, where it is one column (the network and the time of observation apart)."""
        own = [column for column in self.key if column not in ("network", "observed_at")]
        return own[0] if len(own) == 1 else None

    @cached_property
    def types(self) -> dict[str, pa.DataType]:
        return {c.name: c.type for c in self.columns}

    @property
    def merges_columns(self) -> bool:
        """Whether staging joins what several sources say of one key; what a network says of an act is whole."""
        return self.domain != "social" and not self.has_own_staging

    @property
    def drops_deleted(self) -> bool:
        """Whether staging leaves out what the CRM says it deleted."""
        return "is_deleted" in self.types and not self.keeps_deleted


def read_domain(path: Path) -> dict[str, CanonicalTable]:
    """Read the tables of one file. Raises RegisterError, naming the file and the table or column."""
    tables = {}
    for name, said in read_yaml(path).items():
        where = f"{path.name}: {name}"
        key = tuple(said.get("key", ()))
        rest = {what: value for what, value in said.items() if what not in ("key", "columns")}
        columns = _columns(where, said.get("columns", {}), required=key)
        if lost := sorted(set(key) - {c.name for c in columns} - {"observed_at"}):
            raise RegisterError(f"{where}: the key names {lost}, which are no columns of the table")
        try:
            tables[name] = CanonicalTable(name, path.stem, key=key, columns=columns, **rest)
        except TypeError as error:
            raise RegisterError(f"{where}: a table has holds, key, columns …; {error}") from error
    return tables


def _columns(where: str, said: Mapping[str, Any], required: tuple[str, ...] = ()) -> tuple[Column, ...]:
    return tuple(_column(f"{where}.{name}", name, line, name in required) for name, line in said.items())


def _column(where: str, name: str, said: Mapping[str, Any], is_key: bool) -> Column:
    line: dict[str, Any] = {
        what: tuple(value) if isinstance(value, list) else value for what, value in said.items()
    }
    line["is_list"] = line.pop("list", False)
    line["required"] = line.get("required", False) or is_key
    if line.get("kind") not in TYPES:
        known = ", ".join(sorted(TYPES))
        raise RegisterError(f"{where}: {line.get('kind')!r} is no kind of column; known are {known}")
    if (line["kind"] in VOCABULARIES) != ("values" in line):
        raise RegisterError(
            f"{where}: columns of kind {', '.join(sorted(VOCABULARIES))} say `values`, no others do"
        )
    if "values" in line:
        line["meaning"] = f"{line.get('meaning', '')}: {', '.join(line['values'])}"
    try:
        return Column(name, **line)
    except TypeError as error:
        raise RegisterError(f"{where}: README.md says what a column may say; {error}") from error


# Every row of every canonical table carries these, filled by landing, never by a format
# (observed_at: a format may give the record's own time of observation).
PROVENANCE = _columns("_provenance.yml", read_yaml(FOLDER / "_provenance.yml")["columns"])

TABLES: dict[str, CanonicalTable] = {
    name: table for domain in DOMAINS for name, table in read_domain(FOLDER / f"{domain}.yml").items()
}

_EVERY_COLUMN = [column for table in TABLES.values() for column in table.columns]

# Columns whose values a CRM (shop, help desk, portal) gives, in whatever table they stand.
CRM_IDS = frozenset(column.name for column in _EVERY_COLUMN if column.kind == "crm_id")

# Columns of activities that say what somebody said: of a withdrawn one they go, from staging and from the lake.
# Ids, times and the kinds of attachments stay.
ACTIVITY_CONTENT = tuple(column.name for column in TABLES["activities"].columns if column.is_content)
