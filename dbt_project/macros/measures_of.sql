{# Names of a segment mart's measures: every column but its grain and its flags. #}
{% macro measures_of(relation) -%}
    {%- set grain = [
        'period_month', 'segmentation', 'segment', 'network', 'format', 'mode', 'iso_weekday', 'hour_local',
    ] -%}
    {%- set measures = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- set is_flag = column.name.startswith('is_') or column.name.endswith('_observed') -%}
            {%- if column.name not in grain and not is_flag -%}
                {%- do measures.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(measures) }}
{%- endmacro %}
