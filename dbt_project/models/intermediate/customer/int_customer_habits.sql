{# Where and when a customer is active, over the last three published months: the network with the most active
   activities, and the three hours of the day (wrapping midnight) with the most activities, from 10 on. #}
with activities as (

    select * from {{ ref('int_customer_activities') }}

),

last_period as (

    select * from {{ ref('int_last_period') }}

),

offsets as (

    {{ integers(0, 2) }}

),

recent as (

    select activities.*
    from activities
    inner join last_period
        on {{ in_quarter('activities.period_month', 'last_period.period_month') }}

),

networks as (

    select
        person_id,
        network,
        row_number() over (partition by person_id order by count(*) desc, network asc) as place
    from recent
    where mode = 'active'
    group by person_id, network

),

timed as (

    select
        person_id,
        count(*) as activities
    from recent
    where hour_local is not null
    group by person_id
    having count(*) >= 10

),

windows as (

    select
        recent.person_id,
        (recent.hour_local - offsets.n + 24) % 24 as starts_at_hour,
        row_number() over (
            partition by recent.person_id
            order by count(*) desc, (recent.hour_local - offsets.n + 24) % 24 asc
        ) as place
    from recent
    cross join offsets
    inner join timed on recent.person_id = timed.person_id
    where recent.hour_local is not null
    group by recent.person_id, (recent.hour_local - offsets.n + 24) % 24

),

people as (

    select
        person_id,
        count(case when mode = 'active' then 1 end) as active_activities,
        count(case when mode = 'passive' then 1 end) as passive_activities
    from recent
    group by person_id

)

select
    people.person_id,
    people.active_activities,
    people.passive_activities,
    networks.network as best_channel,
    cast(windows.starts_at_hour as integer) as best_hour
from people
left join networks on people.person_id = networks.person_id and networks.place = 1
left join windows on people.person_id = windows.person_id and windows.place = 1
