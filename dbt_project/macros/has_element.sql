{# A list holds something; an unknown list holds nothing. #}
{% macro has_element(list) -%}
    {{ return(adapter.dispatch('has_element')(list)) }}
{%- endmacro %}

{% macro default__has_element(list) -%}
    coalesce(size({{ list }}) > 0, false)
{%- endmacro %}

{% macro duckdb__has_element(list) -%}
    coalesce(len({{ list }}) > 0, false)
{%- endmacro %}
