{# Whether a month is one of the three that end with another, or a later one than these. #}
{% macro in_quarter(period_month, last_month) -%}
    {{ period_month }} > {{ dbt.dateadd('month', -3, last_month) }}
{%- endmacro %}
