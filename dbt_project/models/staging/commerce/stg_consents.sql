with observations as (

    select * from {{ source('lake', 'consents') }}

),

newest as (

    {{ newest_observation('observations', ['contact_id', 'purpose', '"at"']) }}

)

select
    contact_id,
    purpose,
    status,
    "at",

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
