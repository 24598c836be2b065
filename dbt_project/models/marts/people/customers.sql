with last_period as (

    select * from {{ ref('int_last_period') }}

),

customer_values as (

    select
        customer_values.*,
        customers.is_stage_date_assumed
    from {{ ref('int_customer_values') }} as customer_values
    inner join {{ ref('int_customer_months') }} as customers
        on customer_values.period_month = customers.period_month and customer_values.person_id = customers.person_id
    inner join last_period on customer_values.period_month = last_period.period_month

),

segments as (

    select
        memberships.person_id,
        {{ dbt.listagg("memberships.segmentation || ': ' || memberships.segment", "'; '",
            "order by memberships.segmentation") }} as segments
    from {{ ref('int_customer_segments') }} as memberships
    inner join last_period on memberships.period_month = last_period.period_month
    group by memberships.person_id

),

footprints as (

    select
        networks.person_id,
        count(case when networks.is_present then 1 end) as networks,
        max(networks.followers) as followers,
        sum(networks.connections) as connections
    from {{ ref('int_customer_networks') }} as networks
    inner join last_period on networks.period_month = last_period.period_month
    group by networks.person_id

),

profiles as (

    select
        profiles.person_id,
        count(*) as profiles
    from {{ ref('int_customer_profiles') }} as profiles
    inner join last_period on profiles.period_month = last_period.period_month
    group by profiles.person_id

),

habits as (

    select * from {{ ref('int_customer_habits') }}

),

open_cases as (

    select
        contacts.person_id,
        count(*) as open_cases
    from {{ ref('stg_cases') }} as cases
    inner join {{ ref('int_contacts') }} as contacts on cases.contact_id = contacts.contact_id
    inner join last_period
        on
            cases.opened_at < last_period.ends_at
            and (cases.resolved_at is null or cases.resolved_at >= last_period.ends_at)
    group by contacts.person_id

),

touches as (

    select
        events.person_id,
        events.happened_at,
        events.channel,
        row_number() over (
            partition by events.person_id
            order by events.happened_at desc, events.channel asc
        ) as recency
    from {{ ref('int_events') }} as events
    inner join last_period on events.happened_at < last_period.ends_at
    where events.is_time_observed

),

consents as (

    select * from {{ ref('int_customer_consents') }}

)

select
    -- grain
    customer_values.person_id,
    customer_values.period_month,
    customer_values.is_stage_date_assumed,

    -- value
    cast(customer_values.recency_days as bigint) as recency_days,
    cast(customer_values.frequency as bigint) as frequency,
    customer_values.monetary_amount,
    customer_values.recency_score,
    customer_values.frequency_score,
    customer_values.monetary_score,
    customer_values.segment as value_segment,
    segments.segments,

    -- social footprint
    cast(coalesce(footprints.networks, 0) as bigint) as networks,
    cast(coalesce(profiles.profiles, 0) as bigint) as profiles,
    footprints.followers,
    cast(coalesce(footprints.connections, 0) as bigint) as connections,
    cast(coalesce(habits.active_activities, 0) as bigint) as active_activities,
    cast(coalesce(habits.passive_activities, 0) as bigint) as passive_activities,
    habits.best_channel,
    habits.best_hour,

    -- service and consent
    cast(coalesce(open_cases.open_cases, 0) as bigint) as open_cases,
    touches.happened_at as last_touch_at,
    touches.channel as last_touch_channel,
    consents.consents
from customer_values
left join segments on customer_values.person_id = segments.person_id
left join footprints on customer_values.person_id = footprints.person_id
left join profiles on customer_values.person_id = profiles.person_id
left join habits on customer_values.person_id = habits.person_id
left join open_cases on customer_values.person_id = open_cases.person_id
left join touches on customer_values.person_id = touches.person_id and touches.recency = 1
left join consents on customer_values.person_id = consents.person_id
