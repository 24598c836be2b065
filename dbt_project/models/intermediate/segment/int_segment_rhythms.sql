{# The primary weekday and hours. Marts show them where activities are enough. #}
with hours as (

    select * from {{ ref('int_segment_hours') }}

)

select * from (
    {{ primary_hours('hours', ['period_month', 'segmentation', 'segment', 'network', 'mode']) }}
) as found
