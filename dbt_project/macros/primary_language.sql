{# Language without script and region, lower case: 'pt-BR' and 'pt_PT' are 'pt'. #}
{% macro primary_language(tag) -%}
    lower(split_part(replace({{ tag }}, '_', '-'), '-', 1))
{%- endmacro %}
