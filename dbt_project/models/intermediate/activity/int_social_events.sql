{# What people did on the networks; withdrawn activities, and accounts of no person, are left out. #}
with activities as (

    select * from {{ ref('stg_activities') }}

),

modes as (

    select * from {{ ref('activity_modes') }}

),

owners as (

    select * from {{ ref('int_profile_owners') }}

)

select
    owners.persona_id,
    activities.published_at as happened_at,
    case
        when modes.mode = 'passive' then 'read'
        when modes.is_content then 'post'
        else 'reaction'
    end as event_kind,
    activities.network as channel,
    activities.activity_id as event_id,
    activities.activity_type as detail,
    activities.is_time_observed is not false as is_time_observed,
    activities.source,
    activities.source_file_sha256,
    activities.source_record
from activities
inner join modes on activities.activity_type = modes.activity_type
inner join owners
    on
        activities.network = owners.network
        and activities.actor_profile_id = owners.profile_id
        and owners.account_role = 'person'
where modes.mode in ('active', 'passive') and not activities.is_reversed
