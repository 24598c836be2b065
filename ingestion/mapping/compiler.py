"""Compiles a format into the SQL that landing runs: records from bytes, canonical rows from records.

The shape of what lands is decided here and by the Arrow schemas alone: a NULL in a required column is
`missing_<column>`, a text that does not cast is `bad_<column>`. Must not live here: the running of the SQL
and the accounting (loader.py).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from ingestion.containers.json.damage import HALF_CHARACTER
from ingestion.mapping.casts import cast_to, in_range, instant, is_float, is_wrong, not_empty, sql_type
from ingestion.mapping.format import Format, RecordKind, Rows
from warehouse.canonical.register import CRM_IDS, TABLES, CanonicalTable, Column
from warehouse.engine import quote_identifier as name
from warehouse.engine import quote_text as text

NOT_PUBLIC = "not_public"
# What records of several files that are read at once bring along: which of the files, its name and time.
FILE_COLUMNS = pa.schema(
    [
        pa.field("file_number", pa.int32()),
        pa.field("file_name", pa.string()),
        pa.field("file_observed_at", pa.timestamp("us", "UTC")),
    ]
)
_PROVENANCE = ("source_record", "observed_at", "record_hash", "ordinal")


@dataclass(frozen=True)
class Scope:
    """What the SQL of a format may ask for beside the record: constants of the source and the file.

    Where records of several files are read at once, `file_name` and `observed_at` are None: each record brings
    those of its file along (FILE_COLUMNS).
    """

    network: str | None
    file_name: str | None
    observed_at: dt.datetime | None
    visibilities: tuple[str, ...]
    options: Mapping[str, str]
    ids: str | None = None

    def value(self, column: str, sql: str) -> str:
        """Give the SQL of a column's value; ids of a CRM that has a name of its own begin with it."""
        if self.ids is None or column not in CRM_IDS:
            return sql
        return f"({text(self.ids + ':')} || {not_empty(f'({sql})')})"

    def columns(self) -> str:
        """Give the constants as a select list."""
        network = text(self.network) if self.network else "cast(null as varchar)"
        keys = ", ".join(text(k) for k in self.options)
        values = ", ".join(text(v) for v in self.options.values())
        options = f"cast(map([{keys}], [{values}]) as map(varchar, varchar))"
        file_name = "" if self.file_name is None else f"{text(self.file_name)} as file_name, "
        return f"{network} as network, {file_name}{options} as options"

    def observed(self) -> str:
        """Give the time of observation of a record's file."""
        return "file_observed_at" if self.observed_at is None else instant(self.observed_at)


def records_sql(form: Format, scope: Scope, batch: pa.Schema, has_pages: bool) -> str:
    """Select the records of a batch: places, hashes, `r`, `kind`, `observed_at`, and what is wrong.

    Of a table `r` has only the columns that it has: `whole_records_sql` gives the others, which are all NULL and
    would cost as much to hold as those that say something.

    `identity` tells duplicates: the hash of the record's bytes, and of the kind's context where it has one.
    Reads the relations `incoming` (the batch, with `ordinal` and `page_number`) and `page`.
    """
    fields = batch.field("fields").type if "fields" in batch.names else None
    held = "r"
    if fields is not None:
        read, problem = _tabular_record(form, fields)
        held = _packed(form, {field for field in form.shape if field in _names(fields)}) or held
    else:
        read, problem = _json_record(form, "resolved" if "resolved" in batch.names else "null")
    files = "".join(f"{column}, " for column in FILE_COLUMNS.names if column in batch.names)
    kinds = " ".join(f"when ({kind.is_a}) then {i}" for i, kind in enumerate(form.kinds))
    return f"""
    with read as (
        select ordinal, source_record, page_number, {files}
            {"pointer" if "pointer" in batch.names else "''"} as pointer,
            md5_number_lower(raw) as record_hash, names, shape, r, {problem} as problem
        from ({read})
    ),
    scoped as (
        select *, {scope.columns()}, {scope.observed()} as observed_at
        from {_with_page(form, "read", has_pages)}
    ),
    told as (
        select *, case when problem is null then case {kinds} end end as kind from {
        _named("scoped", form.let)
    }
    ),
    timed as (
        select * replace (coalesce(try_cast(own_time as timestamptz), observed_at) as observed_at),
            own_time is not null and not coalesce({in_range("try_cast(own_time as timestamptz)")}, false)
                as has_bad_time
        from (select *, {_by_kind(form, "observed_at")} as own_time from told)
    )
    select ordinal, source_record, record_hash, pointer, page_number, names, shape, {
        held
    } as r, kind, observed_at, {files} {"".join(f"{name(part)}, " for part in form.let)}
        coalesce(xor(record_hash, md5_number_lower({_by_kind(form, "context")})), record_hash) as identity,
        coalesce(
            problem,
            case when kind is null then 'unknown_record' end,
            {_by_kind(form, "problem")},
            case when has_bad_time then 'bad_observed_at' end
        ) as problem
    from timed
    """


def whole_records_sql(form: Format, batch: pa.Schema) -> str:
    """Select what `records_sql` gave, held as `record_held`, with every column that the format may name in `r`."""
    present = set(_names(batch.field("fields").type)) if "fields" in batch.names else set(form.shape)
    if present.issuperset(form.shape) or present.isdisjoint(form.shape):
        return "from record_held"
    return f"select * replace ({_packed(form, set(form.shape), present)} as r) from record_held"


def _packed(form: Format, fields: set[str], present: Container[str] | None = None) -> str:
    """Give the SQL of a struct of some fields of `r`; those that are not `present` are NULL."""
    held = fields if present is None else present
    packed = ", ".join(
        f"{name(f)} := " + (f"r.{name(f)}" if f in held else "cast(null as varchar)")
        for f in form.shape
        if f in fields
    )
    return f"struct_pack({packed})" if packed else ""


def _names(fields: pa.StructType) -> list[str]:
    return [fields.field(i).name for i in range(fields.num_fields)]


def _named(relation: str, parts: Mapping[str, str]) -> str:
    """Give a relation with parts named beside its columns; each part may use those before."""
    for level in _levels(parts):
        named = ", ".join(f"({parts[part]}) as {name(part)}" for part in level)
        relation = f"(select *, {named} from {relation})"
    return relation


def _levels(parts: Mapping[str, str]) -> list[list[str]]:
    """Put parts that do not use each other side by side: DuckDB plans fewer, wider projections much faster."""
    levels: dict[str, int] = {}
    for part, sql in parts.items():
        after = [level + 1 for other, level in levels.items() if _mentions(sql, other)]
        # an earlier part that uses this name means a column of the relation by it
        beside = [level for other, level in levels.items() if _mentions(parts[other], part)]
        levels[part] = max((0, *after, *beside))
    return [[part for part in parts if levels[part] == level] for level in sorted(set(levels.values()))]


def _mentions(sql: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", sql) is not None


def pages_sql(form: Format) -> str:
    """Select page_number, page: the fields around the records, from the relation `incoming_page`."""
    if form.page_shape is None:
        return "select page_number, null as page from incoming_page"
    shape = text(json.dumps(form.page_shape))
    return f"select page_number, try(from_json(try(decode(raw)), {shape})) as page from incoming_page"


def _with_page(form: Format, relation: str, has_pages: bool) -> str:
    """Give a relation with the page around each record: joined, or, where there are none, NULL."""
    if has_pages:
        return f"(select {relation}.*, page.page from {relation} left join page using (page_number))"
    empty = f"cast(null as {_shape_type(form.page_shape)})" if form.page_shape else "null"
    return f"(select *, {empty} as page from {relation})"


def _shape_type(shape: object) -> str:
    if isinstance(shape, Mapping):
        return "struct(" + ", ".join(f"{name(k)} {_shape_type(v)}" for k, v in shape.items()) + ")"
    return f"{_shape_type(shape[0])}[]" if isinstance(shape, list) else "varchar"


def refusal_sql(form: Format, scope: Scope) -> str | None:
    """Select the words of the first endpoint a record of no known kind tells of, if any."""
    if not form.refused:
        return None
    cases = " ".join(f"when ({test}) then {text(words)}" for words, test in form.refused.items())
    return f"""
    select words from (
        select case {cases} end as words
        from (select *, {scope.columns()} from record where problem = 'unknown_record')
    ) where words is not null limit 1
    """


def output_columns(table: CanonicalTable) -> str:
    """Give the columns of the working table that gathers rows of a canonical table."""
    own = ", ".join(f"{name(c.name)} {sql_type(c.type)}" for c in table.columns)
    return (
        f"{own}, source_record varchar, observed_at timestamptz, record_hash ubigint, ordinal bigint, "
        "problem varchar, part utinyint"
    )


def rows_by_kinds(form: Format) -> list[tuple[Rows, dict[int, int]]]:
    """List the rows of a format, each with the kinds that become them and which part of each kind they are.

    What several kinds become alike is made by one statement: planning it takes longer than running it.
    """
    found: list[tuple[Rows, dict[int, int]]] = []
    for number, kind in enumerate(form.kinds):
        for part, rows in enumerate(kind.rows):
            places = next((p for other, p in found if other == rows and number not in p), None)
            if places is None:
                found.append((rows, {number: part}))
            else:
                places[number] = part
    return found


def rows_sql(form: Format, rows: Rows, places: Mapping[int, int], scope: Scope, has_pages: bool) -> str:
    """Select the canonical rows that records become, each with its problem, from `record`.

    `places` are the kinds of these records, each with which part of the kind the rows are.
    """
    table = TABLES[rows.table]
    given = dict(rows.columns)
    if "network" in table.types:
        given.setdefault("network", "network")
    unknown = given.keys() - table.types.keys()
    if unknown:
        raise ValueError(f"{rows.table} has no column {sorted(unknown)}; see warehouse/canonical/tables/")
    each = f", unnest({rows.each}) as each" if rows.each else ""
    raw = ", ".join(f"({sql}) as {name('x_' + column)}" for column, sql in given.items())
    plain = ", ".join(_plain(c) for c in table.columns if c.name in given and (c.is_id or c.is_one_line))
    cast = ", ".join(
        scope.value(c.name, cast_to(_spelt(c), c.type))
        if c.name in given
        else f"cast(null as {sql_type(c.type)})"
        for c in table.columns
    )
    parts = " ".join(f"when {kind} then {part}" for kind, part in places.items())
    part = next(iter(places.values())) if len(set(places.values())) == 1 else f"case kind {parts} end"
    scoped = f"""
        select *, {scope.columns()}{each} from {_with_page(form, "record", has_pages)}
        where kind in ({", ".join(map(str, places))}) and problem is null
    """
    return f"""
    select {cast}, {", ".join(_PROVENANCE)}, {_problem(table, given, scope)}, {part} as part
    from (
        select *{f" replace ({plain})" if plain else ""} from (
            select {", ".join((*_PROVENANCE, "kind"))}, {raw}
            from {_named(f"({scoped})", rows.let)}
            where {f"coalesce(({rows.when}), false)" if rows.when else "true"}
        )
    )
    """


def _plain(column: Column) -> str:
    """Give the SQL of an id without fillers and guards, of a one-line text, or list of them, as one line."""
    raw = name("x_" + column.name)
    if column.is_id:
        return f"plain_id(cast({raw} as varchar)) as {raw}"
    if column.is_list:
        return f"list_transform(try_cast({raw} as varchar[]), lambda line: one_line(line)) as {raw}"
    return f"one_line(cast({raw} as varchar)) as {raw}"


def repeated_tables(kinds: Iterable[RecordKind]) -> list[str]:
    """Name the tables of which one record of some kinds may become several rows."""
    found = set()
    for kind in kinds:
        times = Counter(rows.table for rows in kind.rows)
        found |= {rows.table for rows in kind.rows if rows.each or times[rows.table] > 1}
    return sorted(found)


def repetition_sql(table: CanonicalTable, gathered: str, first: int) -> str:
    """Delete what the records from number `first` on say again of one key of a table.

    Of a record the same key lands once: the fuller row, the one with more columns filled; of equally full
    ones that of the format's earlier part.
    """
    key = ", ".join(["ordinal", *map(name, table.key)])
    filled = " + ".join(f"cast({name(c.name)} is not null as integer)" for c in table.columns)
    every = ", ".join(name(c.name) for c in table.columns)
    return f"""
    with repeated as (
        select {key} from {gathered} where ordinal >= {first} group by all having count(*) > 1
    )
    delete from {gathered} where rowid in (
        select rowid from (select rowid, * from {gathered} where ordinal >= {first})
        semi join repeated using ({key})
        qualify row_number() over (partition by {key} order by {filled} desc, part, hash({every})) > 1
    )
    """


def _json_record(form: Format, resolved: str) -> tuple[str, str]:
    """Give the SQL that reads `r` and the `names` of its fields from the bytes, and the test of it.

    `shape` is a hash of these and of those of the objects inside it. `resolved` is SQL for the text that
    stands in for the bytes where these give a name twice.
    """
    # a field of another type than it should be reads as nothing at all: that is a reason to reject
    wrong = " ".join(
        f"when {_is_empty(f'r.{name(field)}', shape)} and list_contains(names, {text(field)}) "
        f"and json_type(doc, {text('$.' + name(field))}) "
        f"not in ('NULL', '{'ARRAY' if isinstance(shape, list) else 'OBJECT'}') then {text('bad_' + field)}"
        for field, shape in form.shape.items()
        if not isinstance(shape, str)
    )
    # where the reader found a problem `doc` is NULL, so that nothing is parsed
    read = f"""
        select *, try(json_keys(doc)) as names, hash(try(json_keys(doc)), try(json_keys(doc, '$.**'))) as shape,
            try(from_json(doc, {text(json.dumps(form.shape))})) as r
        from (
            select *, case when problem is null then coalesce({resolved}, try(decode(raw))) end as doc
            from incoming
        )
    """
    problem = f"""case
        when problem is not null then problem
        when doc is null then 'bad_encoding'
        when r is null then case
            when json_valid(doc) then 'not_an_object'
            when {HALF_CHARACTER} then 'half_character'
            else 'not_json' end
        {wrong}
    end"""
    return read, problem


def _is_empty(value: str, shape: object) -> str:
    if isinstance(shape, Mapping):
        return "(" + " and ".join(f"{value}.{name(member)} is null" for member in shape) + ")"
    return f"{value} is null"


def _tabular_record(form: Format, fields: pa.StructType) -> tuple[str, str]:
    present = set(_names(fields))
    packed = ", ".join(
        f"{name(f)} := "
        + (form.read_cell(f, f"fields.{name(f)}") if f in present else "cast(null as varchar)")
        for f in form.shape
    )
    none = "cast(null as varchar[]) as names, cast(null as ubigint) as shape"
    return f"select *, {none}, struct_pack({packed}) as r from incoming", "problem"


def _by_kind(form: Format, attribute: str) -> str:
    cases = [(i, getattr(kind, attribute)) for i, kind in enumerate(form.kinds)]
    said = " ".join(f"when {i} then ({sql})" for i, sql in cases if sql)
    return f"cast(case kind {said} end as varchar)" if said else "cast(null as varchar)"


def _spelt(column: Column) -> str:
    """Give the SQL of a column's text; of its case only where that says something."""
    raw = name(f"x_{column.name}")
    return _visibility(raw) if column.kind == "visibility" else raw


def _visibility(raw: str) -> str:
    return f"lower(trim(cast({raw} as varchar)))"


def _problem(table: CanonicalTable, given: Mapping[str, str], scope: Scope) -> str:
    tests: list[str] = []
    if table.name == "activities" and "visibility" in given:
        allowed = ", ".join(text(v) for v in scope.visibilities)
        tests.append(f"when {_visibility('x_visibility')} not in ({allowed}) then '{NOT_PUBLIC}'")
    for column in table.columns:
        raw = name("x_" + column.name)
        if column.name in given and (wrong := is_wrong(raw, column.type)):
            tests.append(f"when {raw} is not null and {wrong} then {text('bad_' + column.name)}")
        elif column.name in given and column.is_id:
            tests.append(f"when {is_float(raw)} then {text('bad_' + column.name)}")
    for column in table.columns:
        if column.required and column.name in given:
            missing = f"{cast_to(name('x_' + column.name), column.type)} is null"
            tests.append(f"when {missing} then {text('missing_' + column.name)}")
        elif column.required:
            tests.append(f"when true then {text('missing_' + column.name)}")
    return f"case {' '.join(tests)} end" if tests else "null"
