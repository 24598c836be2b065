{# Schemas are called staging, intermediate, marts and people, without a prefix: BI tools know them by name. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
