{# Candidates of too low a pair probability say nothing and are left out; those of profiles that did not exist at
   the end of the month, too, since they could not make a customer present. #}
with customers as (

    select * from {{ ref('int_customer_months') }}

),

network_months as (

    select * from {{ ref('int_network_months') }}

),

candidates as (

    select * from {{ linked('link_candidates') }}
    where pair_probability >= {{ policy('least_candidate') }}

),

owners as (

    select * from {{ ref('int_profile_owners') }}

)

select
    customers.period_month,
    candidates.network,
    customers.person_id,
    {{ presence_chance('candidates.probability') }} as chance,
    sum(candidates.probability) as candidate_sum,
    sum(
        case when owners.is_accepted and owners.person_id = customers.person_id then candidates.probability else 0 end
    ) as accepted_sum
from customers
inner join candidates on customers.person_id = candidates.person_id
inner join owners
    on
        candidates.network = owners.network
        and candidates.profile_id = owners.profile_id
        and owners.account_role = 'person'
inner join network_months
    on customers.period_month = network_months.period_month and candidates.network = network_months.network
where {{ is_present('owners', 'network_months.ends_at') }}
group by customers.period_month, candidates.network, customers.person_id
