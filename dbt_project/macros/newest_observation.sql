{# Of the observations of a key the newest wins; of several at one time the one with the smallest content hash,
   so that the choice does not hang on the order of reading. `version` names a column that dates what a row says
   better than its observation does: the highest wins first. #}
{% macro newest_observation(relation, key, version=none) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by
                    {% if version -%} {{ version }} desc nulls last, {% endif -%}
                    {{ from_newest() }}
            ) as newness
        from {{ relation }}
    ) as ranked
    where newness = 1
{%- endmacro %}
