-- Whoever knows the figure of all customers can subtract the segments that are shown. So in every group none is hidden,
-- or all are, or at least two, whose customers add up to the smallest number that may be shown.
with parameters as (

    select * from {{ ref('int_parameters') }}

),

segments as (

    select * from {{ ref('int_segment_months') }}

),

hidden_rows as (

    select
        'segment_presence' as mart,
        period_month,
        segmentation,
        segment,
        network as group_name,
        is_suppressed
    from {{ ref('segment_presence') }}

    union all

    select
        'segment_active_hours' as mart,
        period_month,
        segmentation,
        segment,
        network || ' ' || mode as group_name,
        is_suppressed
    from {{ ref('segment_active_hours') }}
    where iso_weekday = 1 and hour_local = 0

    union all

    select
        'segment_content_formats' as mart,
        period_month,
        segmentation,
        segment,
        network || ' ' || format as group_name,
        is_suppressed
    from {{ ref('segment_content_formats') }}

),

groups as (

    select
        hidden_rows.mart,
        hidden_rows.period_month,
        hidden_rows.segmentation,
        hidden_rows.group_name,
        count(case when not hidden_rows.is_suppressed then 1 end) as shown,
        count(case when hidden_rows.is_suppressed then 1 end) as hidden,
        sum(case when hidden_rows.is_suppressed then segments.customers else 0 end) as hidden_customers
    from hidden_rows
    inner join segments
        on
            hidden_rows.period_month = segments.period_month
            and hidden_rows.segmentation = segments.segmentation
            and hidden_rows.segment = segments.segment
    group by hidden_rows.mart, hidden_rows.period_month, hidden_rows.segmentation, hidden_rows.group_name

)

select groups.*
from groups
cross join parameters
where
    groups.hidden > 0
    and groups.shown > 0
    and (groups.hidden < 2 or groups.shown < 2 or groups.hidden_customers < parameters.min_cell)
