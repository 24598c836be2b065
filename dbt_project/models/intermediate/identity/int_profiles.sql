{{ config(materialized='view') }}
-- Every account: as its record shows it, else as its activities do. A record takes its author's place, id and all.

select
    network,
    profile_id,
    handle,
    display_name,
    bio,
    urls,
    also_known_as,
    location,
    country,
    time_zone,
    language,
    employer,
    job_title,
    email,
    is_verified,
    is_bot,
    is_organization,
    is_staff,
    created_at,
    deleted_at,
    true as has_record,

    -- provenance
    source,
    source_file_sha256,
    source_record
from {{ ref('stg_profiles') }}
union all by name
select
    network,
    profile_id,
    handle,
    false as has_record,
    source,
    source_file_sha256,
    source_record
from {{ ref('int_authors') }}
