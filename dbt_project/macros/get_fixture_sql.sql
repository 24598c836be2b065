{# Rows of a unit test. Those of a landed table name the columns that matter; dbt's own macro would ask the database for
   the rest, which knows no columns of the lake. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
    {%- if model.source_name == 'lake' -%}
        {{ landed_rows(model.name, rows) }}
    {%- else -%}
        {{ dbt.get_fixture_sql(rows, column_name_to_data_types) }}
    {%- endif -%}
{%- endmacro %}
