{# Relation of the zones that the engine knows by an IANA name (one column, time_zone). Names without a slash
   are left out but for the few below: 'BST' is Bangladesh to one table and British summer time to another. #}
{% macro known_time_zones() -%}
    {{ return(adapter.dispatch('known_time_zones')()) }}
{%- endmacro %}

{% macro duckdb__known_time_zones() -%}
    select distinct name as time_zone
    from pg_timezone_names()
    where name like '%/%' or name in ('UTC', 'GMT', 'CET', 'EET', 'MET', 'WET')
{%- endmacro %}
