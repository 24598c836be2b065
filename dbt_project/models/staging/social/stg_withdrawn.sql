{# Delete, Undo and Remove name an activity by its id; Delete also by what was made (the object of a Create), or an
   account. Leave ends its actor's Join before it, Remove the Add before it to the same collection: a post that leaves
   a collection, such as the pinned ones, is not deleted. An activity without an id of its own, done again after its
   Undo, stands. #}
with withdrawals as (

    select * from {{ ref('stg_withdrawals') }}

),

observations as (

    select * from {{ source('lake', 'activities') }}

),

profiles as (

    select distinct
        network,
        profile_id
    from {{ source('lake', 'profiles') }}

),

named_ids as (

    select distinct
        network,
        object_id as named_id
    from withdrawals

),

nameable as (

    select observations.*
    from observations
    inner join named_ids
        on observations.network = named_ids.network and observations.activity_id = named_ids.named_id

    union all

    select observations.*
    from observations
    inner join named_ids
        on observations.network = named_ids.network and observations.object_id = named_ids.named_id
    where observations.activity_type in ('Create', 'Update', 'Join', 'Add')

),

named as (

    {{ newest_observation('nameable', ['network', 'activity_id']) }}

),

by_id as (

    select
        withdrawals.network,
        withdrawals.activity_id as withdrawal_id,
        named.activity_id,
        named.actor_profile_id as owner_profile_id
    from withdrawals
    inner join named on withdrawals.network = named.network and withdrawals.object_id = named.activity_id
    where
        (
            withdrawals.activity_type in ('Delete', 'Undo')
            or (withdrawals.activity_type = 'Leave' and named.activity_type = 'Join')
            or (withdrawals.activity_type = 'Remove' and (withdrawals.target_id is null or named.activity_type = 'Add'))
        )
        and not coalesce(
            named.activity_id = named.activity_type || ':' || named.actor_profile_id || ':' || named.object_id
            and coalesce(named.is_time_observed and withdrawals.is_time_observed, true)
            and named.published_at > withdrawals.published_at,
            false
        )

),

by_object as (

    select
        withdrawals.network,
        withdrawals.activity_id as withdrawal_id,
        named.activity_id,
        named.actor_profile_id as owner_profile_id
    from withdrawals
    inner join named
        on
            withdrawals.network = named.network
            and withdrawals.object_id = named.object_id
            and withdrawals.published_at >= named.published_at
    where
        (withdrawals.activity_type = 'Delete' and named.activity_type in ('Create', 'Update'))
        or (
            withdrawals.activity_type = 'Leave'
            and named.activity_type = 'Join'
            and withdrawals.actor_profile_id = named.actor_profile_id
        )
        or (
            withdrawals.activity_type = 'Remove'
            and named.activity_type = 'Add'
            and coalesce(
                withdrawals.target_id = named.target_id, withdrawals.actor_profile_id = named.actor_profile_id
            )
        )

),

-- An id that no activity has may be an account's.
accounts as (

    select
        withdrawals.network,
        withdrawals.activity_id as withdrawal_id,
        withdrawals.object_id as profile_id
    from withdrawals
    left join profiles on withdrawals.network = profiles.network and withdrawals.object_id = profiles.profile_id
    left join named on withdrawals.network = named.network and withdrawals.object_id = named.activity_id
    where
        withdrawals.activity_type = 'Delete'
        and named.activity_id is null
        and (
            withdrawals.object_type in ('Application', 'Group', 'Organization', 'Person', 'Service')
            or withdrawals.object_id = withdrawals.actor_profile_id
            or (withdrawals.is_of_authors and profiles.profile_id is not null)
        )

),

subjects as (

    select
        network,
        withdrawal_id,
        'activity' as subject_kind,
        activity_id as subject_id,
        owner_profile_id
    from by_id
    union
    select
        network,
        withdrawal_id,
        'activity' as subject_kind,
        activity_id as subject_id,
        owner_profile_id
    from by_object
    union
    select
        network,
        withdrawal_id,
        'profile' as subject_kind,
        profile_id as subject_id,
        profile_id as owner_profile_id
    from accounts

),

judged as (

    select
        subjects.network,
        subjects.withdrawal_id,
        subjects.subject_kind,
        subjects.subject_id,
        withdrawals.activity_type as withdrawal_type,
        withdrawals.published_at as withdrawn_at,
        withdrawals.is_of_authors
        and coalesce(withdrawals.actor_profile_id <> subjects.owner_profile_id, false) as is_foreign
    from subjects
    inner join withdrawals
        on subjects.network = withdrawals.network and subjects.withdrawal_id = withdrawals.activity_id

),

undone as (

    select distinct
        network,
        subject_id as withdrawal_id
    from judged
    where withdrawal_type = 'Undo' and subject_kind = 'activity' and not is_foreign

)

select
    judged.network,
    judged.withdrawal_id,
    judged.subject_kind,
    judged.subject_id,
    judged.withdrawal_type,
    judged.withdrawn_at,
    judged.is_foreign,
    not judged.is_foreign and undone.withdrawal_id is null as has_effect
from judged
left join undone on judged.network = undone.network and judged.withdrawal_id = undone.withdrawal_id
