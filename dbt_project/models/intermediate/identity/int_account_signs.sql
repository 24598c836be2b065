{# RE2, upon lower-case text. #}
{% set says_bot = [
    'automated (?:account|posts|feed)', '(?:i am|i.m|this is) a bot', 'bot (?:by|run by|of|account)',
    'automatisierter? (?:account|konto)', 'compte automatis', 'cuenta automatizada', 'conta automatizada',
] | join('|') %}
{% set says_official = [
    'official (?:account|page|profile|channel) (?:of|for)', 'offizieller? (?:account|kanal|auftritt|konto)',
    'compte officiel', 'cuenta oficial', 'conta oficial', 'account ufficiale', 'oficjalne konto', 'officiellt konto',
] | join('|') %}
{% set legal_forms = "gmbh|inc|llc|ltd|limited|plc|corp|sarl|s\.?r\.?l|b\.?v|a/s|sp\. ?z ?o\.?o|oyj?" %}
-- Signs that an account is no person's, one row per profile: what it says of itself, its name, its rhythm.

with sources as (
    select * from {{ ref('int_persona_sources') }}
    where persona_type = 'profile'
),

activities as (
    select
        network,
        actor_profile_id as native_id,
        published_at
    from {{ ref('stg_activities') }}
    where activity_type in ('Create', 'Announce') and is_time_observed is not false
),

-- "official account of Taylor Swift" is a person's: a given name stands first, one with nicknames or of a contact
first_words as (
    select
        word,
        len(scrm_given_names(word).forms) > 1 or word in (
            select names.given_name from {{ ref('int_persona_names') }} as names
            where names.persona_id like 'contact:%' and names.given_name is not null
        ) as is_given_name
    from (
        select distinct regexp_extract(lower(full_name), '^[\p{L}-]+') as word from sources
    ) as words
    where word <> ''
),

gaps as (
    select
        network,
        native_id,
        published_at,
        round(extract(epoch from published_at - lag(published_at) over (
            partition by network, native_id order by published_at asc
        )) / 60) as gap_minutes
    from activities
),

-- a machine keeps one interval, of 5 to 360 minutes, day and night; who posts every morning at nine is a person
clockworks as (
    select
        network,
        native_id
    from (
        select
            network,
            native_id,
            gap_minutes,
            count(*) as posts,
            sum(count(*)) over (partition by network, native_id) as all_posts
        from gaps
        where gap_minutes is not null
        group by network, native_id, gap_minutes
    ) as counted
    where gap_minutes between 5 and 360 and all_posts >= 50 and posts >= 0.9 * all_posts
),

-- people sleep: their quietest six hours of the day hold next to nothing, an even spread would give 0.25
hours as (
    select
        network,
        native_id,
        extract(hour from published_at) as hour,
        count(*) as posts,
        sum(count(*)) over (partition by network, native_id) as all_posts
    from activities
    group by network, native_id, extract(hour from published_at)
),

restless as (
    select
        network,
        native_id
    from (
        select
            hours.network,
            hours.native_id,
            starts.n as starts_at,
            coalesce(sum(hours.posts) filter (where (hours.hour - starts.n + 24) % 24 < 6), 0)
            / max(hours.all_posts) as share
        from hours
        cross join ({{ integers(0, 23) }}) as starts
        where hours.all_posts >= 300
        group by hours.network, hours.native_id, starts.n
    ) as windows
    group by network, native_id
    having min(share) >= 0.15
)

select
    sources.persona_id,
    case
        when
            regexp_matches(lower(sources.bio), '{{ says_bot }}')
            or regexp_matches(lower(sources.handle), '(?:^|[_.-])bot(?:$|[0-9_.-])')
            then 'says_it_is_a_bot'
        when clockworks.native_id is not null then 'posts_at_one_interval'
        when restless.native_id is not null then 'never_pauses'
    end as bot_reason,
    case
        when
            not coalesce(first_words.is_given_name, false)
            and regexp_matches(lower(sources.bio), '\b(?:{{ says_official }})')
            then 'says_it_is_official'
        when regexp_matches(lower(sources.full_name), '\s(?:{{ legal_forms }})\.?\s*$') then 'named_by_legal_form'
    end as organization_reason
from sources
left join first_words on regexp_extract(lower(sources.full_name), '^[\p{L}-]+') = first_words.word
left join clockworks on sources.network = clockworks.network and sources.native_id = clockworks.native_id
left join restless on sources.network = restless.network and sources.native_id = restless.native_id
qualify row_number() over (partition by sources.persona_id order by clockworks.native_id) = 1
