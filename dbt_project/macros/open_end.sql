{# An end that is not known yet lies behind every other. To compare with it joins by hash; `… is null or …` in a join
   compares each row with each. #}
{% macro open_end(column, data_type=none) -%}
    coalesce({{ column }}, cast('9999-12-31' as {{ data_type or type_instant() }}))
{%- endmacro %}
