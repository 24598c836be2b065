{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'products') }}

),

newest as (

    {{ latest_statements('observations', 'products') }}

)

select
    product_id,
    name,
    synonyms,
    family,
    is_active,
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
