{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'activity_counters') }}

),

newest as (

    {{ newest_observation('observations', ['network', 'activity_id', 'observed_at']) }}

)

select
    network,
    activity_id,
    {{ counted('likes') }},
    {{ counted('shares') }},
    {{ counted('replies') }},
    {{ counted('quotes') }},
    {{ counted('bookmarks') }},
    {{ counted('views') }},

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
