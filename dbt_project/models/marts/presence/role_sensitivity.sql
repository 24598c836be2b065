{# What the main figures would be if the accounts of a role were not left out: each would count as a customer of its
   own, present. A bound: some of them belong to people who are customers already. #}
with presence as (

    select * from {{ ref('int_segment_presence') }}
    where segmentation = 'all' and network <> '{{ all_networks() }}'

),

network_months as (

    select * from {{ ref('int_network_months') }}

),

owners as (

    select * from {{ ref('int_profile_owners') }}
    where account_role <> 'person'

),

roles as (

    select unnest(['brand', 'staff', 'bot', 'organization']) as account_role

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

accounts as (

    select
        network_months.period_month,
        network_months.network,
        owners.account_role,
        count(*) as accounts
    from owners
    inner join network_months on owners.network = network_months.network
    where {{ is_present('owners', 'network_months.ends_at') }}
    group by network_months.period_month, network_months.network, owners.account_role

),

measured as (

    select
        presence.period_month,
        presence.network,
        roles.account_role as segment,
        presence.is_observed,
        presence.customers,
        presence.customers_present,
        coalesce(accounts.accounts, 0) as contributors,
        parameters.min_cell
    from presence
    cross join roles
    cross join parameters
    left join accounts
        on
            presence.period_month = accounts.period_month
            and presence.network = accounts.network
            and roles.account_role = accounts.account_role

),

guarded as (

    {{ guard_small_cells('measured', ['period_month', 'network'], has_total=false) }}

),

compared as (

    select
        *,
        {{ ratio('customers_present', 'customers') }} as presence_rate,
        customers + contributors as customers_if_kept,
        customers_present + contributors as customers_present_if_kept,
        {{ ratio('customers_present + contributors', 'customers + contributors') }} as presence_rate_if_kept
    from guarded

)

select
    -- grain
    period_month,
    network,
    segment as account_role,

    -- what can be said at all
    is_observed,
    is_suppressed,
    {{ row_status() }},

    -- size: customers, and accounts of the role that are left out
    {{ measure_if('true', 'customers', 'bigint') }},
    {{ measure_if('is_observed', 'contributors', 'bigint') }},

    -- with the exclusion, as everywhere
    {{ measure_if('is_observed', 'customers_present', 'bigint') }},
    {{ measure_if('is_observed', 'presence_rate', 'double') }},

    -- without it
    {{ measure_if('is_observed', 'customers_if_kept', 'bigint') }},
    {{ measure_if('is_observed', 'customers_present_if_kept', 'bigint') }},
    {{ measure_if('is_observed', 'presence_rate_if_kept', 'double') }}
from compared
