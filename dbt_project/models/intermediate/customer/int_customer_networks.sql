{# All that a customer shows on a network in a month; a customer without a sign of it has no row. #}
with profiles as (

    select * from {{ ref('int_customer_profiles') }}

),

modes as (

    select * from {{ ref('int_customer_modes') }}

),

doubts as (

    select * from {{ ref('int_customer_link_doubt') }}

),

followers as (

    select * from {{ ref('int_customer_followers') }}

),

connections as (

    select * from {{ ref('int_customer_connections') }}

),

present as (

    select distinct
        period_month,
        network,
        person_id
    from profiles

),

active as (

    select * from modes
    where mode = 'active'

),

passive as (

    select * from modes
    where mode = 'passive'

),

signs as (

    select
        period_month,
        network,
        person_id
    from present
    union
    select
        period_month,
        network,
        person_id
    from modes
    union
    select
        period_month,
        network,
        person_id
    from doubts

)

select
    signs.period_month,
    signs.network,
    signs.person_id,
    present.person_id is not null as is_present,
    coalesce(doubts.chance, 0) as chance,
    coalesce(doubts.candidate_sum, 0) as candidate_sum,
    coalesce(doubts.accepted_sum, 0) as accepted_sum,
    coalesce(active.activities, 0) as active_activities,
    coalesce(passive.activities, 0) as passive_activities,
    coalesce(active.activities - active.activities_with_local_time, 0)
    + coalesce(passive.activities - passive.activities_with_local_time, 0) as local_time_unknown,
    followers.followers,
    coalesce(connections.connections, 0) as connections,
    coalesce(connections.connected_customers, 0) as connected_customers,
    coalesce(connections.follows_brand, false) as follows_brand
from signs
left join present using (period_month, network, person_id)
left join doubts using (period_month, network, person_id)
left join active using (period_month, network, person_id)
left join passive using (period_month, network, person_id)
left join followers using (period_month, network, person_id)
left join connections using (period_month, network, person_id)
