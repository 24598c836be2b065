"""The version of what landing makes of a file: a hash of all that decides it, beside the file and its source.

It is made of the SQL that a format compiles to, its options, the macros, what its container is told, and the code
that reads records and loads them. So nobody counts it up, and nobody can forget to. What changes no row changes no
version: docstrings, remarks, the layout of the code, imports (a module may move), the words of a format. Must not
live here: what is done about a change (landing.py).
"""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import FunctionType

import pyarrow as pa

from ingestion.containers.container import RECORD_BATCH
from ingestion.mapping import compiler
from ingestion.mapping.compiler import FILE_COLUMNS, Scope
from ingestion.mapping.format import Format
from ingestion.mapping.macros import MACROS
from warehouse.canonical.register import TABLES

# The code between bytes and rows that is no SQL: where it begins for every format, and how far it reaches.
_LOADING = ("ingestion.landed_content", "ingestion.landed_group")
_REACH = (*_LOADING, "ingestion.containers", "ingestion.discovery.files", "ingestion.loading")
_ROOT = Path(__file__).parents[1]
# Stands for what the source, the file and its reader say, which are known by themselves.
_SCOPE = Scope("network", "file", dt.datetime(2000, 1, 1, tzinfo=dt.UTC), ("public",), {}, "ids")

_OF_RECORD = replace(_SCOPE, file_name=None, observed_at=None)


def version_of(form: Format) -> str:
    """Give the version of a format, as it is laid out for its source."""
    said = [
        *statements(form),
        *MACROS,
        _plain(form.container),
        _plain([form.options, form.known_fields, form.page_fields, form.says_it_is]),
        *sorted(
            filter(None, (_code(name)[0] for name in _reached(_LOADING + tuple(_modules(form.container)))))
        ),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def statements(form: Format) -> Iterator[str]:
    """Compile a format whole: as records of JSON and of a table, with pages around them."""
    cells = pa.struct([(column, pa.string()) for column in form.shape])
    paged = RECORD_BATCH.append(pa.field("pointer", pa.string()))
    for batch in (paged, paged.append(pa.field("fields", cells))):
        yield compiler.records_sql(form, _SCOPE, batch, has_pages=True)
        yield compiler.whole_records_sql(form, batch)
        yield compiler.records_sql(form, _OF_RECORD, pa.unify_schemas([batch, FILE_COLUMNS]), has_pages=True)
    yield compiler.pages_sql(form)
    yield compiler.refusal_sql(form, _SCOPE) or ""
    yield from (kind.name for kind in form.kinds)
    for rows, places in compiler.rows_by_kinds(form):
        yield compiler.rows_sql(form, rows, places, _SCOPE, has_pages=True)
        yield compiler.output_columns(TABLES[rows.table])
    for table in compiler.repeated_tables(form.kinds):
        yield compiler.repetition_sql(TABLES[table], table, 0)


def _plain(value: object) -> object:
    """Give a value as JSON takes it; of code its name, since what it says is hashed apart."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return [type(value).__qualname__, told]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, FunctionType):
        return value.__qualname__
    if value is None or isinstance(value, (str, int, float, bytes, re.Pattern)):
        return str(value)
    raise TypeError(f"a format holds a {type(value).__name__}, whose value cannot be told; hold a plain one")


def _modules(value: object) -> Iterator[str]:
    """Name the modules of a container: its own, those of containers in it and of what it is told to call."""
    if is_dataclass(value) and not isinstance(value, type):
        yield type(value).__module__
        for field in fields(value):
            yield from _modules(getattr(value, field.name))
    elif isinstance(value, FunctionType):
        yield value.__module__


def _reached(begin: tuple[str, ...]) -> set[str]:
    """Name the modules that some modules import, within the code that reads and loads; these themselves, too."""
    found: set[str] = set()
    waiting = list(begin)
    while waiting:
        name = waiting.pop()
        if name not in found and any(f"{name}.".startswith(f"{root}.") for root in (*_REACH, *begin)):
            found.add(name)
            waiting += _code(name)[1]
    return found


@cache
def _code(name: str) -> tuple[str, tuple[str, ...]]:
    """Give the hash of what a module does, and the modules that it imports; of what is no module nothing."""
    place = _ROOT.joinpath(*name.split("."))
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return read_code(path.read_text(encoding="utf-8")) if path.exists() else ("", ())


def read_code(text: str) -> tuple[str, tuple[str, ...]]:
    """Give the hash of what code does, and the names that it imports."""
    tree = ast.parse(text)
    imported: list[str] = []
    for node in ast.walk(tree):
        for statement in list(_statements(node)):
            if isinstance(statement, ast.ImportFrom) and statement.module:
                imported += [
                    statement.module,
                    *(f"{statement.module}.{each.name}" for each in statement.names),
                ]
            elif isinstance(statement, ast.Import):
                imported += [each.name for each in statement.names]
            elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                continue
            _statements(node).remove(statement)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), tuple(imported)


def _statements(node: ast.AST) -> list[ast.stmt]:
    body = getattr(node, "body", None)
    return body if isinstance(body, list) else []
