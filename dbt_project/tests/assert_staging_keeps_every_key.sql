-- Collapsing observations must not lose a thing itself: staging has as many rows as the lake has distinct keys. What
-- the CRM deleted may be missing, no more.
{# No id holds the control character between the parts of a key: the checks of what landed set such records apart. #}
{% set keys = {
    'profiles': ['network', 'profile_id'],
    'activities': ['network', 'activity_id'],
    'connections': ['network', 'follower_profile_id', 'followed_profile_id'],
    'contacts': ['contact_id'],
    'orders': ['order_id'],
    'touchpoints': ['touchpoint_id'],
} %}

with counted as (

    {% for table, key in keys.items() %}
        select
            '{{ table }}' as canonical_table,
            count(distinct {{ key | join(" || chr(31) || ") }}) as keys_of_lake,
            {% if table in tables_without_deleted() %}
                count(distinct case when is_deleted then {{ key | join(" || chr(31) || ") }} end) as keys_once_deleted,
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
