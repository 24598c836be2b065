-- Everything that names an organisation, to be resolved into one: CRM accounts, the brand, organisations' own accounts,
-- names that people give (apart by country), domains. One row per record_id; `persona_id` says it.

with statements as (
    select * from {{ ref('int_organization_statements') }}
),

contexts as (
    select
        persona_id,
        country
    from {{ ref('int_persona_contexts') }}
),

personas as (
    select
        persona_id,
        account_role
    from {{ ref('int_personas') }}
),

words as (
    select scrm_ascii_hosts(lower(value)) as value from {{ source('inputs', 'configured_words') }}
    where kind in ('brand_domain', 'staff_email_domain')
),

domains as (
    select * from {{ ref('int_organization_domains') }}
),

written as (
    select
        'account:' || account_id as record_id,
        'account' as record_kind,
        name,
        list_filter(
            [
                scrm_ascii_hosts(lower(domain)),
                split_part(scrm_ascii_hosts({{ standardise_url(typed_urls('website') ~ '[1]') }}), '/', 1)
            ],
            lambda host: host is not null  -- noqa: RF02
        ) as domains,
        scrm_country(country) as country
    from {{ ref('stg_accounts') }}
    where lower(coalesce(account_type, '')) not like '%household%' and coalesce(not is_deleted, true)
    union all
    select
        'brand:' || brand_name,
        'brand',
        brand_name,
        (select coalesce(list(words.value order by words.value), []) from words),
        null
    from {{ source('inputs', 'parameters') }}
    where brand_name is not null
    union all
    select
        sources.persona_id,
        'profile',
        sources.full_name,
        list_filter(
            list_transform(
                sources.urls,
                lambda url: regexp_extract(lower(url), '^(?:https?://)?(?:www\.)?([^/:?#]+\.[a-z]+)', 1)  -- noqa: RF02
            ),
            lambda host: host <> ''  -- noqa: RF02
        ),
        contexts.country
    from {{ ref('int_persona_sources') }} as sources
    inner join personas on sources.persona_id = personas.persona_id and personas.account_role = 'organization'
    inner join contexts on sources.persona_id = contexts.persona_id
    where sources.persona_type = 'profile'
    union all
    select
        {{ organization_record('statements.source', 'statements.value', 'contexts.country') }},
        'name',
        min(statements.value),
        list_sort(list_distinct(list(domains.domain) filter (where domains.domain is not null))),
        contexts.country
    from statements
    left join contexts on statements.persona_id = contexts.persona_id
    left join domains on statements.persona_id = domains.persona_id
    where statements.source in ('crm_employer', 'profile_field', 'bio')
    group by {{ organization_record('statements.source', 'statements.value', 'contexts.country') }}, contexts.country
    union all
    select distinct
        'domain:' || domain,
        'domain',
        cast(null as varchar),
        [domain],
        cast(null as varchar)
    from domains
),

romanised as (
    select
        name,
        {{ standardise_organization('scrm_transliterate(name)') }} as core
    from (
        select distinct name from written
        where name is not null
    ) as names
),

shared_hosts as (
    select coalesce(list(word), []) as hosts from {{ ref('identity_words') }}
    where kind in ('shared_host', 'freemail_domain')
)

select
    written.record_id,
    written.record_kind,
    written.name,
    romanised.core as name_core,
    coalesce(
        replace(romanised.core, ' ', ''),
        regexp_replace(
            regexp_extract(written.domains[1], '([^.]+)\.(?:com?\.|org\.|net\.)?[^.]+$', 1), '[^a-z0-9]', '', 'g'
        )
    ) as glued,
    coalesce(list_sort(list_distinct(list_filter(
        written.domains, lambda host: not list_contains(shared_hosts.hosts, host)  -- noqa: RF02
    ))), []) as domains,
    written.country
from written
cross join shared_hosts
left join romanised on written.name = romanised.name
