-- Collapsing observations must not lose a thing itself: staging has as many rows as the lake has distinct keys. What
-- the CRM deleted may be missing, no more.
{# No id holds the control character between the parts of a key: the checks of what landed set such records apart. #}
{% set canonical = canonical_tables() %}
{% set tables = ['profiles', 'activities', 'connections', 'contacts', 'orders', 'touchpoints'] %}

with counted as (

    {% for table in tables %}
        {% set key = canonical[table]['key'] | join(' || chr(31) || ') %}
        select
            '{{ table }}' as canonical_table,
            count(distinct {{ key }}) as keys_of_lake,
            {% if canonical[table]['drops_deleted'] %}
                count(distinct case when is_deleted then {{ key }} end) as keys_once_deleted,
            {% else %}
                0 as keys_once_deleted,
            {% endif %}
            (select count(*) from {{ ref('stg_' ~ table) }}) as rows_of_staging
        from {{ source('lake', table) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    canonical_table,
    keys_of_lake,
    keys_once_deleted,
    rows_of_staging
from counted
where rows_of_staging not between keys_of_lake - keys_once_deleted and keys_of_lake
