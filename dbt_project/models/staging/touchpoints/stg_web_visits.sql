{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'web_visits') }}

),

newest as (

    {{ latest_statements('observations', 'web_visits') }}

)

select
    visit_id,
    session_id,
    visitor_id,
    contact_id,
    url,
    referrer,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    "at",
    conversion,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
