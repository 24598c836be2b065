{# The weekday and the three hours (wrapping midnight, named by their start) with the most activities of each group, each
   on its own; ties go to the smallest. `hours` has `group`, iso_weekday, hour_local and activities. #}
{% macro primary_hours(hours, group) -%}
{%- set keys = group | join(', ') -%}
with offsets as (

    {{ integers(0, 2) }}

),

totals as (

    select
        {{ keys }},
        sum(activities) as activities
    from {{ hours }}
    group by {{ keys }}

),

weekdays as (

    select
        {{ keys }},
        iso_weekday,
        sum(activities) as activities,
        row_number() over (
            partition by {{ keys }}
            order by sum(activities) desc, iso_weekday asc
        ) as place
    from {{ hours }}
    group by {{ keys }}, iso_weekday

),

-- An activity at 1 o'clock lies in the windows that begin at 1, at 0 and at 23.
windows as (

    select
        {{ keys }},
        (hour_local - offsets.n + 24) % 24 as starts_at_hour,
        sum(activities) as activities
    from {{ hours }}
    cross join offsets
    group by {{ keys }}, (hour_local - offsets.n + 24) % 24

),

ranked_windows as (

    select
        *,
        row_number() over (
            partition by {{ keys }}
            order by activities desc, starts_at_hour asc
        ) as place
    from windows

)

select
    {% for key in group -%}
        totals.{{ key }},
    {% endfor -%}
    totals.activities,
    weekdays.iso_weekday as primary_weekday,
    {{ ratio('weekdays.activities', 'totals.activities') }} as weekday_share,
    cast(ranked_windows.starts_at_hour as integer) as primary_hour,
    {{ ratio('ranked_windows.activities', 'totals.activities') }} as primary_share
from totals
inner join weekdays using ({{ keys }})
inner join ranked_windows using ({{ keys }})
where weekdays.place = 1 and ranked_windows.place = 1
{%- endmacro %}
