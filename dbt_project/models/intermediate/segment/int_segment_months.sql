{# Every segment in every month, also without a customer; `unassigned` only where somebody is. #}
with periods as (

    select * from {{ ref('int_periods') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

),

segments as (

    select * from {{ ref('int_segments') }}
    where segment <> 'unassigned'

),

segment_months as (

    select
        periods.period_month,
        segments.segmentation,
        segments.segment
    from periods
    cross join segments
    union
    select
        period_month,
        segmentation,
        segment
    from memberships

),

counted as (

    select
        period_month,
        segmentation,
        segment,
        count(*) as customers
    from memberships
    group by period_month, segmentation, segment

)

select
    segment_months.period_month,
    segment_months.segmentation,
    segment_months.segment,
    coalesce(counted.customers, 0) as customers
from segment_months
left join counted
    on
        segment_months.period_month = counted.period_month
        and segment_months.segmentation = counted.segmentation
        and segment_months.segment = counted.segment
