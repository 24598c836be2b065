{# The company's own segments at the end of each month: of several contacts of a person the last modified wins,
   then the one with the smallest id; of several assignments of one contact the latest. #}
with periods as (

    select * from {{ ref('int_periods') }}

),

assignments as (

    select * from {{ ref('stg_segment_assignments') }}

),

segmentations as (

    select * from {{ source('inputs', 'configured_segmentations') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

holding as (

    select
        periods.period_month,
        contacts.person_id,
        assignments.segmentation,
        assignments.segment,
        row_number() over (
            partition by periods.period_month, contacts.person_id, assignments.segmentation
            order by
                contacts.modified_at desc nulls last,
                contacts.contact_id asc,
                assignments.valid_from desc
        ) as preference
    from assignments
    inner join segmentations on assignments.segmentation = segmentations.segmentation
    inner join contacts on assignments.contact_id = contacts.contact_id
    inner join periods
        on
            assignments.valid_from < periods.ends_at
            and (assignments.valid_to is null or assignments.valid_to >= periods.ends_at)

)

select
    period_month,
    person_id,
    segmentation,
    segment
from holding
where preference = 1
