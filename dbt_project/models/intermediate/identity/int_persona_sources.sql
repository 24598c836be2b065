{{ config(materialized='ephemeral') }}
-- Every persona as its source wrote it. Ephemeral: raw addresses and numbers are never stored here.

with contacts as (
    select * from {{ ref('stg_contacts') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

profiles as (
    select * from {{ ref('int_profiles') }}
),

touchpoints as (
    select * from {{ ref('stg_touchpoints') }}
    where contact_id is null and coalesce(email, phone, full_name, handles[1]) is not null
),

contact_personas as (
    select
        'contact:' || contacts.contact_id as persona_id,
        'contact' as persona_type,
        'crm' as network,
        contacts.contact_id as native_id,
        contacts.full_name,
        contacts.given_name,
        contacts.middle_name,
        contacts.family_name,
        contacts.former_family_name,
        contacts.nickname,
        cast(null as varchar) as handle,
        list_concat([contacts.email], contacts.other_emails) as emails,
        list_concat([contacts.phone], contacts.other_phones) as phones,
        contacts.handles as named_accounts,
        {{ typed_urls('contacts.website') }} as urls,
        cast(null as varchar) as bio,
        cast(null as varchar) as location,
        contacts.city,
        contacts.country,
        contacts.language,
        contacts.time_zone,
        coalesce(contacts.employer, accounts.name) as employer,
        contacts.title,
        contacts.birth_year,
        contacts.created_at,
        contacts.merged_into_id,
        coalesce(contacts.is_deleted, false) as is_deleted,
        false as is_bot,
        false as is_organization,
        false as is_staff
    from contacts
    left join accounts
        on
            contacts.account_id = accounts.account_id
            and lower(coalesce(accounts.account_type, '')) not like '%household%'
),

profile_personas as (
    select
        'profile:' || network || ':' || profile_id,
        'profile',
        network,
        profile_id,
        display_name,
        null,
        null,
        null,
        null,
        null,
        -- an account goes by the name in its address, a blog by the first label of its host
        coalesce(
            handle,
            {{ handle_in_address('profile_id') }},
            case when has_record then nullif(regexp_extract(profile_id, '^https?://(?:www\.)?([^./]+)\.', 1), '') end
        ),
        [email],
        cast([] as varchar[]),
        also_known_as,
        flatten(list_transform(urls, lambda url: {{ typed_urls('url') }})),
        bio,
        location,
        null,
        country,
        language,
        time_zone,
        employer,
        job_title,
        null,
        created_at,
        null,
        deleted_at is not null and display_name is null and handle is null,
        coalesce(is_bot, false),
        coalesce(is_organization, false),
        coalesce(is_staff, false)
    from profiles
),

touchpoint_identities as (
    select
        md5(concat_ws('|', lower(email), phone, lower(full_name), lower(array_to_string(handles, ',')))) as identity,
        min(full_name) as full_name,
        min(email) as email,
        min(phone) as phone,
        min(handles) as handles,
        min("at") as first_at
    from touchpoints
    group by 1
),

touchpoint_personas as (
    select
        'touchpoint:' || identity,
        'touchpoint',
        'touchpoint',
        identity,
        full_name,
        null,
        null,
        null,
        null,
        null,
        null,
        [email],
        [phone],
        handles,
        cast([] as varchar[]),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        first_at,
        null,
        false,
        false,
        false,
        false
    from touchpoint_identities
)

select * from contact_personas
union all
select * from profile_personas
union all
select * from touchpoint_personas
