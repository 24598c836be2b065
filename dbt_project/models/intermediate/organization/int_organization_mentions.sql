-- Each time a record says where a persona works: one row per persona, source and instant, '' where it names nobody.

with observations as (
    select * from {{ ref('stg_employment_observations') }}
),

accounts as (
    select account_id from {{ ref('stg_accounts') }}
    where lower(coalesce(account_type, '')) not like '%household%'
),

words as (
    select
        list(word) filter (where kind in ('freemail_domain', 'throwaway_domain')) as mail_providers,
        list(word) filter (where kind = 'not_an_employer') as not_employers
    from {{ ref('identity_words') }}
),

-- a bio that names nobody says so: '' ends what an earlier one said
stated as (
    select
        observations.persona_id,
        'crm_account' as source,
        observations.observed_at,
        observations.created_at,
        coalesce(accounts.account_id, '') as value
    from observations
    left join accounts on observations.account_id = accounts.account_id
    where observations.account_id is not null
    union all
    select
        persona_id,
        case when persona_id like 'contact:%' then 'crm_employer' else 'profile_field' end,
        observed_at,
        created_at,
        trim(employer)
    from observations
    where employer is not null
    union all
    select
        persona_id,
        'bio',
        observed_at,
        created_at,
        {{ employer_in_bio('bio') }}
    from observations
    where bio is not null
    union all
    select
        persona_id,
        'email_domain',
        observed_at,
        created_at,
        split_part(unnest(scrm_emails([email])), '@', 2)
    from observations
    where email is not null
),

cleaned as (
    select
        stated.persona_id,
        stated.source,
        stated.observed_at,
        min(stated.created_at) over (partition by stated.persona_id) as created_at,
        case
            when stated.source = 'email_domain' and list_contains(words.mail_providers, stated.value) then ''
            when list_contains(words.not_employers, lower(stated.value)) then ''
            else stated.value
        end as value
    from stated
    cross join words
)

-- of two values at one instant the last by name: a name before none
select
    persona_id,
    source,
    observed_at,
    min(created_at) as created_at,
    max(value) as value
from cleaned
where value is not null
group by persona_id, source, observed_at
