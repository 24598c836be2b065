-- Handles and what is used like one (local parts of addresses, nicknames), compared without case,
-- separators and affixes.

with sources as (
    select * from {{ ref('int_persona_sources') }}
),

names as (
    select * from {{ ref('int_persona_names') }}
),

words as (
    select
        list(word) filter (where kind = 'role_mailbox') as role_mailboxes,
        list(word) filter (where kind = 'handle_affix') as affixes,
        string_agg(word, '|' order by len(word) desc, word) filter (where kind = 'glued_affix') as glued
    from {{ ref('identity_words') }}
),

romanised as (
    select
        handle,
        scrm_transliterate(handle) as text
    from (
        select distinct handle from sources
        where handle is not null
    ) as written
),

handles as (
    select
        romanised.handle as written,
        {{ standardise_handle('romanised.text') }} as handle,
        list_filter(
            string_split(
                trim(lower(regexp_replace(
                    regexp_replace(
                        regexp_replace(ltrim(romanised.text, '@'), '@.*$', ''), '([a-z])([A-Z])', '\1 \2', 'g'
                    ),
                    '[^A-Za-z]+', ' ', 'g'
                ))), ' '
            ),
            lambda part: part <> ''
        ) as parts,
        words.affixes,
        words.glued
    from romanised
    cross join words
),

skeletons as (
    select
        written,
        handle,
        {{ fold_spelling("array_to_string(parts, '')") }} as letters,
        coalesce(
            nullif(array_to_string(list_filter(parts, lambda part: not list_contains(affixes, part)), ''), ''),
            array_to_string(parts, '')
        ) as stripped,
        glued
    from handles
),

affixless as (
    select
        written,
        handle,
        nullif(letters, '') as handle_letters,
        {{ fold_spelling("coalesce(
            nullif(regexp_extract(stripped, '^(?:' || glued || ')(.{4,})$', 1), ''),
            nullif(regexp_extract(stripped, '^(.{4,}?)(?:official|real|hq)$', 1), ''),
            nullif(stripped, '')
        )") }} as handle_skeleton
    from skeletons
),

local_parts as (
    select
        persona_id,
        regexp_replace(split_part(email, '@', 1), '[^a-z0-9]', '', 'g') as local_part
    from (
        select
            persona_id,
            unnest(scrm_emails(emails)) as email
        from sources
    ) as typed
),

own_local_parts as (
    select
        local_parts.persona_id,
        list_distinct(list(local_parts.local_part)) as local_parts
    from local_parts
    cross join words
    where len(local_parts.local_part) >= 4 and not list_contains(words.role_mailboxes, local_parts.local_part)
    group by local_parts.persona_id
),

joined as (
    select
        sources.persona_id,
        affixless.handle,
        affixless.handle_letters,
        affixless.handle_skeleton,
        coalesce(own_local_parts.local_parts, []) as local_parts,
        {{ standardise_handle('sources.nickname') }} as nickname,
        names.full_name,
        names.family_names,
        names.full_handles,
        names.initial_handles,
        names.given_forms
    from sources
    left join affixless on sources.handle = affixless.written
    left join own_local_parts on sources.persona_id = own_local_parts.persona_id
    left join names on sources.persona_id = names.persona_id
),

split_by_name as (
    select
        *,
        list_filter(
            local_parts,
            lambda part: full_name is not null
            and {{ is_made_of_name(
                "regexp_replace(part, '[0-9]', '', 'g')", 'full_handles', 'initial_handles', 'family_names', 'given_forms'
            ) }}
        ) as name_local_parts
    from joined
)

select
    persona_id,
    handle,
    handle_letters,
    handle_skeleton,
    coalesce(
        full_name is not null
        and {{ is_made_of_name('handle_skeleton', 'full_handles', 'initial_handles', 'family_names', 'given_forms') }},
        false
    ) as is_handle_of_name,
    list_distinct(
        list_concat(
            list_filter(local_parts, lambda part: not list_contains(name_local_parts, part)),
            case
                when len(nickname) >= 5 and not coalesce(list_contains(given_forms, nickname), false) then [nickname]
                else []
            end
        )
    ) as aliases,
    name_local_parts,
    -- what an address at another domain would share by more than the name
    list_filter(
        local_parts,
        lambda part: len(part) >= 5
        and (not list_contains(name_local_parts, part) or regexp_matches(part, '[0-9][0-9]'))
    ) as email_local_parts
from split_by_name
