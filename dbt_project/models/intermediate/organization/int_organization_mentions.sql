-- Each time a record says where a persona works: one row per observation that speaks of it, '' where it names nobody.

with contact_observations as (
    select
        *,
        'contact:' || contact_id as persona_id
    from {{ source('lake', 'contacts') }}
),

profile_observations as (
    select
        *,
        'profile:' || network || ':' || profile_id as persona_id
    from {{ source('lake', 'profiles') }}
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
        contact_observations.persona_id,
        'crm_account' as source,
        contact_observations.observed_at,
        contact_observations.created_at,
        coalesce(accounts.account_id, '') as value
    from contact_observations
    left join accounts on contact_observations.account_id = accounts.account_id
    where contact_observations.account_id is not null
    union all
    select
        persona_id,
        'crm_employer',
        observed_at,
        created_at,
        trim(employer)
    from contact_observations
    where employer is not null
    union all
    select
        persona_id,
        'profile_field',
        observed_at,
        created_at,
        trim(employer)
    from profile_observations
    where employer is not null
    union all
    select
        persona_id,
        'bio',
        observed_at,
        created_at,
        {{ employer_in_bio('bio') }}
    from profile_observations
    where bio is not null
    union all
    select
        persona_id,
        'email_domain',
        observed_at,
        created_at,
        split_part({{ standardise_email('email') }}, '@', 2)
    from (
        select
            persona_id,
            observed_at,
            created_at,
            email
        from contact_observations
        union all
        select
            persona_id,
            observed_at,
            created_at,
            email
        from profile_observations
    ) as addresses
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

select
    persona_id,
    source,
    observed_at,
    created_at,
    value
from cleaned
where value is not null
