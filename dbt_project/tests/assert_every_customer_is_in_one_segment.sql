-- Segmentations divide customers: each customer of a month stands in exactly one segment of each of them, and nobody
-- else does. Otherwise segments would not add up to all customers.
with customers as (

    select
        period_month,
        count(*) as customers
    from {{ ref('int_customer_months') }}
    group by period_month

),

segments as (

    select
        period_month,
        segmentation,
        sum(customers) as customers
    from {{ ref('int_segment_months') }}
    group by period_month, segmentation

)

select
    segments.*,
    customers.customers as customers_of_month
from segments
left join customers on segments.period_month = customers.period_month
where segments.customers <> coalesce(customers.customers, 0)
