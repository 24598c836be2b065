-- Collapsing observations must not lose a thing itself: staging has as many rows as the lake has distinct keys.
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
            count(distinct {{ key | join(" || '|' || ") }}) as keys_of_lake,
            (select count(*) from {{ ref('stg_' ~ table) }}) as rows_of_staging
        from {{ source('lake', table) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    canonical_table,
    keys_of_lake,
    rows_of_staging
from counted
where keys_of_lake <> rows_of_staging
