{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'connections') }}

),

newest as (

    {{ newest_observation('observations', ['network', 'follower_profile_id', 'followed_profile_id']) }}

)

select
    network,
    follower_profile_id,
    followed_profile_id,
    since,
    until,

    -- provenance
    source,
    source_file_sha256,
    source_record,
    observed_at,
    ingested_at,
    record_hash
from newest
