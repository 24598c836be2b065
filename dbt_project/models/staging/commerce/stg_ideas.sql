{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'ideas') }}

),

newest as (

    {{ latest_statements('observations', 'ideas') }}

)

select
    idea_id,
    activity_id,
    contact_id,
    network,
    profile_id,
    title,
    status,
    votes,
    submitted_at,
    adopted_at,
    initiative,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
