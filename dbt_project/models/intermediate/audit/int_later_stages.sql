{# What became of a file's rows after landing. containment: of the rows landed, rejected ones are set apart by a check
   and seen by no later stage. staging: rejected ones say that the CRM deleted it. withdrawal: what the file tells of
   being taken back; rejected ones are another's than the author's, where only authors delete. order_owner and
   order_amount: counted orders of the file; rejected ones belong to nobody, or have no exchange rate and so no
   amount. author: accounts without a record whose first activity the file tells of. #}
with staged_rows as (

    select * from {{ ref('int_staged_rows') }}

),

orders as (

    select * from {{ ref('int_orders') }}
    where is_counted

),

set_apart as (

    select * from {{ source('inputs', 'set_apart') }}

),

withdrawals as (

    select
        withdrawals.source,
        withdrawals.source_file_sha256,
        coalesce(bool_and(withdrawn.is_foreign), false) as is_foreign
    from {{ ref('stg_withdrawals') }} as withdrawals
    left join {{ ref('stg_withdrawn') }} as withdrawn
        on withdrawals.network = withdrawn.network and withdrawals.activity_id = withdrawn.withdrawal_id
    group by withdrawals.source, withdrawals.source_file_sha256, withdrawals.network, withdrawals.activity_id

),

authors as (

    select
        source,
        source_file_sha256,
        count(*) as read
    from {{ ref('int_authors') }}
    group by source, source_file_sha256

),

staging as (

    select
        source,
        source_file_sha256,
        sum(rows_landed) as read,
        sum(rows_kept) as accepted,
        sum(rows_landed - rows_kept - rows_deleted) as duplicate,
        sum(rows_deleted) as rejected
    from staged_rows
    group by source, source_file_sha256

),

set_apart_by_check as (

    select
        source,
        source_file_sha256,
        check_name,
        sum(row_count) as row_count
    from set_apart
    group by source, source_file_sha256, check_name

),

set_apart_by_file as (

    select
        source,
        source_file_sha256,
        {{ dbt.listagg("check_name", "', '", "order by check_name") }} as check_names,
        sum(row_count) as row_count
    from set_apart_by_check
    group by source, source_file_sha256

),

containment as (

    select
        set_apart_by_file.source,
        set_apart_by_file.source_file_sha256,
        set_apart_by_file.check_names,
        coalesce(staging.read, 0) as accepted,
        set_apart_by_file.row_count as rejected
    from set_apart_by_file
    left join staging
        on
            set_apart_by_file.source = staging.source
            and set_apart_by_file.source_file_sha256 = staging.source_file_sha256

),

withdrawal as (

    select
        source,
        source_file_sha256,
        count(*) as read,
        count(case when not is_foreign then 1 end) as accepted,
        0 as duplicate,
        count(case when is_foreign then 1 end) as rejected
    from withdrawals
    group by source, source_file_sha256

),

order_owner as (

    select
        source,
        source_file_sha256,
        count(*) as read,
        count(case when owner_rule <> 'nobody' then 1 end) as accepted,
        0 as duplicate,
        count(case when owner_rule = 'nobody' then 1 end) as rejected
    from orders
    group by source, source_file_sha256

),

order_amount as (

    select
        source,
        source_file_sha256,
        count(*) as read,
        count(net_amount) as accepted,
        0 as duplicate,
        count(case when net_amount is null then 1 end) as rejected
    from orders
    group by source, source_file_sha256

)

select
    source,
    source_file_sha256,
    'containment' as stage,
    check_names as reason_code,
    accepted + rejected as read,
    accepted,
    0 as duplicate,
    rejected
from containment

union all

select
    source,
    source_file_sha256,
    'staging' as stage,
    'deleted_in_crm' as reason_code,
    read,
    accepted,
    duplicate,
    rejected
from staging

union all

select
    source,
    source_file_sha256,
    'withdrawal' as stage,
    'foreign_delete' as reason_code,
    read,
    accepted,
    duplicate,
    rejected
from withdrawal

union all

select
    source,
    source_file_sha256,
    'order_owner' as stage,
    'order_of_nobody' as reason_code,
    read,
    accepted,
    duplicate,
    rejected
from order_owner

union all

select
    source,
    source_file_sha256,
    'order_amount' as stage,
    'no_exchange_rate' as reason_code,
    read,
    accepted,
    duplicate,
    rejected
from order_amount

union all

select
    source,
    source_file_sha256,
    'author' as stage,
    cast(null as varchar) as reason_code,
    read,
    read as accepted,
    0 as duplicate,
    0 as rejected
from authors
