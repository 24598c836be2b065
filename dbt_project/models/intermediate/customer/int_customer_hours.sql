{# Activities of customers whose local time is known, by hour of the week; hours without one have no row. #}
with activities as (

    select * from {{ ref('int_customer_activities') }}
    where hour_local is not null

)

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
