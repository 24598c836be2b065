{# How many customers of a segment stand behind its hours, by mode. #}
with by_network as (

    select * from {{ ref('int_customer_modes') }}

),

customer_modes as (

    select
        period_month,
        network,
        person_id,
        mode,
        activities_with_local_time
    from by_network
    union all
    select
        period_month,
        '{{ all_networks() }}' as network,
        person_id,
        mode,
        sum(activities_with_local_time) as activities_with_local_time
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
    customer_modes.network,
    customer_modes.mode,
    sum(customer_modes.activities_with_local_time) as activities,
    count(case when customer_modes.activities_with_local_time > 0 then 1 end) as contributors
from customer_modes
inner join memberships
    on
        customer_modes.period_month = memberships.period_month
        and customer_modes.person_id = memberships.person_id
group by
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    customer_modes.network,
    customer_modes.mode
