{# On which networks the customers at the end of the last month were active in its quarter. #}
with last_period as (

    select * from {{ ref('int_last_period') }}

),

active as (

    select distinct
        customer_networks.network,
        customer_networks.person_id
    from {{ ref('int_customer_networks') }} as customer_networks
    inner join last_period on {{ in_quarter('customer_networks.period_month', 'last_period.period_month') }}
    where customer_networks.active_activities > 0

),

memberships as (

    select memberships.*
    from {{ ref('int_customer_segments') }} as memberships
    inner join last_period on memberships.period_month = last_period.period_month

),

sums as (

    select
        memberships.segmentation,
        memberships.segment,
        active.network,
        count(*) as contributors
    from active
    inner join memberships on active.person_id = memberships.person_id
    group by memberships.segmentation, memberships.segment, active.network

),

sizes as (

    select
        segmentation,
        segment,
        count(*) as customers
    from memberships
    group by segmentation, segment

),

rates as (

    select
        sums.segmentation,
        sums.segment,
        sums.network,
        sums.contributors,
        cast(sums.contributors as double) / sizes.customers as active_rate
    from sums
    inner join sizes on sums.segmentation = sizes.segmentation and sums.segment = sizes.segment

),

everybody as (

    select * from rates
    where segmentation = 'all'

)

select
    rates.segmentation,
    rates.segment,
    rates.network,
    rates.contributors,
    round(rates.active_rate, 9) as active_rate,
    {{ ratio('100 * rates.active_rate', 'everybody.active_rate') }} as index_vs_all
from rates
inner join everybody on rates.network = everybody.network
