-- Accounts of the brand, staff, bots and organisations that some customer figure would count.
select
    profiles.network,
    profiles.profile_id,
    owners.account_role
from {{ ref('int_customer_profiles') }} as profiles
inner join {{ ref('int_profile_owners') }} as owners
    on profiles.network = owners.network and profiles.profile_id = owners.profile_id
where owners.account_role <> 'person'
union all
select
    'crm' as network,
    customers.person_id as profile_id,
    persons.account_role
from {{ ref('int_customer_months') }} as customers
inner join {{ ref('int_persons') }} as persons on customers.person_id = persons.person_id
where not persons.may_be_customer
