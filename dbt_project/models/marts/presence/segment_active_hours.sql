with by_hour as (

    {{ heat_map(
        ref('int_segment_hours'), ref('int_segment_modes'), ref('int_customer_hours'), ref('int_network_months')
    ) }}

)

select
    -- grain
    period_month,
    segmentation,
    segment,
    network,
    mode,
    cast(iso_weekday as integer) as iso_weekday,
    cast(hour_local as integer) as hour_local,

    -- what can be said at all
    is_observed,
    is_suppressed,
    {{ row_status(is_undefined='activities_of_week = 0') }},

    -- measures
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('is_observed', 'contributors', 'bigint') }},
    {{ measure_if('is_observed', 'activities', 'bigint') }},
    {{ measure_if('is_observed', 'activity_share', 'double') }}
from by_hour
