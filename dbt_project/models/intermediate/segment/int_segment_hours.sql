{# Activities whose local time is known, by hour of the week, on each network and on all; hours without one have no
   row. #}
with activities as (

    select * from {{ ref('int_customer_activities') }}
    where hour_local is not null

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

),

by_customer as (

    select
        period_month,
        network,
        mode,
        person_id,
        iso_weekday,
        hour_local,
        count(*) as activities
    from activities
    group by period_month, network, mode, person_id, iso_weekday, hour_local

),

by_network as (

    select
        memberships.period_month,
        memberships.segmentation,
        memberships.segment,
        by_customer.network,
        by_customer.mode,
        by_customer.iso_weekday,
        by_customer.hour_local,
        sum(by_customer.activities) as activities
    from by_customer
    inner join memberships
        on by_customer.period_month = memberships.period_month and by_customer.person_id = memberships.person_id
    group by
        memberships.period_month,
        memberships.segmentation,
        memberships.segment,
        by_customer.network,
        by_customer.mode,
        by_customer.iso_weekday,
        by_customer.hour_local

)

select * from by_network

union all

select
    period_month,
    segmentation,
    segment,
    '{{ all_networks() }}' as network,
    mode,
    iso_weekday,
    hour_local,
    sum(activities) as activities
from by_network
group by period_month, segmentation, segment, mode, iso_weekday, hour_local
