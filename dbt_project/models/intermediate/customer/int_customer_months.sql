{# Who is a customer at the end of a month: a person with a counted order by then, or with a contact whose stage
   was that of a customer then. A contact deleted in the CRM, and staff, make nobody a customer. #}
with periods as (

    select * from {{ ref('int_periods') }}

),

persons as (

    select * from {{ ref('int_persons') }}
    where may_be_customer

),

orders as (

    select * from {{ ref('int_orders') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

stages as (

    select * from {{ ref('int_contact_stages') }}

),

words as (

    select * from {{ source('inputs', 'configured_words') }}

),

customer_stages as (

    select distinct lower(trim(value)) as stage
    from words
    where kind = 'customer_stage'

),

first_orders as (

    select
        person_id,
        min(ordered_at) as first_ordered_at
    from orders
    where is_counted and person_id is not null
    group by person_id

),

by_order as (

    select
        periods.period_month,
        first_orders.person_id
    from first_orders
    inner join periods on first_orders.first_ordered_at < periods.ends_at

),

by_stage as (

    select
        periods.period_month,
        contacts.person_id,
        bool_and(stages.is_assumed) as is_assumed
    from stages
    inner join customer_stages on lower(trim(stages.stage)) = customer_stages.stage
    inner join contacts on stages.contact_id = contacts.contact_id and contacts.is_living
    inner join periods
        on
            stages.holds_from < periods.ends_at
            and (stages.holds_to is null or stages.holds_to >= periods.ends_at)
    group by periods.period_month, contacts.person_id

),

customers as (

    select
        period_month,
        person_id
    from by_order
    union
    select
        period_month,
        person_id
    from by_stage

)

select
    customers.period_month,
    customers.person_id,
    by_order.person_id is not null as has_ordered,
    by_order.person_id is null and coalesce(by_stage.is_assumed, false) as is_stage_date_assumed
from customers
inner join persons on customers.person_id = persons.person_id
left join by_order
    on customers.period_month = by_order.period_month and customers.person_id = by_order.person_id
left join by_stage
    on customers.period_month = by_stage.period_month and customers.person_id = by_stage.person_id
