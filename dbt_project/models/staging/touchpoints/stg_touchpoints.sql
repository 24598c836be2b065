{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'touchpoints') }}

),

newest as (

    {{ latest_statements('observations', 'touchpoints') }}

)

select
    touchpoint_id,
    touchpoint_type,
    contact_id,
    full_name,
    email,
    phone,
    handles,
    direction,
    "at",
    case_id,
    campaign_id,
    score,
    scale_max,
    text,
    is_deleted,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
where is_deleted is not true
