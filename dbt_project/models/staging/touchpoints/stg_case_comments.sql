{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'case_comments') }}

),

newest as (

    {{ latest_statements('observations', 'case_comments') }}

)

select
    case_comment_id,
    case_id,
    author_id,
    is_by_staff,
    is_public,
    content,
    "at",
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
