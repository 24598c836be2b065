"""What the dbt project takes from the register: text of its source, staging models, their YAML, and a macro.

Must not live here: a table or a column (tables/*.yml), where the files lie (derive.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyarrow as pa

from warehouse.canonical.kinds import AMOUNT, COUNT, DATE, FLAG, INSTANT, TEXT, TEXTS
from warehouse.canonical.register import PROVENANCE, TABLES, CanonicalTable, Column

_SQL_TYPES = {
    INSTANT: "timestamp with time zone",
    DATE: "date",
    TEXT: "varchar",
    TEXTS: "varchar[]",
    COUNT: "bigint",
    pa.int32(): "integer",
    pa.uint64(): "ubigint",
    pa.float64(): "double",
    AMOUNT: "decimal(18, 4)",
    FLAG: "boolean",
}
_RESERVED = frozenset(("at",))
_DROPPED = "deleted in the CRM: never true, such rows stay in the lake"


def _sql_name(column: str) -> str:
    return f'"{column}"' if column in _RESERVED else column


def _said(text: str) -> str:
    """A text as YAML and JSON have it."""
    return json.dumps(text, ensure_ascii=False)


def _and(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def source() -> str:
    """YAML of the lake as a dbt source."""
    tables = "\n".join(_source_table(table) for table in TABLES.values())
    return f"""version: 2

sources:
  - name: lake
    description: >-
      Canonical rows as landed, every observation of every key, one folder a landed file. Not read are rows of a
      source that scrm.yml no longer names, and records that checks set apart; they stay in the lake.
    config:
      meta:
        # SCRM_SOURCES: names of the configured sources, quoted for SQL; without it, every source is read.
        # staging.set_apart is inputs.set_apart as a table of the build (macro keep_set_apart)
        external_location: >-
          (select * from read_parquet('{{{{ env_var('SCRM_LAKE') }}}}/*/*/{{name}}.parquet', union_by_name = true)
          anti join (from warehouse.staging.set_apart where relation = 'landed.{{name}}') as set_apart
          using (source, source_file_sha256, source_record)
          where source in ({{{{ env_var('SCRM_SOURCES', 'source') }}}}))
    tables:
{tables}
"""


def _source_table(table: CanonicalTable) -> str:
    columns = "\n".join(
        f"          - {{name: {column.name}, description: {_said(column.meaning)}}}"
        for column in (*table.columns, *PROVENANCE)
    )
    return (
        f"      - name: {table.name}\n        description: {_said(table.description)}\n"
        f"        columns:\n{columns}"
    )


def models_yaml(tables: list[CanonicalTable]) -> str:
    """YAML of the staging models of some tables."""
    models = "\n".join("\n".join(_model(table)) for table in tables)
    return f"version: 2\n\nmodels:\n{models}"


def _model(table: CanonicalTable) -> Iterator[str]:
    staged = f"; {table.staged}" if table.staged else ""
    grain = ", ".join(f"'\"{c}\"'" if c in _RESERVED else c for c in table.key)
    yield f"  - name: stg_{table.name}"
    seen = "each column as last said by a source that maps it" if table.merges_columns else "as last seen"
    text = f"{table.holds}, {seen}{staged}. One row per {_and(table.key)}."
    yield f"    description: {_said(text)}"
    yield "    data_tests:"
    yield f"      - unique_grain: {{arguments: {{columns: [{grain}]}}}}"
    yield "    columns:"
    for column in (*table.columns, *PROVENANCE):
        meaning = _said(_meaning(table, column))
        if not column.references:
            yield f"      - {{name: {column.name}, description: {meaning}}}"
            continue
        related = f"{{to: ref('{column.references}'), field: {column.name}}}"
        yield f"      - name: {column.name}"
        yield f"        description: {meaning}"
        yield "        data_tests:"
        yield f"          - relationships: {{arguments: {related}}}"
    yield ""


def _meaning(table: CanonicalTable, column: Column) -> str:
    if column.name == "is_deleted" and table.drops_deleted:
        return _DROPPED
    return column.staged or column.meaning


def staging_model(table: CanonicalTable) -> str:
    """SQL of a staging model: the newest observation of each key, or what was last said of each column."""
    key = ", ".join(f"'{_sql_name(column)}'" for column in table.key)
    chosen = (
        f"latest_statements('observations', '{table.name}')"
        if table.merges_columns
        else f"newest_observation('observations', [{key}])"
    )
    columns = [
        f"{{{{ counted('{c.name}') }}}}" if c.kind == "counter" else _sql_name(c.name) for c in table.columns
    ]
    return f"""with observations as (

    select * from {{{{ source('lake', '{table.name}') }}}}

),

newest as (

    {{{{ {chosen} }}}}

)

select
    {("," + chr(10) + "    ").join(columns)},

    -- provenance
    {("," + chr(10) + "    ").join(c.name for c in PROVENANCE)}
from newest
{"where is_deleted is not true" + chr(10) if table.drops_deleted else ""}"""


def macro() -> str:
    """The register as a dbt macro, for what reads it at parse time."""
    tables = "\n".join(_table_in_macro(table) for table in TABLES.values())
    provenance = "\n".join(f"        {c.name!r}: {_SQL_TYPES[c.type]!r}," for c in PROVENANCE)
    return f"""{{# The canonical tables, staged as stg_<table>: key, and type by column, as SQL writes them. #}}
{{% macro canonical_tables() -%}}
    {{{{ return({{
{tables}
    }}) }}}}
{{%- endmacro %}}

{{# What every row of every canonical table ends with. #}}
{{% macro provenance_columns() -%}}
    {{{{ return({{
{provenance}
    }}) }}}}
{{%- endmacro %}}
"""


def _table_in_macro(table: CanonicalTable) -> str:
    key = [_sql_name(column) for column in table.key]
    content = [_sql_name(column.name) for column in table.columns if column.is_content]
    columns = "\n".join(
        f"                {_sql_name(c.name)!r}: {_SQL_TYPES[c.type]!r}," for c in table.columns
    )
    return f"""        {table.name!r}: {{
            'key': {key}, 'merges_columns': {str(table.merges_columns).lower()},
            'content': {content}, 'drops_deleted': {str(table.drops_deleted).lower()},
            'columns': {{
{columns}
            }},
        }},"""
