{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'cases') }}

),

newest as (

    {{ latest_statements('observations', 'cases') }}

)

select
    case_id,
    contact_id,
    account_id,
    subject,
    description,
    status,
    priority,
    origin,
    created_from,
    opened_at,
    first_response_at,
    resolved_at,
    reopened_count,
    is_satisfied,
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
