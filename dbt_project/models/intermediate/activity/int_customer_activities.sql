{# What customers did in the published months, each activity with the local time of its author: the first known of
   the author's own offset (one that a place on earth has), the contact's zone, the profile's, and the only zone of
   the contact's country. What carries no time of its own has none. #}
with activities as (

    select * from {{ ref('stg_activities') }}

),

modes as (

    select * from {{ ref('activity_modes') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

owners as (

    select * from {{ ref('int_profile_owners') }}

),

customers as (

    select * from {{ ref('int_customer_months') }}

),

persons as (

    select * from {{ ref('int_persons') }}

),

authored as (

    select
        periods.period_month,
        activities.network,
        activities.activity_id,
        owners.person_id,
        modes.mode,
        modes.is_content,
        activities.activity_type,
        activities.object_type,
        activities.attachment_types,
        activities.links,
        activities.published_at,
        activities.is_time_observed is not false as is_time_observed,
        activities.author_utc_offset_minutes,
        coalesce(persons.time_zone, owners.time_zone, persons.country_time_zone) as time_zone
    from activities
    inner join modes on activities.activity_type = modes.activity_type
    inner join periods
        on activities.published_at >= periods.starts_at and activities.published_at < periods.ends_at
    inner join owners
        on
            activities.network = owners.network
            and activities.actor_profile_id = owners.profile_id
            and owners.is_accepted
    inner join persons on owners.person_id = persons.person_id
    inner join customers
        on periods.period_month = customers.period_month and owners.person_id = customers.person_id
    where modes.mode in ('active', 'passive') and not activities.is_reversed

),

timed as (

    select
        *,
        case
            when not is_time_observed then null
            when author_utc_offset_minutes between -720 and 840
                then {{ utc_time(dbt.dateadd('minute', 'author_utc_offset_minutes', 'published_at')) }}
            when time_zone is not null then {{ local_time('published_at', 'time_zone') }}
        end as published_at_local
    from authored

)

select
    period_month,
    network,
    activity_id,
    person_id,
    mode,
    activity_type,
    case when is_content then {{ content_format() }} end as content_format,
    published_at,
    is_time_observed,
    cast({{ iso_weekday('published_at_local') }} as integer) as iso_weekday,
    cast(extract(hour from published_at_local) as integer) as hour_local
from timed
