{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'segment_assignments') }}

),

newest as (

    {{ latest_statements('observations', 'segment_assignments') }}

)

select
    contact_id,
    segmentation,
    segment,
    valid_from,
    valid_to,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
