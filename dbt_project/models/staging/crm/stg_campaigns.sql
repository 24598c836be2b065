{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'campaigns') }}

),

newest as (

    {{ latest_statements('observations', 'campaigns') }}

)

select
    campaign_id,
    name,
    campaign_type,
    status,
    is_incentivised,
    starts_on,
    ends_on,
    budgeted_amount,
    currency,
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
