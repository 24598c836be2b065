-- A build in which nothing is wrong, made from the healthy lake. Contact i and profile i are one person.

create table inputs.parameters as
select
    cast(null as date) as as_of, 10 as min_cell, 'EUR' as currency, 0.9 as keep_threshold, 0.5 as review_threshold,
    'Hearthlight' as brand_name, 5 as max_accounts_per_network, 'legitimate_interest' as linking_basis, 'linking' as linking_purpose,
    'run-1' as run_id, timestamptz '2026-02-03 00:00:00+00' as run_at;

create table inputs.files as
select
    'crm' as source, 'export.csv' as file_name, 'export' as file_kind, repeat(letter, 64) as source_file_sha256,
    1000 as bytes, map {'no_id': 2} as rejected_by_reason, 30 as rows_landed,
    30 as records_read, 30 as records_accepted, 0 as records_duplicate, 0 as records_rejected,
    'landed' as outcome, cast(null as varchar) as reason_code
from (values ('a'), ('b')) as files(letter);

create table inputs.configured_sources as
select 'crm' as source, cast(null as varchar) as network;

create table inputs.configured_segmentations as
select 'tier' as segmentation, 'by contract: enthusiasts and others' as description;

create table inputs.configured_accounts as
select 'brand' as owner_kind, 'Hearthlight' as owner_name, 'x' as network, 'hearthlight_hq' as account;

create table inputs.configured_words as
select * from (values ('customer_stage', 'alpha'), ('counted_order_status', 'beta')) as words(kind, value);

create table staging.stg_contacts as
select * replace (cast(null as varchar) as merged_into_id) from landed.contacts;

create table staging.stg_orders as
select * from landed.orders;

create table staging.stg_consents as
select * replace ('linking' as purpose, 'granted' as status) from landed.consents;

create table intermediate.int_personas as
select
    'contact:' || contact_id as persona_id, 'contact' as persona_type, 'crm' as network,
    'person' as account_role, true as is_linkable, cast(null as varchar) as merged_into_persona_id, created_at
from landed.contacts
union all
select 'profile:x:' || profile_id, 'profile', 'x', 'person', true, null, created_at
from landed.profiles;

create table identity.personas as
select
    persona_id,
    'person-' || regexp_extract(persona_id, '[0-9]+$') as person_id,
    cast(case when persona_type = 'contact' then 1 else 0.97 end as double) as person_probability,
    case when persona_type = 'contact' then 'unlinked' else 'accepted' end as link_status,
    case when persona_type = 'contact' then 'none' else 'model' end as decided_by,
    cast(null as varchar) as rule
from intermediate.int_personas;

create table identity.link_candidates as
select
    persona_id as profile_persona_id, 'x' as network, split_part(persona_id, ':', 3) as profile_id, person_id,
    'contact:contact-' || regexp_extract(persona_id, '[0-9]+$') as best_persona_id,
    0.98 as pair_probability, 0.97 as probability, 'accepted' as link_status
from identity.personas
where persona_id like 'profile:%';

create table identity.violations as
select
    'contact:contact-0' as left_persona_id, 'contact:contact-1' as right_persona_id,
    0.5 as probability, 'cardinality' as rule;

create table identity.scored_pairs as
select
    best_persona_id as left_persona_id, profile_persona_id as right_persona_id, 6.5 as match_weight,
    0.98 as pair_probability, cast(null as integer) as stands_for,
    0 as level_name, null::integer as level_half_name, 0 as level_email, null::integer as level_phone,
    null::integer as level_site, null::integer as level_birth_year
from identity.link_candidates;

create table identity.decided_pairs as
select '' as left_persona_id, '' as right_persona_id, '' as decision
where false;

create table identity.link_evidence as
select
    left_persona_id, right_persona_id, comparison, comparison || ' against ' || comparison as meaning, 'same' as label,
    weight
from identity.scored_pairs, (values ('prior', -13.5), ('name', 20.0)) as found(comparison, weight);

create table identity.review_queue as
select
    'contact:contact-' || i as left_persona_id, 'contact:contact-' || (i + 1) as right_persona_id,
    'person-' || i as left_person_id, 'person-' || (i + 1) as right_person_id,
    'doubtful' as reason, cast(null as varchar) as rule, cast(null as varchar) as rule_sentence,
    0.75 as pair_probability, 0.75 as probability, 0.75 as uncertainty, '' as evidence
from range(3, 8) as numbers(i);

create table identity.quality as
select
    'standard' as model_version, measure, 'all' as stratum_kind, 'all' as stratum,
    cast(null as varchar) as segment, cast(null as varchar) as network,
    cast(value as double) as value, cast(low as double) as low, cast(high as double) as high,
    cast(100 as bigint) as pairs, basis
from (
    values ('precision', 'audit_sample', 0.99, 0.98, 1), ('size_steps', 'run', 0, null, null),
    ('ids_kept', 'run', 1, null, null)
) as measures(measure, basis, value, low, high);

create table intermediate.int_organization_records as
select 'account:account-' || i as record_id, 'account' as record_kind from range(60) as numbers(i);

create table identity.organizations as
select record_id, 'organization-' || regexp_extract(record_id, '[0-9]+$') as organization_id, 0.98 as probability
from intermediate.int_organization_records;

create table identity.person_id_history as
select '' as from_person_id, '' as to_person_id, '' as run_id, '' as reason, now() as changed_at
where false;

create table intermediate.int_segment_months as
select period_month, segmentation, segment, customers
from (values (date '2025-12-01'), (date '2026-01-01')) as months(period_month),
    (values ('all', 'all customers', 60), ('value', 'high', 20), ('value', 'low', 40))
    as segments(segmentation, segment, customers);

create table marts.segment_presence as
with segments as (
    select *
    from (values ('all', 'all customers', 60, 36), ('value', 'high', 20, 16), ('value', 'low', 40, 20))
        as segments(segmentation, segment, customers, customers_present)
),
cells as (
    select *, round(customers_present / customers, 9) as rate, cast(customers_present as bigint) as present
    from segments,
        (values (date '2025-12-01'), (date '2026-01-01')) as months(period_month),
        (values ('x', true), ('forum', false), ('all', true)) as networks(network, passive_observed)
)
select
    period_month, segmentation, segment, network,
    true as is_observed, passive_observed, false as is_suppressed,
    cast(customers as bigint) as customers, present as contributors, present as customers_present,
    rate as presence_rate, rate as presence_rate_expected,
    rate - 0.1 as presence_rate_expected_low, rate + 0.1 as presence_rate_expected_high, 0.9 as link_recall,
    present as customers_active, rate as active_rate, 3.5 as active_per_week,
    cast(if(network = 'all', 200, 100) as bigint) as activities_active, 'shown' as status,
    case when passive_observed then 1.5 end as passive_per_week,
    2 as primary_weekday_active, 19 as primary_hour_active
from cells;

create table marts.segment_active_hours as
select
    period_month, segmentation, segment, network, is_observed, is_suppressed, customers, contributors,
    'active' as mode, weekday as iso_weekday, hour as hour_local, cast(if(network = 'all', 2, 1) as bigint) as activities,
    1 / 168 as activity_share
from marts.segment_presence, range(1, 8) as weekdays(weekday), range(24) as hours(hour);

create table marts.segment_content_formats as
select
    period_month, segmentation, segment, network, is_observed, is_suppressed, customers, contributors,
    format, cast(if(network = 'all', 20, 10) as bigint) as activities, 0.5 as activity_share, 100.0 as index_vs_all
from marts.segment_presence, (values ('text'), ('photo')) as formats(format);

create table marts.role_sensitivity as
select
    period_month, network, account_role, is_observed, is_suppressed, customers, cast(12 as bigint) as contributors,
    customers_present, presence_rate, customers + 12 as customers_if_kept,
    customers_present + 12 as customers_present_if_kept,
    round((customers_present + 12) / (customers + 12), 9) as presence_rate_if_kept
from marts.segment_presence, (values ('brand'), ('bot')) as roles(account_role)
where segmentation = 'all';

create table marts.segment_active_hours_quarter as
from marts.segment_active_hours;

create table marts.segment_size as
select
    period_month, segmentation, segment, is_suppressed, status, customers, customers as contributors,
    round(customers / 60, 9) as customer_share, cast(12 as bigint) as buyers, 0.5 as value_share
from marts.segment_presence
where network = 'x';

create table marts.segment_profiles as
select segmentation, segment, period_month, is_suppressed, status, customers, contributors, 19 as when_hour
from marts.segment_size
where period_month = date '2026-01-01';

create table marts.segments as
select distinct segmentation, segment, cast(1 as bigint) as position, segment as label, 'some' as definition
from marts.segment_presence;

create table marts.metric_catalog as
select
    'segment_presence' as mart, 'presence_rate' as metric, 1 as formula_version,
    'share of customers' as definition;

create table marts.reconciliation as
select source, source_file_sha256, 'landing' as stage, outcome, records_read as read, records_accepted as accepted
from inputs.files;

create table marts.publication as
select
    'r1' as publication_id, 'Hearthlight' as brand, date '2026-01-31' as as_of_on,
    cast(1 as bigint) as months, 'EUR' as currency, cast(10 as bigint) as min_cell,
    cast(null as bigint) as checks_run, cast(null as bigint) as checks_passed,
    cast(null as bigint) as checks_warned, cast(null as bigint) as checks_contained,
    cast(null as bigint) as checks_accepted;

create table people.persons as
select distinct person_id from identity.personas;

create table people.profiles as
select profile_id, person_id, probability, link_status from identity.link_candidates;

create table people.customers as
select person_id, date '2026-01-01' as period_month, 0.5 as active_share from people.persons;

create table people.organizations as
select
    person_id, 'organization-' || i as organization_id, persona_id, 'crm_account' as source,
    timestamptz '2026-01-01 00:00:00+00' as valid_from, timestamptz '2026-01-09 00:00:00+00' as valid_to,
    timestamptz '2026-01-02 00:00:00+00' as first_observed_at,
    timestamptz '2026-01-08 00:00:00+00' as last_observed_at,
    'Organisation ' || i as organization_name, 'org' || i || '.example' as domain, 'account-' || i as account_id,
    true as is_customer, false as has_open_opportunity, 0.97 as link_probability,
    0.98 as organization_probability
from range(2, 9) as numbers(i)
inner join identity.personas on persona_id = 'contact:contact-' || i;

create table people.timeline as
select person_id, 'order' as kind from people.persons;

create table previous_landed.row_counts as
select * from (values ('contacts', 50), ('profiles', 50), ('activities', 50)) as counts(canonical_table, row_count);
