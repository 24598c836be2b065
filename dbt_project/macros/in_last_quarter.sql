{# Whether a month is one of the three that end with the last published one; `last_period` is int_last_period. #}
{% macro in_last_quarter(period_month) -%}
    {{ period_month }} > {{ dbt.dateadd('month', -3, 'last_period.period_month') }}
{%- endmacro %}
