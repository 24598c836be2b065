{# The heat map of every segment, network and mode, 168 rows each: a mart. Whether a row is suppressed hangs on
   segment, network and mode alone: so it is decided before the hours of the week are laid out. #}
{% macro heat_map(segment_hours, segment_modes, customer_hours, network_months) -%}
with segments as (

    select * from {{ ref('int_segment_months') }}

),

network_months as (

    select * from {{ network_months }}

),

mode_sums as (

    select * from {{ segment_modes }}

),

hour_sums as (

    select * from {{ segment_hours }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

modes as (

    select 'active' as mode
    union all
    select 'passive' as mode

),

weekdays as (

    {{ integers(1, 7) }}

),

hours as (

    {{ integers(0, 23) }}

),

measured as (

    select
        segments.period_month,
        segments.segmentation,
        segments.segment,
        network_months.network,
        modes.mode,
        case when modes.mode = 'active' then network_months.is_observed else network_months.views_observed end
            as is_observed,
        segments.customers,
        coalesce(mode_sums.contributors, 0) as contributors,
        coalesce(mode_sums.activities, 0) as activities_of_week,
        parameters.min_cell
    from segments
    inner join network_months on segments.period_month = network_months.period_month
    cross join modes
    cross join parameters
    left join mode_sums
        on
            segments.period_month = mode_sums.period_month
            and segments.segmentation = mode_sums.segmentation
            and segments.segment = mode_sums.segment
            and network_months.network = mode_sums.network
            and modes.mode = mode_sums.mode

),

timed as (

    select * from {{ customer_hours }}

),

guarded as (

    {{ guard_over_networks('measured', 'timed', ['mode']) }}

),

by_hour as (

    select
        guarded.*,
        weekdays.n as iso_weekday,
        hours.n as hour_local,
        coalesce(hour_sums.activities, 0) as activities,
        {{ ratio('coalesce(hour_sums.activities, 0)', 'guarded.activities_of_week') }} as activity_share
    from guarded
    cross join weekdays
    cross join hours
    left join hour_sums
        on
            guarded.period_month = hour_sums.period_month
            and guarded.segmentation = hour_sums.segmentation
            and guarded.segment = hour_sums.segment
            and guarded.network = hour_sums.network
            and guarded.mode = hour_sums.mode
            and weekdays.n = hour_sums.iso_weekday
            and hours.n = hour_sums.hour_local

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
{%- endmacro %}
