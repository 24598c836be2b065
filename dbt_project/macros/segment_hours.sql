{# Activities by hour of the week of the customers of each segment, on each network and on all, from a relation that has
   them by customer. The customers are those of the end of the month. #}
{% macro segment_hours(customer_hours) -%}
with by_customer as (

    select * from {{ customer_hours }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

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
{%- endmacro %}

{# Customers behind the hours of a segment and mode, on each network and on all, from the same relation. #}
{% macro segment_modes(customer_hours) -%}
with by_network as (

    select
        period_month,
        network,
        person_id,
        mode,
        sum(activities) as activities
    from {{ customer_hours }}
    group by period_month, network, person_id, mode

),

by_customer as (

    select
        period_month,
        network,
        person_id,
        mode,
        activities
    from by_network
    union all
    select
        period_month,
        '{{ all_networks() }}' as network,
        person_id,
        mode,
        sum(activities) as activities
    from by_network
    group by period_month, person_id, mode

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

)

select
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    by_customer.network,
    by_customer.mode,
    sum(by_customer.activities) as activities,
    count(*) as contributors
from by_customer
inner join memberships
    on
        by_customer.period_month = memberships.period_month
        and by_customer.person_id = memberships.person_id
group by
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    by_customer.network,
    by_customer.mode
{%- endmacro %}
