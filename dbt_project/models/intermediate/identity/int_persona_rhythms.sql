{%- set least_activities = 20 %}
{%- set most_counted = 60 %}
-- When a profile is active: counts by hour of day and ISO weekday, UTC. Only profiles with {{ least_activities }}
-- active activities or more; their counts are scaled down to {{ most_counted }} at most: posts come in bursts,
-- and a thousand of them are no thousand independent observations. CRM records have none: their visits, calls and
-- cases keep the hours of shop and desk as much as their own.

with activities as (
    select * from {{ ref('stg_activities') }}
),

modes as (
    select * from {{ ref('activity_modes') }}
),

active as (
    select
        'profile:' || activities.network || ':' || activities.actor_profile_id as persona_id,
        {{ utc_time('activities.published_at') }} as published_at_utc
    from activities
    inner join modes on activities.activity_type = modes.activity_type
    where
        modes.mode = 'active'
        and not activities.is_reversed
        and activities.is_time_observed is not false
        and activities.actor_profile_id is not null
),

counted as (
    select
        persona_id,
        extract(hour from published_at_utc) as hour_utc,
        {{ iso_weekday('published_at_utc') }} as weekday,
        count(*) as activities
    from active
    group by all
),

histograms as (
    select
        persona_id,
        sum(activities) as activities,
        {{ histogram('hour_utc', range(24)) }} as hours,
        {{ histogram('weekday', range(1, 8)) }} as weekdays
    from counted
    group by persona_id
    having sum(activities) >= {{ least_activities }}
)

select
    persona_id,
    list_transform(hours, lambda n: cast(n * least(1, {{ most_counted }} / activities) as double)) as rhythm_hours,
    list_transform(weekdays, lambda n: cast(n * least(1, {{ most_counted }} / activities) as double))
        as rhythm_weekdays
from histograms
