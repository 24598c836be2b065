{# A count of the platform's: NULL where it is below zero, as some exports write what they do not know. #}
{% macro counted(column) -%}
    case when {{ column }} >= 0 then {{ column }} end as {{ column }}
{%- endmacro %}
