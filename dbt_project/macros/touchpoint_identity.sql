{# The identity that a touchpoint without a contact gives: the native id of its persona (int_persona_sources). #}
{% macro touchpoint_identity() -%}
    md5(concat_ws('|', lower(email), phone, lower(full_name), lower(array_to_string(handles, ','))))
{%- endmacro %}
