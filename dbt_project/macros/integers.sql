{# Relation of the whole numbers from first to last, both included (one column, n). #}
{% macro integers(first, last) -%}
    {{ return(adapter.dispatch('integers')(first, last)) }}
{%- endmacro %}

{% macro default__integers(first, last) -%}
    select explode(sequence({{ first }}, {{ last }})) as n
{%- endmacro %}

{% macro duckdb__integers(first, last) -%}
    select unnest(generate_series({{ first }}, {{ last }})) as n
{%- endmacro %}
