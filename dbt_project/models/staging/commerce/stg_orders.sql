{# Derived from warehouse/canonical/tables by python -m warehouse.canonical.derive: do not edit. #}
with observations as (

    select * from {{ source('lake', 'orders') }}

),

newest as (

    {{ latest_statements('observations', 'orders') }}

)

select
    order_id,
    contact_id,
    bill_to_contact_id,
    account_id,
    ordered_at,
    status,
    amount,
    currency,
    discount_amount,
    tax_amount,
    returned_amount,
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
