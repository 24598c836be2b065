{# Who follows whom, from lists of followers and from Follow activities alike. #}
with spells as (

    select * from {{ ref('stg_connection_spells') }}

),

activities as (

    select * from {{ ref('stg_activities') }}

),

follows as (

    select
        network,
        actor_profile_id as follower_profile_id,
        object_id as followed_profile_id,
        min(published_at) as known_from,
        cast(null as {{ type_instant() }}) as known_to
    from activities
    where
        activity_type = 'Follow'
        and not is_reversed
        and actor_profile_id is not null
        and object_id is not null
    group by network, actor_profile_id, object_id

)

select
    network,
    follower_profile_id,
    followed_profile_id,
    known_from,
    known_to,
    'connections' as origin
from spells

union all

select
    network,
    follower_profile_id,
    followed_profile_id,
    known_from,
    known_to,
    'activities' as origin
from follows
