{# RFM over the last year. percent_rank is (rank - 1) / (n - 1); it stays a fraction of whole numbers here, so
   that five times it is exact. #}
with periods as (

    select * from {{ ref('int_periods') }}

),

customers as (

    select * from {{ ref('int_customer_months') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

measured as (

    select
        customers.period_month,
        customers.person_id,
        min({{ dbt.datediff('cast(orders.ordered_at as date)', 'periods.last_day', 'day') }}) as recency_days,
        count(distinct orders.order_id) as frequency,
        sum(orders.net_amount) as monetary_amount
    from customers
    inner join periods on customers.period_month = periods.period_month
    inner join orders
        on
            customers.person_id = orders.person_id
            and orders.is_counted
            and orders.ordered_at >= {{ dbt.dateadd('day', '-' ~ policy('value_days'), 'periods.ends_at') }}
            and periods.ends_at > orders.ordered_at
    group by customers.period_month, customers.person_id

),

ranked as (

    select
        *,
        count(*) over (partition by period_month) as buyers,
        rank() over (partition by period_month order by recency_days desc) as recency_rank,
        rank() over (partition by period_month order by frequency asc) as frequency_rank,
        rank() over (partition by period_month order by monetary_amount asc nulls first) as monetary_rank
    from measured

),

scored as (

    select
        *,
        {{ quintile_score('recency_rank', 'buyers') }} as recency_score,
        {{ quintile_score('frequency_rank', 'buyers') }} as frequency_score,
        {{ quintile_score('monetary_rank', 'buyers') }} as monetary_score
    from ranked

)

select
    customers.period_month,
    customers.person_id,
    scored.recency_days,
    coalesce(scored.frequency, 0) as frequency,
    cast(scored.monetary_amount as decimal(18, 4)) as monetary_amount,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    case
        when scored.person_id is null then 'inactive'
        when scored.recency_score + scored.frequency_score + scored.monetary_score >= 13 then 'top'
        when scored.recency_score + scored.frequency_score + scored.monetary_score >= 10 then 'high'
        when scored.recency_score + scored.frequency_score + scored.monetary_score >= 7 then 'medium'
        else 'low'
    end as segment
from customers
left join scored
    on customers.period_month = scored.period_month and customers.person_id = scored.person_id
