{# What the YAML of a mart says of it: grain, counts_customers, may_be_empty, guarded_along (none: not guarded), and its
   columns. Nothing is known while dbt parses. #}
{% macro marts() -%}
    {%- set found = {} -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.grain -%}
            {%- do found.update({node.name: dict(node.config.meta, columns=node.columns)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{# Columns of a mart's grain but some, joined for SQL. #}
{% macro grain_without(relation, columns) -%}
    {{ return(marts().get(relation.identifier, {}).get('grain', ['1']) | reject('in', columns) | join(', ')) }}
{%- endmacro %}

{# Names of a mart's measures: every column but its grain, its flags and what says the state of a row (meta is_state). #}
{% macro measures_of(mart) -%}
    {%- set measures = [] -%}
    {%- for column in mart.columns.values() if column.name not in mart.grain and column.data_type != 'boolean'
            and not column.config.meta.is_state -%}
        {%- do measures.append(column.name) -%}
    {%- endfor -%}
    {{ return(measures) }}
{%- endmacro %}
