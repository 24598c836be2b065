{# Sums over the customers of a segment on a network, of those that show a sign of it. #}
with customer_networks as (

    select * from {{ ref('int_customer_networks') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

)

select
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    customer_networks.network,
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
    sum(customer_networks.chance) as chance_sum,
    sum(customer_networks.chance * (1 - customer_networks.chance)) as variance_sum,
    sum(customer_networks.active_activities) as active_activities,
    sum(customer_networks.passive_activities) as passive_activities,
    sum(customer_networks.local_time_unknown) as local_time_unknown,
    median(customer_networks.followers) as followers_median,
    sum(customer_networks.connections) as connections,
    sum(customer_networks.connected_customers) as connected_customers,
    count(case when customer_networks.follows_brand then 1 end) as brand_followers
from customer_networks
inner join memberships
    on
        customer_networks.period_month = memberships.period_month
        and customer_networks.person_id = memberships.person_id
group by memberships.period_month, memberships.segmentation, memberships.segment, customer_networks.network
