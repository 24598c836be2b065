{# numerator / denominator as a double, NULL where the denominator is 0, rounded to 9 places. #}
{% macro ratio(numerator, denominator) -%}
    round(cast({{ numerator }} as double) / nullif({{ denominator }}, 0), 9)
{%- endmacro %}
