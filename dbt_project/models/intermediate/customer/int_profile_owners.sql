with profiles as (

    select * from {{ ref('int_profiles') }}

),

personas as (

    select * from {{ ref('int_personas') }}

),

resolved as (

    select * from {{ linked('personas') }}

),

activities as (

    select * from {{ ref('stg_activities') }}

),

modes as (

    select * from {{ ref('activity_modes') }}

),

time_zones as (

    {{ known_time_zones() }}

),

first_activities as (

    select
        activities.network,
        activities.actor_profile_id,
        coalesce(
            min(case when activities.is_time_observed is not false then activities.published_at end),
            min(activities.published_at)
        ) as first_active_at
    from activities
    inner join modes on activities.activity_type = modes.activity_type
    where modes.mode in ('active', 'passive') and not activities.is_reversed
    group by activities.network, activities.actor_profile_id

)

select
    profiles.network,
    profiles.profile_id,
    resolved.persona_id,
    resolved.person_id,
    resolved.person_probability,
    resolved.link_status,
    personas.account_role,
    personas.role_reason,
    resolved.link_status = 'accepted' and personas.account_role = 'person' as is_accepted,
    coalesce(profiles.created_at, first_activities.first_active_at) as present_from,
    profiles.deleted_at,
    time_zones.time_zone
from profiles
inner join personas
    on
        personas.persona_type = 'profile'
        and profiles.network = personas.network
        and profiles.profile_id = personas.native_id
inner join resolved on personas.persona_id = resolved.persona_id
left join first_activities
    on profiles.network = first_activities.network and profiles.profile_id = first_activities.actor_profile_id
left join time_zones on profiles.time_zone = time_zones.time_zone
