{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'exchange_rates') }}

),

newest as (

    {{ newest_observation('observations', ['currency', 'valid_on']) }}

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
