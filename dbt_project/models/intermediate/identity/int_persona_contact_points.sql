-- E-mail, phone and sites as keyed hashes and keys. Shared values are left out by named rules:
-- role mailbox (info@), switchboard (an account's own number), company site, shared host.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

words as (
    select
        list(word) filter (where kind = 'role_mailbox') as role_mailboxes,
        list(word) filter (where kind = 'freemail_domain') as freemail_domains,
        list(word) filter (where kind = 'throwaway_domain') as throwaway_domains,
        list(word) filter (where kind = 'shared_host') as shared_hosts
    from {{ ref('identity_words') }}
),

emails as (
    select
        persona_id,
        unnest(scrm_emails(emails)) as email
    from sources
),

company_domains as (
    select distinct scrm_ascii_hosts(domain) as domain
    from (
        select split_part({{ standardise_url('url') }}, '/', 1) as domain
        from (select unnest({{ typed_urls('website') }}) as url from {{ ref('stg_accounts') }}) as typed
        union all
        select lower(domain) as domain from {{ ref('stg_accounts') }}
        union all
        select lower(value) as domain from {{ source('inputs', 'configured_words') }}
        where kind in ('brand_domain', 'staff_email_domain')
    ) as stated
    where domain is not null
),

usable_emails as (
    select
        emails.persona_id,
        emails.email,
        split_part(emails.email, '@', 2) as domain,
        list_contains(words.freemail_domains, split_part(emails.email, '@', 2)) as is_freemail,
        list_contains(words.throwaway_domains, split_part(emails.email, '@', 2)) as is_throwaway
    from emails
    cross join words
    where not list_contains(words.role_mailboxes, split_part(emails.email, '@', 1))
),

email_hashes as (
    select
        email,
        scrm_hash(email) as email_hash
    from (select distinct email from usable_emails) as known
),

-- an address or number that contacts of several given names hold is a household's
household_emails as (
    select usable_emails.email
    from usable_emails
    inner join {{ ref('int_persona_names') }} as names on usable_emails.persona_id = names.persona_id
    where usable_emails.persona_id like 'contact:%'
    group by usable_emails.email
    having count(distinct names.given_name) > 1
),

-- a domain with a handful of addresses is somebody's own; a larger one is a provider's or a company's, as is one at
-- which contacts of several given names have addresses, or a household's: no two of them are one person by it
own_domains as (
    select usable_emails.domain
    from usable_emails
    inner join {{ ref('int_persona_names') }} as names on usable_emails.persona_id = names.persona_id
    where not usable_emails.is_freemail
    group by usable_emails.domain
    having
        count(distinct usable_emails.email) <= 3
        and count(distinct case when usable_emails.persona_id like 'contact:%' then names.given_name end) <= 1
),

-- a domain that several profiles use, and not one contact, may be a provider of throw-away addresses
odd_domains as (
    select domain
    from usable_emails
    where not is_freemail
    group by domain
    having count(distinct email) > 3 and count_if(persona_id not like 'profile:%') = 0
),

persona_emails as (
    select
        usable_emails.persona_id,
        list_sort(list(email_hashes.email_hash)) as email_hashes,
        list_sort(list(email_hashes.email_hash) filter (where household_emails.email is null)) as own_email_hashes,
        list_sort(list_distinct(list(usable_emails.domain) filter (where not usable_emails.is_freemail)))
            as email_domains,
        list_distinct(list(own_domains.domain)) as own_domains,
        bool_or(usable_emails.is_throwaway) as has_throwaway_email,
        bool_or(usable_emails.domain in (select odd_domains.domain from odd_domains)) as has_odd_email_domain
    from usable_emails
    inner join email_hashes on usable_emails.email = email_hashes.email
    left join household_emails on usable_emails.email = household_emails.email
    left join own_domains on usable_emails.domain = own_domains.domain
    group by usable_emails.persona_id
),

switchboards as (
    select distinct unnest(scrm_phones([phone], scrm_country(country))) as phone
    from {{ ref('stg_accounts') }}
    where phone is not null and lower(coalesce(account_type, '')) not like '%household%'
),

phones as (
    select
        persona_id,
        unnest(scrm_phones(phones, scrm_country(country))) as e164
    from sources
),

household_phones as (
    select phones.e164
    from phones
    inner join {{ ref('int_persona_names') }} as names on phones.persona_id = names.persona_id
    where phones.persona_id like 'contact:%'
    group by phones.e164
    having count(distinct names.given_name) > 1
),

phone_hashes as (
    select
        e164,
        scrm_hash(e164) as phone_hash
    from (select distinct e164 from phones) as known
    where e164 not in (select switchboards.phone from switchboards)
),

persona_phones as (
    select
        phones.persona_id,
        list_sort(list_distinct(list(phone_hashes.phone_hash))) as phone_hashes,
        list_sort(list_distinct(list(phone_hashes.phone_hash) filter (where household_phones.e164 is null)))
            as own_phone_hashes
    from phones
    inner join phone_hashes on phones.e164 = phone_hashes.e164
    left join household_phones on phones.e164 = household_phones.e164
    group by phones.persona_id
),

urls as (
    select
        persona_id,
        substr(account, 5) as url
    from (
        select
            persona_id,
            unnest(list_concat(own_accounts, declared_accounts)) as account
        from {{ ref('int_persona_accounts') }}
    ) as given
    where account like 'web:%'
    union all
    select
        persona_id,
        unnest(own_domains) as url
    from persona_emails
),

sites as (
    select
        urls.persona_id,
        split_part(urls.url, '/', 1) as host,
        case
            when not list_contains(words.shared_hosts, split_part(urls.url, '/', 1)) then split_part(urls.url, '/', 1)
            when contains(urls.url, '/') then urls.url
        end as site
    from urls
    cross join words
),

persona_sites as (
    select
        sites.persona_id,
        list_sort(list_distinct(list(sites.site))) as sites
    from sites
    where sites.site is not null and sites.host not in (select company_domains.domain from company_domains)
    group by sites.persona_id
)

select
    sources.persona_id,
    coalesce(persona_emails.email_hashes, []) as email_hashes,
    coalesce(persona_emails.own_email_hashes, []) as own_email_hashes,
    coalesce(persona_emails.email_domains, []) as email_domains,
    coalesce(persona_emails.has_throwaway_email, false) as has_throwaway_email,
    coalesce(persona_emails.has_odd_email_domain, false) as has_odd_email_domain,
    coalesce(persona_phones.phone_hashes, []) as phone_hashes,
    coalesce(persona_phones.own_phone_hashes, []) as own_phone_hashes,
    coalesce(persona_sites.sites, []) as sites
from sources
left join persona_emails on sources.persona_id = persona_emails.persona_id
left join persona_phones on sources.persona_id = persona_phones.persona_id
left join persona_sites on sources.persona_id = persona_sites.persona_id
