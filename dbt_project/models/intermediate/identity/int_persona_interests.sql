{%- set most_tokens = 200 %}
{%- set most_profiles = 25 %}
-- What a profile shares and tags: hashtags, links (host and path, tracking parameters off) and venues checked in at,
-- as keys kind:value, the most used ones of each profile. Left out by named rules: company_word (accounts and domains
-- of brand, staff and competitors), platform_link (a post or account on a network; declared links compare accounts)
-- and common_interest (what more than {{ most_profiles }} profiles of one network show).

with activities as (
    select * from {{ ref('stg_activities') }}
),

modes as (
    select * from {{ ref('activity_modes') }}
),

network_hosts as (
    select * from {{ ref('network_hosts') }}
),

company_words as (
    select list(distinct regexp_replace(lower(word), '[^\p{L}\p{N}.]', '', 'g')) as words
    from (
        select account as word from {{ source('inputs', 'configured_accounts') }}
        union all
        select value from {{ source('inputs', 'configured_words') }}
        where kind = 'brand_domain'
    ) as said
),

authored as (
    select
        'profile:' || activities.network || ':' || activities.actor_profile_id as persona_id,
        activities.network,
        activities.hashtags,
        activities.links,
        -- a city stamped on a post is where its author lives; a venue is where one went
        case when activities.activity_type = 'Arrive' or activities.object_type = 'Place' then activities.place end
            as venue
    from activities
    inner join modes on activities.activity_type = modes.activity_type
    where
        modes.mode = 'active'
        and activities.activity_type <> 'Announce'
        and not activities.is_reversed
        and activities.actor_profile_id is not null
),

said as (
    select
        persona_id,
        network,
        'tag' as kind,
        nullif(regexp_replace(lower(unnest(hashtags)), '[^\p{L}\p{N}]', '', 'g'), '') as value
    from authored
    union all
    select
        persona_id,
        network,
        'link' as kind,
        {{ standardise_url('unnest(links)') }} as value
    from authored
    union all
    select
        persona_id,
        network,
        'venue' as kind,
        nullif(trim(lower(venue)), '') as value
    from authored
    where venue is not null
),

counted as (
    select
        said.persona_id,
        said.network,
        said.kind || ':' || said.value as interest,
        count(*) as activities
    from said
    cross join company_words
    left join network_hosts on said.kind = 'link' and split_part(said.value, '/', 1) = network_hosts.host
    where
        said.value is not null
        and network_hosts.host is null
        and not list_contains(coalesce(company_words.words, []), split_part(said.value, '/', 1))
    group by all
),

common_interests as (
    select interest
    from (
        select
            network,
            interest
        from counted
        group by network, interest
        having count(*) > {{ most_profiles }}
    ) as of_one_network
    group by interest
)

select
    counted.persona_id,
    list_sort(list(counted.interest order by counted.activities desc, counted.interest asc)[:{{ most_tokens }}])
        as interests
from counted
left join common_interests on counted.interest = common_interests.interest
where common_interests.interest is null
group by counted.persona_id
