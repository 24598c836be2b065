{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'profile_counters') }}

),

newest as (

    {{ newest_observation('observations', ['network', 'profile_id', 'observed_at']) }}

)

select
    network,
    profile_id,
    {{ counted('followers') }},
    {{ counted('following') }},
    {{ counted('posts') }},

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
