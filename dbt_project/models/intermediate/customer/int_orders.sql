with orders as (

    select * from {{ ref('stg_orders') }}

),

owners as (

    select * from {{ ref('int_order_owners') }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

words as (

    select * from {{ source('inputs', 'configured_words') }}

),

counted_statuses as (

    select distinct lower(trim(value)) as status
    from words
    where kind = 'counted_order_status'

),

rates as (

    select
        currency,
        rate,
        valid_on,
        lead(valid_on) over (partition by currency order by valid_on asc) as next_valid_on
    from {{ ref('stg_exchange_rates') }}

),

-- An order without a currency is in the configured one: companies with one currency do not export it.
netted as (

    select
        order_id,
        source,
        source_file_sha256,
        source_record,
        ordered_at,
        status,
        currency,
        amount
        - coalesce(discount_amount, 0)
        - coalesce(tax_amount, 0)
        - coalesce(returned_amount, 0) as net_amount
    from orders

)

select
    netted.order_id,
    owners.contact_id,
    owners.person_id,
    owners.owner_rule,
    netted.ordered_at,
    netted.status,
    counted_statuses.status is not null as is_counted,
    cast(
        case
            when netted.currency is null or netted.currency = parameters.currency then netted.net_amount
            -- what the type cannot hold is no amount: a rate turned upside down, and so no reason to break a run
            when abs(cast(netted.net_amount as double) * rates.rate) < 1e14
                then round(cast(netted.net_amount as double) * rates.rate, 4)
        end as decimal(18, 4)
    ) as net_amount,
    netted.source,
    netted.source_file_sha256,
    netted.source_record
from netted
cross join parameters
inner join owners on netted.order_id = owners.order_id
left join counted_statuses on lower(trim(netted.status)) = counted_statuses.status
left join rates
    on
        netted.currency = rates.currency
        and cast(netted.ordered_at as date) >= rates.valid_on
        and cast(netted.ordered_at as date) < {{ open_end('rates.next_valid_on', 'date') }}
