{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'opportunities') }}

),

newest as (

    {{ latest_statements('observations', 'opportunities') }}

)

select
    opportunity_id,
    account_id,
    name,
    stage,
    amount,
    currency,
    is_won,
    is_closed,
    created_at,
    closed_at,
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
