{%- set networks = [
    'twitter', 'x', 'instagram', 'insta', 'ig', 'fb', 'facebook', 'github', 'bluesky', 'linkedin', 'youtube', 'yt',
    'tiktok', 'reddit', 'forum', 'community'
] | join('|') %}
-- Accounts a persona is (own) and accounts it names (declared), as keys `network:handle`.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

network_names as (
    select * from {{ ref('network_names') }}
),

network_hosts as (
    select * from {{ ref('network_hosts') }}
),

-- "@name on X", "X: @name", "mastodon: @a@b", "@a@b" in a self-description
bio_mentions as (
    select
        persona_id,
        unnest(regexp_extract_all(lower(bio), '@[a-z0-9_.-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+')) as text
    from sources
    where contains(bio, '@')
    union all
    select
        persona_id,
        regexp_replace(unnest(regexp_extract_all(
            lower(bio), '\b(?:{{ networks }})\s*[:/]\s*@?[a-z0-9_.-]{3,}'
        )), '\s*[:/]\s*@?', ':') as text
    from sources
    where bio is not null
    union all
    select
        persona_id,
        regexp_replace(unnest(regexp_extract_all(
            lower(bio), '@[a-z0-9_.-]{3,} (?:on|at) (?:the )?(?:{{ networks }})\b'
        )), '^@([a-z0-9_.-]+) (?:on|at) (?:the )?([a-z]+)$', '\2:\1') as text
    from sources
    where contains(bio, '@')
),

named as (
    select
        persona_id,
        text,
        false as is_own
    from (
        select
            persona_id,
            unnest(list_concat(named_accounts, urls)) as text
        from sources
        union all
        select
            persona_id,
            text
        from bio_mentions
    ) as given
    union all
    select
        persona_id,
        network || ':' || unnest([ltrim(handle, '@'), native_id]),
        true
    from sources
    where persona_type = 'profile'
    union all
    select
        persona_id,
        native_id,
        true
    from sources
    where persona_type = 'profile' and regexp_matches(native_id, '^https?://')
    union all
    select
        persona_id,
        'community:' || ltrim(handle, '@'),
        true
    from sources
    where persona_type = 'profile' and network not in (select network_names.network from network_names)
),

read as (
    select
        named.persona_id,
        named.is_own,
        lower(trim(named.text)) as text,
        scrm_ascii_hosts({{ standardise_url('named.text') }}) as url,
        regexp_extract(lower(trim(named.text)), '^([a-z0-9_]+):[^/]', 1) as written_network
    from named
    where named.text is not null
),

keys as (
    select
        read.persona_id,
        read.is_own,
        {{ standardise_account(
            'read.text', 'read.url',
            "coalesce(network_names.network, nullif(read.written_network, ''))",
            'network_hosts.network'
        ) }} as account
    from read
    left join network_names on read.written_network = network_names.written
    left join network_hosts on split_part(read.url, '/', 1) = network_hosts.host
),

gathered as (
    select
        persona_id,
        list_sort(list_distinct(list(account) filter (where is_own))) as own_accounts,
        list_sort(list_distinct(list(account) filter (where not is_own))) as named_accounts
    from keys
    where account is not null and not regexp_matches(account, '(^web:[^./]+$|:$)')
    group by persona_id
)

select
    sources.persona_id,
    coalesce(gathered.own_accounts, []) as own_accounts,
    list_filter(
        coalesce(gathered.named_accounts, []),
        lambda account: not coalesce(list_contains(gathered.own_accounts, account), false)
    ) as declared_accounts,
    list_distinct(
        list_transform(
            list_filter(coalesce(gathered.named_accounts, []), lambda account: account not like 'web:%'),
            lambda account: split_part(account, ':', 1)
        )
    ) as declared_networks
from sources
left join gathered on sources.persona_id = gathered.persona_id
