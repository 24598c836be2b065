with customers as (

    select * from {{ ref('int_customer_months') }}

),

customer_values as (

    select * from {{ ref('int_customer_values') }}

),

assignments as (

    select * from {{ ref('int_customer_assignments') }}

),

segmentations as (

    select * from {{ source('inputs', 'configured_segmentations') }}

)

select
    period_month,
    person_id,
    'all' as segmentation,
    'all customers' as segment
from customers

union all

select
    period_month,
    person_id,
    'value' as segmentation,
    segment
from customer_values

union all

select
    customers.period_month,
    customers.person_id,
    segmentations.segmentation,
    coalesce(assignments.segment, 'unassigned') as segment
from customers
cross join segmentations
left join assignments
    on
        customers.period_month = assignments.period_month
        and customers.person_id = assignments.person_id
        and segmentations.segmentation = assignments.segmentation
