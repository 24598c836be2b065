-- A profile belongs to one person at most, so the probabilities of its candidate owners add up to less than 1, and
-- no more than one of them is accepted.
select
    network,
    profile_id,
    sum(probability) as probability_sum,
    count(case when link_status = 'accepted' then 1 end) as accepted_owners
from {{ ref('link_candidates') }}
group by network, profile_id
having sum(probability) >= 1 or count(case when link_status = 'accepted' then 1 end) > 1
