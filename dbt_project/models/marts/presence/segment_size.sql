with segments as (

    select * from {{ ref('int_segment_months') }}

),

segment_values as (

    select * from {{ ref('int_segment_values') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

everybody as (

    select
        segments.period_month,
        segments.customers,
        segment_values.order_value_amount
    from segments
    left join segment_values
        on
            segments.period_month = segment_values.period_month
            and segments.segmentation = segment_values.segmentation
            and segments.segment = segment_values.segment
    where segments.segmentation = 'all'

),

without_owner as (

    select
        periods.period_month,
        count(distinct orders.order_id) as orders_without_owner
    from periods
    inner join {{ ref('int_orders') }} as orders
        on
            orders.ordered_at >= {{ dbt.dateadd('day', '-' ~ policy('value_days'), 'periods.ends_at') }}
            and periods.ends_at > orders.ordered_at
    where orders.is_counted and orders.person_id is null
    group by periods.period_month

),

measured as (

    select
        segments.period_month,
        segments.segmentation,
        segments.segment,
        segments.customers,
        segments.customers as contributors,
        {{ ratio('segments.customers', 'everybody.customers') }} as customer_share,
        coalesce(segment_values.buyers, 0) as buyers,
        coalesce(segment_values.order_value_amount, 0) as order_value_amount,
        {{ ratio('coalesce(segment_values.order_value_amount, 0)', 'everybody.order_value_amount') }} as value_share,
        segment_values.recency_days_median,
        segment_values.frequency_median,
        coalesce(without_owner.orders_without_owner, 0) as orders_without_owner,
        parameters.min_cell
    from segments
    cross join parameters
    left join everybody on segments.period_month = everybody.period_month
    left join segment_values
        on
            segments.period_month = segment_values.period_month
            and segments.segmentation = segment_values.segmentation
            and segments.segment = segment_values.segment
    left join without_owner on segments.period_month = without_owner.period_month

),

guarded as (

    {{ guard_small_cells('measured', ['period_month', 'segmentation'], {'buyers': none}) }}

)

select
    -- grain
    period_month,
    segmentation,
    segment,

    -- what can be said at all
    is_suppressed,
    {{ row_status('true') }},
    {{ hidden_parts({'buyers': none}) }},

    -- size
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('true', 'contributors', 'bigint') }},
    {{ measure_if('true', 'customer_share', 'double') }},

    -- value
    {{ measure_if('not hides_buyers', 'buyers', 'bigint') }},
    {{ measure_if('not hides_buyers', 'order_value_amount', 'decimal(18, 4)') }},
    {% for measure in ['value_share', 'recency_days_median', 'frequency_median'] -%}
        {{ measure_if('not hides_buyers', measure, 'double') }},
    {% endfor -%}

    -- of the whole company
    {{ measure_if('true', 'orders_without_owner', 'bigint') }}
from guarded
