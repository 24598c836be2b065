{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'order_lines') }}

),

newest as (

    {{ latest_statements('observations', 'order_lines') }}

)

select
    order_line_id,
    order_id,
    product_id,
    quantity,
    amount,
    unit_cost_amount,
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
