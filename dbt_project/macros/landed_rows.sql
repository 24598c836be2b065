{# Relation of rows of a canonical table as landing writes them: what a row does not name is NULL, and its provenance
   that of some record. #}
{% macro landed_rows(table, rows) -%}
    {%- set columns = dict(canonical_tables()[table]['columns'], **provenance_columns()) -%}
    {%- set unnamed = {
        'source': 'export', 'source_file_sha256': 'f', 'source_record': '1', 'record_hash': 1,
        'observed_at': '2026-07-01 00:00:00+00', 'ingested_at': '2026-07-01 00:00:00+00',
    } -%}
    {%- for row in rows or [{}] %}
        {%- for name in row if name not in columns and '"' ~ name ~ '"' not in columns -%}
            {{ exceptions.raise_compiler_error(
                "a row of " ~ table ~ " names " ~ name ~ ", which is no column of it; see warehouse/canonical/tables"
            ) }}
        {%- endfor %}
        select
        {%- for column, data_type in columns.items() %}
            {%- set name = column | replace('"', '') %}
            {%- set value = row[name] if name in row else unnamed.get(name) %}
            {%- set literal = dbt.string_literal(dbt.escape_single_quotes(value)) if value is string else value %}
            cast({{ 'null' if value is none else literal }} as {{ data_type }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'limit 0' if not rows }}
{%- endmacro %}
