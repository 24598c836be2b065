{# A file that linkage wrote, as the source it is. What linkage reads (orchestration/dbt/graph.py) is named while dbt
   parses, so that lineage goes on through Python: who follows a figure back comes from the links to the personas. #}
{% macro linked(name) -%}
    {%- if not execute -%}
        {%- for read in ['int_personas', 'int_edges', 'int_organization_records', 'int_persona_descriptions'] -%}
            {%- do ref(read) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(source('identity', name)) }}
{%- endmacro %}
