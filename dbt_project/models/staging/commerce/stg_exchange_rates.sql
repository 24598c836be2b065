{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'exchange_rates') }}

),

newest as (

    {{ latest_statements('observations', 'exchange_rates') }}

)

select
    currency,
    valid_on,
    rate,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
