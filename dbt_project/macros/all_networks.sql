{# Name of the row that counts people over all networks, each once. scrm.yml lets no network be called so. #}
{% macro all_networks() -%}
    all
{%- endmacro %}
