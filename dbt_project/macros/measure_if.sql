{# A measure of a guarded row (guard_small_cells): NULL where the row is suppressed or the condition fails. #}
{% macro measure_if(condition, measure, data_type) -%}
    cast(case when not is_suppressed and {{ condition }} then {{ measure }} end as {{ data_type }}) as {{ measure }}
{%- endmacro %}

{# Several measures of one type under one condition. #}
{% macro measures_if(condition, measures, data_type) -%}
    {%- for measure in measures -%}
        {{ measure_if(condition, measure, data_type) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
