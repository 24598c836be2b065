{# Select-list of a canonical table's columns, its provenance at the end. `instead` gives the SQL of a column that is
   not simply taken over; `relation` qualifies those that are, `provenance` where a row comes from. #}
{% macro staged_columns(table, instead={}, relation=none, provenance=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {%- for column in canonical_tables()[table]['columns'] -%}
        {{ instead[column] ~ ' as ' ~ column if column in instead else prefix ~ column }},
    {% endfor %}
    -- provenance
    {{ staged_provenance(provenance) }}
{%- endmacro %}

{# Select-list of where a row comes from. #}
{% macro staged_provenance(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {%- for column in provenance_columns() -%}
        {{ prefix ~ column }}{{ ',\n    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
