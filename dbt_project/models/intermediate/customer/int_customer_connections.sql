{# Whom a customer's profiles follow or are followed by, at the end of a month: each counterpart once, over all of
   the customer's profiles on the network and both directions; their own profiles are no counterparts. #}
with profiles as (

    select * from {{ ref('int_customer_profiles') }}

),

edges as (

    select * from {{ ref('int_edges') }}

),

brand_profiles as (

    select * from {{ ref('int_brand_profiles') }}

),

followed as (

    select
        profiles.period_month,
        profiles.network,
        profiles.person_id,
        edges.followed_profile_id as counterpart_id,
        true as follows
    from profiles
    inner join edges
        on
            profiles.network = edges.network
            and profiles.profile_id = edges.follower_profile_id
            and profiles.ends_at > edges.known_from
            and (edges.known_to is null or profiles.ends_at <= edges.known_to)

),

followers as (

    select
        profiles.period_month,
        profiles.network,
        profiles.person_id,
        edges.follower_profile_id as counterpart_id,
        false as follows
    from profiles
    inner join edges
        on
            profiles.network = edges.network
            and profiles.profile_id = edges.followed_profile_id
            and profiles.ends_at > edges.known_from
            and (edges.known_to is null or profiles.ends_at <= edges.known_to)

),

counterparts as (

    select
        period_month,
        network,
        person_id,
        counterpart_id,
        bool_or(follows) as follows
    from (
        select * from followed
        union all
        select * from followers
    ) as both_directions
    group by period_month, network, person_id, counterpart_id

)

select
    counterparts.period_month,
    counterparts.network,
    counterparts.person_id,
    count(*) as connections,
    count(customer_profiles.person_id) as connected_customers,
    bool_or(counterparts.follows and brand_profiles.profile_id is not null) as follows_brand
from counterparts
left join brand_profiles
    on
        counterparts.network = brand_profiles.network
        and lower(counterparts.counterpart_id) = brand_profiles.profile_id
left join profiles as customer_profiles
    on
        counterparts.period_month = customer_profiles.period_month
        and counterparts.network = customer_profiles.network
        and counterparts.counterpart_id = customer_profiles.profile_id
where customer_profiles.person_id is null or customer_profiles.person_id <> counterparts.person_id
group by counterparts.period_month, counterparts.network, counterparts.person_id
