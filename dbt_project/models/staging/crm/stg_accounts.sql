{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'accounts') }}

),

newest as (

    {{ latest_statements('observations', 'accounts') }}

)

select
    account_id,
    name,
    account_type,
    website,
    domain,
    phone,
    industry,
    employees,
    city,
    country,
    primary_contact_id,
    parent_account_id,
    is_deleted,
    created_at,
    modified_at,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
