{# 100 × a figure of the segment / that of all customers, both as shown. #}
{% macro index_vs_all(figure) -%}
    {{ ratio('100 * shown.' ~ figure, 'everybody.' ~ figure) }} as {{ figure }}_index_vs_all
{%- endmacro %}
