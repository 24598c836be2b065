{# Informativeness = uncertainty × (1 + months of a customer's figures that a decision would change): the published
   months in which the account was active, or all of them where two CRM records are one customer or two. Who was
   held back comes first: their figures are of pieces. #}
with queue as (

    select * from {{ linked('review_queue') }}

),

customers as (

    select distinct person_id
    from {{ ref('int_customer_months') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

activities as (

    select * from {{ ref('stg_activities') }}
    where not is_reversed

),

published as (

    select count(*) as months
    from periods

),

waiting as (

    select
        left_persona_id,
        right_persona_id,
        unnest([left_persona_id, right_persona_id]) as persona_id
    from queue

),

active as (

    select
        waiting.left_persona_id,
        waiting.right_persona_id,
        count(distinct periods.period_month) as months
    from waiting
    inner join activities
        on waiting.persona_id = 'profile:' || activities.network || ':' || activities.actor_profile_id
    inner join periods
        on activities.published_at >= periods.period_month and activities.published_at < periods.ends_at
    group by waiting.left_persona_id, waiting.right_persona_id

),

staked as (

    select
        queue.*,
        queue.left_person_id in (select customers.person_id from customers)
        or queue.right_person_id in (select customers.person_id from customers) as touches_customer,
        case
            when queue.left_persona_id like 'profile:%' or queue.right_persona_id like 'profile:%'
                then coalesce(active.months, 0)
            else published.months
        end as months_touched
    from queue
    cross join published
    left join active
        on queue.left_persona_id = active.left_persona_id and queue.right_persona_id = active.right_persona_id

),

weighed as (

    select
        *,
        round(uncertainty * (1 + case when touches_customer then months_touched else 0 end), 9) as informativeness
    from staked

)

select
    -- grain
    left_persona_id,
    right_persona_id,

    -- who
    left_person_id,
    right_person_id,

    -- why it waits
    reason,
    rule,
    rule_sentence,
    round(cast(pair_probability as double), 9) as pair_probability,
    round(cast(probability as double), 9) as probability,
    evidence,

    -- what a decision would move
    round(cast(uncertainty as double), 9) as uncertainty,
    touches_customer,
    cast(months_touched as bigint) as months_touched,
    cast(informativeness as double) as informativeness,
    cast(row_number() over (
        order by
            coalesce(rule = 'held_back', false) desc, informativeness desc,
            round(uncertainty, 9) desc, left_persona_id asc, right_persona_id asc
    ) as bigint) as queue_rank
from weighed
