{# Every segment in every month, also without a customer; `unassigned` only where somebody is. #}
with periods as (

    select * from {{ ref('int_periods') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

),

assignments as (

    select * from {{ ref('stg_segment_assignments') }}

),

segmentations as (

    select * from {{ source('inputs', 'configured_segmentations') }}

),

segments as (

    select
        'all' as segmentation,
        'all customers' as segment
    union
    select
        'value' as segmentation,
        'top' as segment
    union
    select
        'value' as segmentation,
        'high' as segment
    union
    select
        'value' as segmentation,
        'medium' as segment
    union
    select
        'value' as segmentation,
        'low' as segment
    union
    select
        'value' as segmentation,
        'inactive' as segment
    union
    select
        assignments.segmentation,
        assignments.segment
    from assignments
    inner join segmentations on assignments.segmentation = segmentations.segmentation

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
