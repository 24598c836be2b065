{# Every segment there can be, with its place among those of its segmentation, and what it means in words. #}
{% set value_classes = {
    'top': 'sum of the scores of recency, frequency and value 13 to 15',
    'high': 'sum of the scores of recency, frequency and value 10 to 12',
    'medium': 'sum of the scores of recency, frequency and value 7 to 9',
    'low': 'sum of the scores of recency, frequency and value 3 to 6',
    'inactive': 'no counted order in the year before the end of the month'
} %}

with assignments as (

    select * from {{ ref('stg_segment_assignments') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

),

segmentations as (

    select * from {{ source('inputs', 'configured_segmentations') }}

),

assigned as (

    select distinct
        segmentations.segmentation,
        assignments.segment,
        segmentations.description
    from assignments
    inner join segmentations on assignments.segmentation = segmentations.segmentation

),

unassigned as (

    select distinct segmentation
    from memberships
    where segment = 'unassigned'

)

select
    'all' as segmentation,
    'all customers' as segment,
    1 as position,
    'every customer' as definition

{% for segment, definition in value_classes.items() -%}
    union all

    select
        'value' as segmentation,
        '{{ segment }}' as segment,
        {{ loop.index }} as position,
        '{{ definition }}' as definition

{% endfor -%}

union all

select
    segmentation,
    segment,
    row_number() over (partition by segmentation order by segment) as position,
    'as the CRM assigns it' || coalesce(': ' || description, '') as definition
from assigned
where segment <> 'unassigned'

union all

select
    unassigned.segmentation,
    'unassigned' as segment,
    1 + (
        select count(*)
        from assigned
        where assigned.segmentation = unassigned.segmentation and assigned.segment <> 'unassigned'
    ) as position,
    'nothing assigns a segment' as definition
from unassigned
