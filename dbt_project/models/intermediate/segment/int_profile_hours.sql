{# The weekday and the three hours (wrapping midnight, named by their start) in which a segment was most active in the
   last quarter, over all networks, each on its own; ties go to the smallest. #}
with last_period as (

    select * from {{ ref('int_last_period') }}

),

hours as (

    select hours.*
    from {{ ref('int_segment_quarter_hours') }} as hours
    inner join last_period on hours.period_month = last_period.period_month
    where hours.mode = 'active' and hours.network = '{{ all_networks() }}'

)

select * from (
    {{ primary_hours('hours', ['period_month', 'segmentation', 'segment']) }}
) as found
