{# The newest observation of each key, each column with what was last said of it. Within a source the newest row says
   all, so an emptied field is empty. Across sources a column is said by those that map it: a source without any value
   of it says nothing of it. #}
{% macro latest_statements(relation, table) -%}
    {%- set canonical = canonical_tables()[table] -%}
    {%- set keys = canonical['key'] -%}
    with newest as (
        {{ newest_observation(relation, keys) }}
    ),

    {{ statements_of_sources(relation, table) }},

    last_stated as (
        select
            {% for column in canonical['columns'] if column not in keys -%}
                arg_min_null(told.{{ column }}, told.newness) filter (where mapped.{{ column }}) as {{ column }},
            {% endfor -%}
            {{ 'told.' ~ keys | join(', told.') }}
        from told
        inner join mapped on told.source = mapped.source
        group by {{ 'told.' ~ keys | join(', told.') }}
    )

    select
        {% for column in canonical['columns'] -%}
            {%- if column in keys -%} newest.{{ column }},
            {%- else -%}
                case
                    when last_stated.{{ keys[0] }} is null then newest.{{ column }} else last_stated.{{ column }}
                end as {{ column }},
            {%- endif %}
        {% endfor -%}
        {{ staged_provenance('newest') }}
    from newest
    left join last_stated on {% for column in keys -%}
        newest.{{ column }} = last_stated.{{ column }} {{ 'and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Rows behind the newest of their key that gave it a value, for the account of what became of every row. #}
{% macro rows_that_add(relation, table) -%}
    {%- set canonical = canonical_tables()[table] -%}
    {%- set keys = canonical['key'] -%}
    with {{ statements_of_sources(relation, table) }},

    givers as (
        select
            {{ 'told.' ~ keys | join(', told.') }},
            [
                {% for column in canonical['columns'] if column not in keys -%}
                    arg_min(
                        case when told.{{ column }} is not null then told.newness else 0 end, told.newness
                    ) filter (where mapped.{{ column }}){{ ',' if not loop.last }}
                {% endfor -%}
            ] as newnesses
        from told
        inner join mapped on told.source = mapped.source
        group by {{ 'told.' ~ keys | join(', told.') }}
    )

    select told.*
    from told
    inner join givers on {% for column in keys -%}
        told.{{ column }} = givers.{{ column }} and {% endfor -%} list_contains(givers.newnesses, told.newness)
    where told.newness > 1 {{ 'and told.is_deleted is not true' if canonical['drops_deleted'] }}
{%- endmacro %}

{# CTEs of both: `told`, the newest row of each source of the keys that several sources have, and `mapped`, which
   columns each source says. #}
{% macro statements_of_sources(relation, table) -%}
    {%- set canonical = canonical_tables()[table] -%}
    {%- set keys = canonical['key'] | join(', ') -%}
    shared as (
        select {{ keys }}
        from {{ relation }}
        group by {{ keys }}
        having min(source) <> max(source)
    ),

    mapped as (
        select
            {% for column in canonical['columns'] -%}
                count({{ column }}) > 0 as {{ column }},
            {% endfor -%}
            source
        from {{ relation }}
        group by source
    ),

    newest_of_sources as (
        {{ newest_observation('(select * from ' ~ relation ~ ' inner join shared using (' ~ keys ~ ')) as of_shared',
            canonical['key'] + ['source']) }}
    ),

    told as (
        select
            * exclude (newness),
            row_number() over (
                partition by {{ keys }}
                order by {{ from_newest() }}
            ) as newness
        from newest_of_sources
    )
{%- endmacro %}
