{# The last microsecond before an instant: an export of a day carries the end of that day as its time of
   observation (00:00 of the next), and speaks of the day. #}
{% macro just_before(instant) -%}
    {{ dbt.dateadd('microsecond', -1, instant) }}
{%- endmacro %}
