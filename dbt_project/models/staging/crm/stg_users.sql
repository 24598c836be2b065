{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'users') }}

),

newest as (

    {{ latest_statements('observations', 'users') }}

)

select
    user_id,
    full_name,
    email,
    handles,
    title,
    is_active,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
