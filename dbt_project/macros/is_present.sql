{# Presence at the end of a month: the profile was created (else first active) before it, and not deleted by it. #}
{% macro is_present(profile, ends_at) -%}
    ({{ profile }}.present_from < {{ ends_at }}
        and ({{ profile }}.deleted_at is null or {{ profile }}.deleted_at >= {{ ends_at }}))
{%- endmacro %}
