{# What the CRM, the shop and the company's own sites know of, by the persona it belongs to. #}
with orders as (

    select * from {{ ref('int_orders') }}

),

cases as (

    select * from {{ ref('stg_cases') }}

),

touchpoints as (

    select
        *,
        'contact:' || contact_id as contact_persona_id,
        'touchpoint:' || {{ touchpoint_identity() }} as touchpoint_persona_id
    from {{ ref('stg_touchpoints') }}

),

visits as (

    select * from {{ ref('stg_web_visits') }}

)

select
    'contact:' || contact_id as persona_id,
    ordered_at as happened_at,
    'order' as event_kind,
    'commerce' as channel,
    order_id as event_id,
    status as detail,
    true as is_time_observed,
    source,
    source_file_sha256,
    source_record
from orders
where contact_id is not null

union all

select
    'contact:' || contact_id as persona_id,
    opened_at as happened_at,
    'case' as event_kind,
    coalesce(lower(origin), 'crm') as channel,
    case_id as event_id,
    status as detail,
    true as is_time_observed,
    source,
    source_file_sha256,
    source_record
from cases
where contact_id is not null

union all

select
    coalesce(contact_persona_id, touchpoint_persona_id) as persona_id,
    "at" as happened_at,
    touchpoint_type as event_kind,
    touchpoint_type as channel,
    touchpoint_id as event_id,
    direction as detail,
    true as is_time_observed,
    source,
    source_file_sha256,
    source_record
from touchpoints

union all

select
    'contact:' || contact_id as persona_id,
    "at" as happened_at,
    'web_visit' as event_kind,
    'web' as channel,
    visit_id as event_id,
    conversion as detail,
    true as is_time_observed,
    source,
    source_file_sha256,
    source_record
from visits
where contact_id is not null
