{# What the customers of a segment ordered in the year before the end of the month; medians are of those who did. #}
with customer_values as (

    select * from {{ ref('int_customer_values') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

)

select
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    count(case when customer_values.frequency > 0 then 1 end) as buyers,
    sum(customer_values.monetary_amount) as order_value_amount,
    median(customer_values.recency_days) as recency_days_median,
    median(case when customer_values.frequency > 0 then customer_values.frequency end) as frequency_median
from customer_values
inner join memberships
    on
        customer_values.period_month = memberships.period_month
        and customer_values.person_id = memberships.person_id
group by memberships.period_month, memberships.segmentation, memberships.segment
