{# int_customer_hours over the three published months that end with the month. #}
with hours as (

    select * from {{ ref('int_customer_hours') }}

),

periods as (

    select * from {{ ref('int_periods') }}

)

select
    periods.period_month,
    hours.network,
    hours.mode,
    hours.person_id,
    hours.iso_weekday,
    hours.hour_local,
    sum(hours.activities) as activities
from periods
inner join hours
    on
        periods.period_month >= hours.period_month
        and {{ in_quarter('hours.period_month', 'periods.period_month') }}
group by
    periods.period_month, hours.network, hours.mode, hours.person_id, hours.iso_weekday, hours.hour_local
