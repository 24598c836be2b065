with periods as (

    select * from {{ ref('int_periods') }}

),

networks as (

    select * from {{ ref('int_networks') }}

),

-- A withdrawal, and what carries no time, says nothing of the month that its file was read in.
activities as (

    select activities.*
    from {{ ref('stg_activities') }} as activities
    inner join {{ ref('activity_modes') }} as modes on activities.activity_type = modes.activity_type
    where modes.mode <> 'withdrawal' and activities.is_time_observed is not false

),

edges as (

    select * from {{ ref('int_edges') }}

),

brand_networks as (

    select distinct network
    from {{ ref('int_brand_profiles') }}

),

active_months as (

    select distinct
        activities.network,
        periods.period_month
    from activities
    inner join periods
        on activities.published_at >= periods.starts_at and activities.published_at < periods.ends_at

),

first_edges as (

    select
        network,
        min(known_from) as known_from
    from edges
    group by network

),

by_network as (

    select
        periods.period_month,
        networks.network,
        periods.starts_at,
        periods.ends_at,
        periods.days_in_month,
        active_months.network is not null as is_observed,
        active_months.network is not null and networks.observes_views as views_observed,
        active_months.network is not null and networks.observes_counters as counters_observed,
        active_months.network is not null
        and coalesce(first_edges.known_from < periods.ends_at, false) as edges_observed,
        brand_networks.network is not null as has_brand_account
    from periods
    cross join networks
    left join active_months
        on periods.period_month = active_months.period_month and networks.network = active_months.network
    left join first_edges on networks.network = first_edges.network
    left join brand_networks on networks.network = brand_networks.network

)

select
    period_month,
    network,
    starts_at,
    ends_at,
    days_in_month,
    is_observed,
    views_observed,
    counters_observed,
    edges_observed,
    edges_observed and has_brand_account as brand_followers_observed
from by_network

union all

-- of all together is observed what is of one
select
    period_month,
    '{{ all_networks() }}' as network,
    starts_at,
    ends_at,
    days_in_month,
    bool_or(is_observed) as is_observed,
    bool_or(views_observed) as views_observed,
    bool_or(counters_observed) as counters_observed,
    bool_or(edges_observed) as edges_observed,
    bool_or(edges_observed and has_brand_account) as brand_followers_observed
from by_network
group by period_month, starts_at, ends_at, days_in_month
