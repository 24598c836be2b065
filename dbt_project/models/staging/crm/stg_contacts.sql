{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'contacts') }}

),

newest as (

    {{ latest_statements('observations', 'contacts') }}

)

select
    contact_id,
    contact_type,
    account_id,
    full_name,
    given_name,
    middle_name,
    family_name,
    former_family_name,
    nickname,
    email,
    other_emails,
    phone,
    other_phones,
    street,
    city,
    postal_code,
    region,
    country,
    time_zone,
    language,
    title,
    employer,
    stage,
    stage_from,
    handles,
    website,
    birth_year,
    merged_into_id,
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
