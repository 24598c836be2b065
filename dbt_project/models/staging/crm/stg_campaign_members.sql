{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'campaign_members') }}

),

newest as (

    {{ latest_statements('observations', 'campaign_members') }}

)

select
    campaign_member_id,
    campaign_id,
    contact_id,
    status,
    has_responded,
    "at",
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
