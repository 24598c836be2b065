{# Units differ by stage. landing: records of the file, as counted when it landed, though withdrawn or lost since.
   containment: canonical rows made of them (a record may make several), rejected where a check sets them apart.
   staging: those left, kept where theirs is the newest observation, rejected where they say that the CRM deleted it.
   withdrawal: what the file tells of being taken back; rejected ones are not the author's, where only authors delete.
   order_owner and order_amount: counted orders of the file; rejected ones belong to nobody, or have no exchange rate
   and so no amount. author: accounts known by what they did alone, in the file of their first activity; an account of
   a record stands in staging. #}
with files as (

    select
        source,
        coalesce(source_file_sha256, 'never read') as source_file_sha256,
        file_name,
        outcome,
        reason_code,
        withdrawn_at,
        records_read,
        records_accepted,
        records_duplicate,
        records_rejected
    from {{ source('inputs', 'files') }}

),

later_stages as (

    select * from {{ ref('int_later_stages') }}

),

file_names as (

    select
        source,
        source_file_sha256,
        min(file_name) as file_name
    from files
    group by source, source_file_sha256

),

landing as (

    select
        source,
        source_file_sha256,
        file_name,
        outcome,
        reason_code,
        withdrawn_at,
        records_read as read,
        records_accepted as accepted,
        records_duplicate as duplicate,
        records_rejected as rejected
    from files

)

select
    -- grain
    source,
    source_file_sha256,
    file_name,
    'landing' as stage,

    -- what became of it
    outcome,
    reason_code,
    withdrawn_at,

    -- counts
    cast(read as bigint) as read,
    cast(accepted as bigint) as accepted,
    cast(duplicate as bigint) as duplicate,
    cast(rejected as bigint) as rejected
from landing

union all

select
    later_stages.source,
    later_stages.source_file_sha256,
    coalesce(file_names.file_name, 'not in the ledger') as file_name,
    later_stages.stage,
    'built' as outcome,
    case when later_stages.rejected > 0 then later_stages.reason_code end as reason_code,
    cast(null as timestamp with time zone) as withdrawn_at,
    cast(later_stages.read as bigint) as read,
    cast(later_stages.accepted as bigint) as accepted,
    cast(later_stages.duplicate as bigint) as duplicate,
    cast(later_stages.rejected as bigint) as rejected
from later_stages
left join file_names
    on
        later_stages.source = file_names.source
        and later_stages.source_file_sha256 = file_names.source_file_sha256
