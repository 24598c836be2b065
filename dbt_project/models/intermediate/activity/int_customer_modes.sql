with activities as (

    select * from {{ ref('int_customer_activities') }}

)

select
    period_month,
    network,
    person_id,
    mode,
    count(*) as activities,
    count(hour_local) as activities_with_local_time
from activities
group by period_month, network, person_id, mode
