"""`scrm.yml` of the sample company: a complete configuration over its exports, with comments.

Must not live here: what a setting means (warehouse/settings/ validates it).
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from ingestion.sample import company
from ingestion.sample.world import World
from warehouse import policy

_TEMPLATE = Template("""\
# The sample company. Everything here is invented; see exports/ for its data and truth/ for what is true.
brand:
  name: $brand
  accounts:
    x: [halvenwire, halvenwirehelp]
    forum: [halvenwire]
    fediverse: [halvenwire]
  staff_accounts:            # besides everybody whose e-mail address is the company's
    forum: [$staff]
  domains: [$domain, $forum_host]

competitors:
  - {name: $competitor_1, accounts: {x: [domelink]}}
  - {name: $competitor_2, accounts: {x: [castarel]}}

as_of: $as_of            # the last day in the data; only complete months before it are published
months: $months
currency: $currency

segmentations:               # the company's own; `all` and `value` are built in
  - name: customer_type
    description: household, small business or enterprise, as sales assigns it

crm:
  customer_stages: [Customer]
  counted_order_statuses: [Activated, Completed]
  staff_email_domains: [$domain]

identity:                    # thresholds on the probability of a link
  join: $join
  keep: $keep
  review: $review
  max_accounts_per_network: $max_accounts
  avatars: avatars           # profile pictures, <network>/<profile id>.<png|jpg|webp>
  excluded_values: [noname@$domain, "000000"]

privacy:
  min_cell: $min_cell               # smaller cells are suppressed
  linking: {basis: legitimate_interest, purpose: linking}   # all but those who object

sources:
  # Social networks and communities, in the platforms' own export formats
  - {name: x, format: x_api_v2, network: x, path: "exports/x/*.jsonl*"}
  - {name: forum, format: discourse, network: forum, path: "exports/forum/*.json*"}
  - {name: fediverse, format: activitystreams, network: fediverse, path: "exports/fediverse/*.jsonl*"}
  - {name: blogs, format: feed, network: blogs, path: "exports/blogs/*"}

  # What those formats do not say, from the company's own logs and crawls: by a map of columns
  - name: x_followers
    format: table
    network: x
    path: exports/x_followers/*.csv
    table: connections
    columns: {follower_profile_id: follower_id, followed_profile_id: followed_id, since: since}
  - name: forum_views            # passive use: who read which post
    format: table
    network: forum
    path: exports/forum_views/*.csv.gz
    table: activities
    columns: {actor_profile_id: member, object_id: post, published_at: at}
    constants: {activity_type: View, object_type: Note, visibility: public}

  # The CRM: Salesforce's Data Export, with the company's custom fields
  - name: crm
    format: salesforce_export
    path: exports/salesforce/*.csv
    options:
      custom_fields:
        Contact:
          stage: Lifecycle_Stage__c
          stage_from: Lifecycle_Stage_Date__c
          time_zone: Time_Zone__c
          nickname: Nickname__c
          former_family_name: Former_Last_Name__c
          website: Website__c
          language: Language__c
          birth_year: Birth_Year__c
          handles: {x: X_Handle__c}
        Order:
          discount_amount: Discount_Amount__c
          tax_amount: Tax_Amount__c
          returned_amount: Returned_Amount__c
        OrderItem:
          unit_cost_amount: UnitCost__c
        Product2:
          synonyms: Synonyms__c
        Case:
          first_response_at: First_Response_At__c
          reopened_count: Reopened_Count__c
          is_satisfied: Is_Satisfied__c
        Campaign:
          is_incentivised: Is_Incentivised__c

  # Traditional touchpoints, consent, the company's segments, the web site
  - name: touchpoints
    format: table
    path: exports/touchpoints/*.csv
    table: touchpoints
    columns: {touchpoint_id: ticket, touchpoint_type: channel, contact_id: contact,
              full_name: name,
              email: mail, phone: number, at: happened, score: answer, scale_max: best_answer, text: remark}
  - name: consents
    format: table
    path: exports/consents/*.csv
    table: consents
    columns: {contact_id: contact_id, purpose: purpose, status: status, at: given_on}
  - name: segments
    format: table
    path: exports/segment_assignments/*.csv
    table: segment_assignments
    columns: {contact_id: contact_id, segmentation: segmentation, segment: segment,
              valid_from: valid_from, valid_to: valid_to}
  - name: web_visits
    format: table
    path: exports/web_visits/*.parquet
    table: web_visits
    columns: {visit_id: visit, session_id: session, visitor_id: cookie, contact_id: contact, url: url,
              referrer: referrer, utm_source: utm_source, utm_medium: utm_medium, at: at,
              conversion: conversion}
""")


def write_configuration(world: World, path: Path) -> None:
    """Write the configuration beside the exports."""
    staff = world.column(
        "select lower(handle) from profiles where role = 'staff' and network = 'forum' order by profile"
    )
    text = _TEMPLATE.substitute(
        brand=company.BRAND,
        domain=company.DOMAIN,
        forum_host=company.FORUM_HOST,
        competitor_1=company.COMPETITORS[0],
        competitor_2=company.COMPETITORS[1],
        as_of=company.AS_OF,
        months=company.MONTHS,
        currency=company.CURRENCY,
        staff=", ".join(staff[:3]),
        join=policy.JOIN,
        keep=policy.KEEP,
        review=policy.REVIEW,
        max_accounts=policy.MAX_ACCOUNTS_PER_NETWORK,
        min_cell=policy.MIN_CELL,
    )
    path.write_text(text, encoding="utf-8")
