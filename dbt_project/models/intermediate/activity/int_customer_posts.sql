{# What customers published, by format, and the interactions with what was their own: of each original the last
   counter within 7 days; an original without one, or without a time of its own, is not counted as one without
   interactions. #}
with activities as (

    select * from {{ ref('int_customer_activities') }}
    where content_format is not null

),

counters as (

    select * from {{ ref('stg_activity_counters') }}
    where coalesce(replies, likes, shares, quotes) is not null

),

within_seven_days as (

    select
        activities.network,
        activities.activity_id,
        coalesce(counters.replies, 0)
        + coalesce(counters.likes, 0)
        + coalesce(counters.shares, 0)
        + coalesce(counters.quotes, 0) as interactions,
        row_number() over (
            partition by activities.network, activities.activity_id
            order by counters.observed_at desc
        ) as newness
    from activities
    inner join counters
        on
            activities.network = counters.network
            and activities.activity_id = counters.activity_id
            and activities.published_at <= counters.observed_at
            and counters.observed_at <= {{ dbt.dateadd('day', 7, 'activities.published_at') }}
    where activities.content_format <> 'reshare' and activities.is_time_observed

)

select
    activities.period_month,
    activities.network,
    activities.person_id,
    activities.content_format,
    count(*) as activities,
    count(case when activities.content_format <> 'reshare' then 1 end) as originals,
    count(within_seven_days.activity_id) as originals_counted,
    coalesce(sum(within_seven_days.interactions), 0) as interactions
from activities
left join within_seven_days
    on
        activities.network = within_seven_days.network
        and activities.activity_id = within_seven_days.activity_id
        and within_seven_days.newness = 1
group by activities.period_month, activities.network, activities.person_id, activities.content_format
