{# Presence: the profiles that a customer has at the end of a month by an accepted link. #}
with customers as (

    select * from {{ ref('int_customer_months') }}

),

network_months as (

    select * from {{ ref('int_network_months') }}

),

owners as (

    select * from {{ ref('int_profile_owners') }}

)

select
    customers.period_month,
    owners.network,
    customers.person_id,
    owners.profile_id,
    network_months.ends_at
from customers
inner join owners on customers.person_id = owners.person_id and owners.is_accepted
inner join network_months
    on customers.period_month = network_months.period_month and owners.network = network_months.network
where {{ is_present('owners', 'network_months.ends_at') }}
