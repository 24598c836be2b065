{# An instant as wall-clock time in UTC, so that an offset can be added to it. #}
{% macro utc_time(instant) -%}
    {{ local_time(instant, "'UTC'") }}
{%- endmacro %}
