{# List of the sums of `activities` by the values of a column, in the order of the values, 0 where there is none. #}
{% macro histogram(column, values) -%}
    [
    {%- for value in values -%}
        coalesce(sum(activities) filter (where {{ column }} = {{ value }}), 0){{ ', ' if not loop.last }}
    {%- endfor -%}
    ]
{%- endmacro %}
