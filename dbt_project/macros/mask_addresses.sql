{# Text of a person with e-mail addresses and numbers of seven digits and more taken out. #}
{% macro mask_addresses(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '[^\s@<>()]+@[^\s@<>()]+\.[A-Za-z]{2,}', '[e-mail]', 'g'),
        '\+?[0-9]([ ()./-]{0,2}[0-9]){6,}', '[number]', 'g'
    )
{%- endmacro %}
