{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'opportunity_contacts') }}

),

newest as (

    {{ latest_statements('observations', 'opportunity_contacts') }}

)

select
    opportunity_contact_id,
    opportunity_id,
    contact_id,
    role,
    is_primary,
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
