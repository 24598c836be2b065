{# One row: what the publication is, and how much stands behind it. What the checks found is not known yet while this
   is built, since the last of them look at it; warehouse/publication/last_word.py fills it in. #}
with parameters as (

    select * from {{ source('inputs', 'parameters') }}

),

as_of as (

    select * from {{ ref('int_parameters') }}

),

published_months as (

    select
        min(period_month) as first_month,
        max(period_month) as last_month,
        count(*) as months
    from {{ ref('int_periods') }}

),

files as (

    select
        count(case when outcome = 'landed' then 1 end) as files_landed,
        count(case when outcome = 'failed' then 1 end) as files_failed,
        coalesce(sum(case when outcome = 'landed' then records_read end), 0) as records_read,
        coalesce(sum(case when outcome = 'landed' then records_rejected end), 0) as records_rejected
    from {{ source('inputs', 'files') }}

),

set_apart as (

    select count(*) as records_set_apart
    from {{ source('inputs', 'set_apart') }}

),

held_back as (

    select count(*) as persons_held_back
    from {{ ref('int_persons') }}
    where is_held_back

),

linkage as (

    select
        max(model_version) as model_version,
        coalesce(max(case when basis = 'audit_sample' and stratum_kind = 'all' then pairs end), 0) as links_audited
    from {{ linked('quality') }}

)

select
    -- grain
    parameters.run_id as publication_id,

    -- whose, and of when
    parameters.brand_name as brand,
    as_of.as_of_on,
    cast(published_months.first_month as date) as first_month,
    cast(published_months.last_month as date) as last_month,
    cast(published_months.months as bigint) as months,
    parameters.currency,

    -- what is protected
    cast(parameters.min_cell as bigint) as min_cell,

    -- what it rests on
    cast(files.files_landed as bigint) as files_landed,
    cast(files.files_failed as bigint) as files_failed,
    cast(files.records_read as bigint) as records_read,
    cast(files.records_rejected as bigint) as records_rejected,
    cast(set_apart.records_set_apart as bigint) as records_set_apart,
    cast(held_back.persons_held_back as bigint) as persons_held_back,
    cast(linkage.links_audited as bigint) as links_audited,

    -- what the checks found
    cast(null as bigint) as checks_run,
    cast(null as bigint) as checks_passed,
    cast(null as bigint) as checks_warned,
    cast(null as bigint) as checks_contained,
    cast(null as bigint) as checks_accepted,

    -- by which rules
    parameters.code_version,
    linkage.model_version
from parameters
cross join as_of
cross join published_months
cross join files
cross join set_apart
cross join held_back
cross join linkage
