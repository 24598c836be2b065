{# Sums over the customers of a segment on a network, and over all networks, of those that show a sign of it. #}
with observed as (

    select * from {{ ref('int_network_months') }}
    where is_observed

),

by_network as (

    select customer_networks.*
    from {{ ref('int_customer_networks') }} as customer_networks
    inner join observed
        on customer_networks.period_month = observed.period_month and customer_networks.network = observed.network

),

over_networks as (

    select
        period_month,
        '{{ all_networks() }}' as network,
        person_id,
        bool_or(is_present) as is_present,
        {{ presence_chance('chance', most='1 - 1e-12') }} as chance,
        sum(candidate_sum) as candidate_sum,
        sum(accepted_sum) as accepted_sum,
        sum(active_activities) as active_activities,
        sum(passive_activities) as passive_activities,
        sum(local_time_unknown) as local_time_unknown,
        max(followers) as followers,
        sum(connections) as connections,
        sum(connected_customers) as connected_customers,
        bool_or(follows_brand) as follows_brand
    from by_network
    group by period_month, person_id

),

customer_networks as (

    select * from by_network
    union all
    select * from over_networks

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

)

select
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    customer_networks.network,

    -- people
    count(
        case
            when
                customer_networks.is_present
                or customer_networks.active_activities > 0
                or customer_networks.passive_activities > 0
                then 1
        end
    ) as contributors,
    count(case when customer_networks.is_present then 1 end) as customers_present,
    count(case when customer_networks.active_activities > 0 then 1 end) as customers_active,
    count(case when customer_networks.passive_activities > 0 then 1 end) as customers_passive,
    count(case when customer_networks.local_time_unknown > 0 then 1 end) as customers_untimed,
    count(customer_networks.followers) as customers_counted,
    count(case when customer_networks.connections > 0 then 1 end) as customers_connected,
    count(case when customer_networks.follows_brand then 1 end) as brand_followers,

    -- linking doubt
    sum(customer_networks.chance) as chance_sum,
    sum(customer_networks.chance * (1 - customer_networks.chance)) as variance_sum,
    sum(customer_networks.candidate_sum) as candidate_sum,
    sum(customer_networks.accepted_sum) as accepted_sum,

    -- figures
    median(customer_networks.followers) as followers_median,
    sum(customer_networks.local_time_unknown) as local_time_unknown,
    sum(customer_networks.connected_customers) as connected_customers,
    {{ sums_for_intervals(['active_activities', 'passive_activities', 'connections']) }}
from customer_networks
inner join memberships
    on
        customer_networks.period_month = memberships.period_month
        and customer_networks.person_id = memberships.person_id
group by memberships.period_month, memberships.segmentation, memberships.segment, customer_networks.network
