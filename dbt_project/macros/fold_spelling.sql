{#- Two spellings of one sound as one: mueller and muller, goethe and gothe. For comparing, not for showing. -#}
{% macro fold_spelling(text) -%}
    replace(replace(replace({{ text }}, 'ae', 'a'), 'oe', 'o'), 'ue', 'u')
{%- endmacro %}
