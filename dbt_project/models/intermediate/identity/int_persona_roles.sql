-- Whom an account speaks for, with the reason, and whether the law and the role let it be linked.

with recursive sources as (
    select * from {{ ref('int_persona_sources') }}
),

parameters as (
    select
        linking_basis,
        linking_purpose
    from {{ source('inputs', 'parameters') }}
),

configured as (
    select
        owner_kind,
        network,
        account
    from {{ source('inputs', 'configured_accounts') }}
),

staff_domains as (
    select scrm_ascii_hosts(lower(value)) as domain from {{ source('inputs', 'configured_words') }}
    where kind = 'staff_email_domain'
),

users as (
    select * from {{ ref('stg_users') }}
),

user_accounts as (
    select distinct lower(replace(unnest(handles), ':@', ':')) as account from users
),

user_emails as (
    select distinct unnest(scrm_emails([email])) as email from users
),

sources_emails as (
    select
        persona_id,
        unnest(scrm_emails(emails)) as email
    from sources
),

staff_by_email as (
    select
        sources_emails.persona_id,
        min(case when user_emails.email is not null then 'crm_user_email' else 'staff_email_domain' end) as reason
    from sources_emails
    left join user_emails on sources_emails.email = user_emails.email
    left join staff_domains on split_part(sources_emails.email, '@', 2) = staff_domains.domain
    where user_emails.email is not null or staff_domains.domain is not null
    group by sources_emails.persona_id
),

crm_merges as (
    select
        contact_id,
        merged_into_id
    from {{ ref('stg_contacts') }}
    where merged_into_id <> contact_id
),

chain as (
    select
        contact_id,
        merged_into_id as target,
        1 as steps
    from crm_merges
    union all
    select
        chain.contact_id,
        crm_merges.merged_into_id as target,
        chain.steps + 1 as steps
    from chain
    inner join crm_merges on chain.target = crm_merges.contact_id
    where chain.steps < 20
),

-- the record that stands for a merged one; of records merged in a circle, the first by id
survivors as (
    select
        contact_id,
        case when max(steps) < 20 then max_by(target, steps) else min(target) end as survivor_id
    from chain
    group by contact_id
),

-- what a person said last, under whichever record; of two entries of one instant, the one against linking
-- (quality/suites/identity.py holds the links against the same rule)
consents as (
    select
        coalesce(survivors.survivor_id, given.contact_id) as contact_id,
        given.status
    from {{ ref('stg_consents') }} as given
    left join survivors on given.contact_id = survivors.contact_id
    where given.purpose = (select parameters.linking_purpose from parameters)
    qualify
        row_number() over (
            partition by coalesce(survivors.survivor_id, given.contact_id)
            order by
                given."at" desc nulls last,
                case when given.status in ('objected', 'withdrawn') then 1 else 2 end asc,
                given.status asc
        ) = 1
),

judged as (
    select
        sources.*,
        by_handle.owner_kind as handle_owner,
        by_id.owner_kind as id_owner,
        staff_by_email.reason as staff_reason,
        user_accounts.account as user_account,
        signs.bot_reason,
        signs.organization_reason,
        case
            when sources.persona_type <> 'contact' then true
            when parameters.linking_basis = 'consent' then coalesce(consents.status = 'granted', false)
            else coalesce(consents.status not in ('objected', 'withdrawn'), true)
        end as is_lawful
    from sources
    cross join parameters
    left join configured as by_handle
        on
            sources.persona_type = 'profile' and sources.network = by_handle.network
            and lower(ltrim(sources.handle, '@')) = by_handle.account
    left join configured as by_id
        on
            sources.persona_type = 'profile' and sources.network = by_id.network
            and lower(sources.native_id) = by_id.account
    left join {{ ref('int_account_signs') }} as signs on sources.persona_id = signs.persona_id
    left join staff_by_email on sources.persona_id = staff_by_email.persona_id
    left join user_accounts
        on sources.network || ':' || lower(ltrim(sources.handle, '@')) = user_accounts.account
    left join survivors on sources.persona_type = 'contact' and sources.native_id = survivors.contact_id
    left join consents
        on
            sources.persona_type = 'contact'
            and coalesce(survivors.survivor_id, sources.native_id) = consents.contact_id
),

roles as (
    select
        persona_id,
        is_lawful,
        is_deleted,
        case
            when coalesce(handle_owner, id_owner) = 'brand' then 'brand_account'
            when coalesce(handle_owner, id_owner) = 'staff' then 'staff_account'
            when coalesce(handle_owner, id_owner) = 'competitor' then 'competitor_account'
            when user_account is not null then 'crm_user_handle'
            when staff_reason is not null and persona_type <> 'contact' then staff_reason
            when is_bot then 'platform_says_bot'
            when is_organization then 'platform_says_organization'
            when is_staff then 'platform_says_staff'
            when bot_reason is not null then bot_reason
            else organization_reason
        end as role_reason
    from judged
    qualify row_number() over (partition by persona_id order by role_reason nulls last) = 1
)

select
    persona_id,
    role_reason,
    case
        when role_reason = 'brand_account' then 'brand'
        when
            role_reason in (
                'staff_account', 'crm_user_handle', 'crm_user_email', 'staff_email_domain', 'platform_says_staff'
            )
            then 'staff'
        when
            role_reason in ('platform_says_bot', 'says_it_is_a_bot', 'posts_at_one_interval', 'never_pauses')
            then 'bot'
        when
            role_reason in (
                'competitor_account', 'platform_says_organization', 'says_it_is_official', 'named_by_legal_form'
            )
            then 'organization'
        else 'person'
    end as account_role,
    role_reason is null and is_lawful and not is_deleted as is_linkable
from roles
