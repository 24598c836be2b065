{# Followers of a customer's largest profile on a network, by the last counter at the end of the month. #}
with profiles as (

    select * from {{ ref('int_customer_profiles') }}

),

counters as (

    select * from {{ ref('stg_profile_counters') }}
    where followers is not null

),

last_counters as (

    select
        profiles.period_month,
        profiles.network,
        profiles.person_id,
        profiles.profile_id,
        max_by(counters.followers, counters.observed_at) as followers
    from profiles
    inner join counters
        on
            profiles.network = counters.network
            and profiles.profile_id = counters.profile_id
            and profiles.ends_at >= counters.observed_at
    group by profiles.period_month, profiles.network, profiles.person_id, profiles.profile_id

)

select
    period_month,
    network,
    person_id,
    max(followers) as followers
from last_counters
group by period_month, network, person_id
