{# The weekday and the three hours (wrapping midnight, named by their start) with the most activities; ties go to the
   smallest. Marts show them where activities are enough. #}
{% set group_keys = 'period_month, segmentation, segment, network, mode' %}

with hours as (

    select * from {{ ref('int_segment_hours') }}

),

offsets as (

    {{ integers(0, 2) }}

),

totals as (

    select
        {{ group_keys }},
        sum(activities) as activities
    from hours
    group by {{ group_keys }}

),

weekdays as (

    select
        {{ group_keys }},
        iso_weekday,
        row_number() over (
            partition by {{ group_keys }}
            order by sum(activities) desc, iso_weekday asc
        ) as place
    from hours
    group by {{ group_keys }}, iso_weekday

),

-- An activity at 1 o'clock lies in the windows that begin at 1, at 0 and at 23.
windows as (

    select
        {{ group_keys }},
        (hours.hour_local - offsets.n + 24) % 24 as starts_at_hour,
        sum(hours.activities) as activities
    from hours
    cross join offsets
    group by {{ group_keys }}, (hours.hour_local - offsets.n + 24) % 24

),

ranked_windows as (

    select
        *,
        row_number() over (
            partition by {{ group_keys }}
            order by activities desc, starts_at_hour asc
        ) as place
    from windows

)

select
    totals.period_month,
    totals.segmentation,
    totals.segment,
    totals.network,
    totals.mode,
    totals.activities,
    weekdays.iso_weekday as primary_weekday,
    cast(ranked_windows.starts_at_hour as integer) as primary_hour,
    {{ ratio('ranked_windows.activities', 'totals.activities') }} as primary_share
from totals
inner join weekdays using ({{ group_keys }})
inner join ranked_windows using ({{ group_keys }})
where weekdays.place = 1 and ranked_windows.place = 1
