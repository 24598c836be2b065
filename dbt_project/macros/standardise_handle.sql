{#- A handle → lower-case letters and digits, without @, separators and the host of a federated one. -#}
{% macro standardise_handle(text) -%}
    nullif(regexp_replace(lower(regexp_replace(ltrim(trim({{ text }}), '@'), '@.*$', '')), '[^a-z0-9]', '', 'g'), '')
{%- endmacro %}
