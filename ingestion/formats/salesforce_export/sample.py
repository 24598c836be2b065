"""Salesforce Data Export: one CSV an object, the API's column names, every value quoted.

Custom fields end in __c, as a company would add them. Must not live here: what the CRM believes (crm.py) and
what was sold (commerce.py).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.sample import company
from ingestion.sample.csv_files import iso, write_csv
from ingestion.sample.defects import Defect
from ingestion.sample.people.population import STAFF
from ingestion.sample.world import World, salesforce_ids

_CASE_WORDS = (
    "['keeps dropping the connection', 'does not start', 'bill is too high', 'arrived damaged', "
    "'cannot be paired', 'app does not open', 'is slower than promised', 'how to move it to a new home']"
)
# What the agent answers, fault by fault.
_CASE_ANSWERS = (
    "['Please move it closer to the router and update its firmware.', "
    "'Hold the button for ten seconds; if it stays dark we send another one.', "
    "'We have checked the bill: the difference is on its way back to you.', "
    "'Sorry for that. A replacement leaves our warehouse today.', "
    "'Please delete the old pairing in the app first, then scan the code again.', "
    "'This is fixed in the version that is in the stores since this morning.', "
    "'We have measured your line; a technician will call to agree a date.', "
    "'Tell us the new address and the day, and we move the contract with you.']"
)
_TITLES = "['Customer Care Agent', 'Senior Customer Care Agent', 'Community Manager', 'Service Team Lead']"
_STAMP = "'2026-07-05T21:00:00.000Z'"
EARLIER, LAST = company.EXPORT_DATES[2], company.EXPORT_DATES[-1]


def write_salesforce(world: World, folder: Path) -> None:
    """Write every object at the last date, and contacts and accounts as they were at an earlier one."""
    _reference(world)
    for name, query in _OBJECTS.items():
        write_csv(world, folder / f"{name}_{LAST}.csv", query)
    before = f"timestamp '{EARLIER}'"
    earlier = _CONTACT.format(
        where=f"and c.created_at < {before}",
        phone=f"case when c.modified_at < {before} then c.phone end",
        modified=f"case when c.modified_at < {before} then c.modified_at else c.created_at end",
        merged="false",
        stage=f"case when c.stage_from < {before} then c.stage else 'Prospect' end",
        stage_from=f"case when c.stage_from < {before} then c.stage_from end",
    )
    write_csv(world, folder / f"Contact_{EARLIER}.csv", earlier)


def _reference(world: World) -> None:
    """Tables of ids that the queries join: users, products."""
    world.add(
        "staff_ids",
        pa.table({"staff": np.arange(STAFF), "user_id": salesforce_ids("005", np.arange(STAFF) + 1)}),
    )
    products = len(company.PRODUCTS)
    world.add(
        "products",
        pa.table(
            {
                "product": np.arange(products, dtype=np.int32),
                "product_id": salesforce_ids("01t", np.arange(products, dtype=np.int64) + 1),
                "name": [p.name for p in company.PRODUCTS],
                "synonym": [p.synonym for p in company.PRODUCTS],
                "family": [p.family for p in company.PRODUCTS],
                "unit_cost": [p.cost for p in company.PRODUCTS],
            }
        ),
    )


def _at(column: str) -> str:
    return f"case when {column} >= 0 then {iso(f'make_timestamp({column})')} end"


def _money(column: str) -> str:
    return f"cast(cast({column} as decimal(18, 2)) / 100 as decimal(18, 2))"


_COUNTRY = "c.spellings[1 + cast(floor(c.spelling_die * len(c.spellings)) as integer)]"
_PHONE = """case when c.phone_format < 0.6 then {phone}
    when c.phone_format < 0.8 then replace({phone}, '+', '00') else left({phone},
        3) || ' ' || substr({phone}, 4, 3) || ' ' || substr({phone}, 7) end"""

_CONTACT = (
    """
select c.contact_id as "Id", a.account_id as "AccountId", c.first_name as "FirstName",
    c.last_name as "LastName",
    c.email as "Email", """
    + _PHONE.replace("{phone}", "({phone})")
    + """ as "Phone", cast(null as varchar) as "MobilePhone", c.title as "Title",
        c.street as "MailingStreet", c.city as "MailingCity",
    c.postal_code as "MailingPostalCode", c.region as "MailingState", """
    + _COUNTRY
    + """ as "MailingCountry", case when {merged} then w.contact_id end as "MasterRecordId",
    case when {merged} then 'true' else 'false' end as "IsDeleted", """
    + iso("c.created_at")
    + """ as "CreatedDate", """
    + iso("{modified}")
    + """ as "LastModifiedDate", """
    + iso("{modified}")
    + """ as "SystemModstamp", {stage} as "Lifecycle_Stage__c", """
    + iso("{stage_from}")
    + """ as "Lifecycle_Stage_Date__c", c.time_zone as "Time_Zone__c", c.nickname as "Nickname__c",
    c.former_last_name as "Former_Last_Name__c", l.x_handle as "X_Handle__c", l.website as "Website__c",
        c.language as "Language__c",
    c.birth_year as "Birth_Year__c"
from contacts c left join accounts a using (account) left join contact_links l using (contact)
    left join contacts w on w.person = c.person and w.role = 'standing'
where c.role in ('standing', 'duplicate', 'merged') {where}
order by c.contact
"""
)
_NOW = {
    "where": "",
    "phone": "c.phone",
    "modified": "c.modified_at",
    "merged": "c.role = 'merged'",
    "stage": "c.stage",
    "stage_from": "c.stage_from",
}

_OBJECTS: dict[str, str] = {
    "Contact": _CONTACT.format(**_NOW),
    "Lead": f"""
        select c.contact_id as "Id", c.first_name as "FirstName", c.last_name as "LastName",
            c.company_name as "Company",
            c.email as "Email", {_PHONE.replace("{phone}", "c.phone")} as "Phone", c.title as "Title",
                c.street as "Street", c.city as "City",
            c.postal_code as "PostalCode", {_COUNTRY} as "Country",
            case when c.role = 'converted_lead' then 'Closed - Converted' else 'Working - Contacted' end as
                "Status",
            case when c.role = 'converted_lead' then 'true' else 'false' end as "IsConverted",
                w.contact_id as "ConvertedContactId",
            a.account_id as "ConvertedAccountId", cast(null as varchar) as "MasterRecordId",
                'false' as "IsDeleted",
            {iso("c.created_at")} as "CreatedDate", {iso("c.modified_at")} as "LastModifiedDate",
                {iso("c.modified_at")} as "SystemModstamp"
        from contacts c left join contacts w on c.role = 'converted_lead' and w.person = c.person and w.role
            = 'standing'
            left join accounts a on a.account = w.account
        where c.role in ('lead', 'converted_lead') order by c.contact""",
    "Account": f"""
        select account_id as "Id", name as "Name", case customer_type when 'household' then 'Household'
                when 'small_business' then 'Small Business' else 'Enterprise' end as "Type",
            case when customer_type <> 'household' then 'https://' || domain end as "Website",
            case when customer_type <> 'household' then phone end as "Phone",
            case when customer_type = 'enterprise' then 400 when customer_type = 'small_business' then 12 end
                as "NumberOfEmployees",
            case when customer_type <> 'household' then 'Services' end as "Industry", city as "BillingCity",
                country as "BillingCountry",
            cast(null as varchar) as "ParentId", cast(null as varchar) as "MasterRecordId",
                'false' as "IsDeleted",
            {_at("created_us")} as "CreatedDate", {_at("created_us")} as "LastModifiedDate",
                {_STAMP} as "SystemModstamp"
        from accounts order by account""",
    "User": f"""
        select s.user_id as "Id", p.given || ' ' || p.family as "Name", p.given as "FirstName",
            p.family as "LastName",
            a.g || '.' || a.f || '@{company.DOMAIN}' as "Email", a.g || '.' || a.f || '@{company.DOMAIN}' as
                "Username",
            {_TITLES}[1 + staff % 4] as "Title", p.time_zone as "TimeZoneSidKey", 'true' as "IsActive",
                {_STAMP} as "SystemModstamp"
        from staff_ids s join (select *, row_number() over (order by person) - 1 as staff from people where
            kind = 'staff') p using (staff)
            join addresses a using (person) order by staff""",
    "Opportunity": f"""
        select opportunity_id as "Id", account_id as "AccountId", account_name || ' - ' || p.name as "Name",
            stage as "StageName",
            {_money("amount_cents")} as "Amount", strftime(make_timestamp(closed_us),
                '%Y-%m-%d') as "CloseDate",
            case when stage like 'Closed%' then 'true' else 'false' end as "IsClosed",
                case when stage = 'Closed Won' then 'true' else 'false' end as "IsWon",
            '{company.CURRENCY}' as "CurrencyIsoCode", 'false' as "IsDeleted",
                {_at("created_us")} as "CreatedDate",
            {_at("created_us")} as "LastModifiedDate", {_STAMP} as "SystemModstamp"
        from opportunities join products p using (product) order by opportunity_id""",
    "OpportunityContactRole": f"""
        select role_id as "Id", opportunity_id as "OpportunityId", contact_id as "ContactId",
            'Decision Maker' as "Role", 'true' as "IsPrimary",
            'false' as "IsDeleted", {_at("created_us")} as "CreatedDate", {_STAMP} as "SystemModstamp"
        from opportunities order by opportunity_id""",
    "Order": f"""
        select order_id as "Id", account_id as "AccountId", lpad(cast(order_number + 1 as varchar), 8,
            '0') as "OrderNumber",
            bill_to_contact_id as "BillToContactId", strftime(make_timestamp(ordered_us),
                '%Y-%m-%d') as "EffectiveDate", status as "Status",
            {_money("amount_cents")} as "TotalAmount", '{company.CURRENCY}' as "CurrencyIsoCode",
                {_money("discount_cents")} as "Discount_Amount__c",
            {_money("tax_cents")} as "Tax_Amount__c", {_money("returned_cents")} as "Returned_Amount__c",
            case when status <> 'Draft' then {_at("ordered_us")} end as "ActivatedDate",
                'false' as "IsDeleted",
            {_at("ordered_us")} as "CreatedDate", {_at("ordered_us")} as "LastModifiedDate",
                {_STAMP} as "SystemModstamp"
        from orders order by order_number""",
    "OrderItem": f"""
        select order_line_id as "Id", order_id as "OrderId", product_id as "Product2Id",
            quantity as "Quantity",
            cast(cast(l.amount_cents as decimal(18, 4)) / 100 / quantity as decimal(18, 4)) as "UnitPrice",
                {_money("l.amount_cents")} as "TotalPrice",
            unit_cost as "UnitCost__c", 'false' as "IsDeleted", {_at("ordered_us")} as "CreatedDate",
                {_STAMP} as "SystemModstamp"
        from order_lines l join orders using (order_number) join products using (product) order by
            order_line_id""",
    "Product2": f"""
        select product_id as "Id", name as "Name", 'HW-' || lpad(cast(product + 1 as varchar), 3,
            '0') as "ProductCode", family as "Family",
            synonym as "Synonyms__c", 'true' as "IsActive", 'false' as "IsDeleted",
                {_STAMP} as "SystemModstamp" from products order by product""",
    "Case": f"""
        select case_id as "Id", lpad(cast(case_number + 1 as varchar), 8, '0') as "CaseNumber",
            contact_id as "ContactId", account_id as "AccountId",
            p.name || ' ' || {_CASE_WORDS}[1 + fault] as "Subject",
                'Customer reports: ' || p.name || ' ' || {_CASE_WORDS}[1 + fault] || '.' as "Description",
            case when resolved_us >= 0 then 'Closed' else 'Working' end as "Status",
                case when u1 < 0.1 then 'High' else 'Medium' end as "Priority",
            origin as "Origin", case when resolved_us >= 0 then 'true' else 'false' end as "IsClosed",
                {_at("opened_us")} as "CreatedDate",
            {_at("resolved_us")} as "ClosedDate", {_at("responded_us")} as "First_Response_At__c",
                reopened as "Reopened_Count__c",
            case satisfied when 0 then 'true' when 1 then 'false' end as "Is_Satisfied__c",
                'false' as "IsDeleted", {_at("opened_us")} as "LastModifiedDate",
            {_STAMP} as "SystemModstamp"
        from cases join products p using (product) order by case_number""",
    "CaseComment": f"""
        select '00a' || substr(case_id, 4) as "Id", case_id as "ParentId", user_id as "CreatedById",
            'true' as "IsPublished",
            p.name || ': ' || {_CASE_ANSWERS}[1 + fault] as "CommentBody", 'false' as "IsDeleted",
                {_at("responded_us")} as "CreatedDate",
            {_STAMP} as "SystemModstamp"
        from cases join staff_ids using (staff) join products p using (product) where responded_us >= 0
        order by case_number""",
    "Campaign": f"""
        select campaign_id as "Id", name as "Name", case when is_incentivised then 'Raffle' else 'Email' end
            as "Type", 'Completed' as "Status",
            case when is_incentivised then 'true' else 'false' end as "Is_Incentivised__c",
                strftime(make_timestamp(starts_us), '%Y-%m-%d') as "StartDate",
            strftime(make_timestamp(starts_us) + interval 30 day, '%Y-%m-%d') as "EndDate",
                '5000.00' as "BudgetedCost",
            '{company.CURRENCY}' as "CurrencyIsoCode", 'false' as "IsDeleted",
                {_at("starts_us")} as "CreatedDate", {_STAMP} as "SystemModstamp"
        from campaigns order by campaign""",
    "CampaignMember": f"""
        select campaign_member_id as "Id", campaign_id as "CampaignId", case when role in ('lead',
            'converted_lead') then contact_id end as "LeadId",
            case when role not in ('lead', 'converted_lead') then contact_id end as "ContactId",
            case when has_responded then 'Responded' else 'Sent' end as "Status",
                case when has_responded then 'true' else 'false' end as "HasResponded",
            'false' as "IsDeleted", {_at("at_us")} as "CreatedDate", {_STAMP} as "SystemModstamp"
        from campaign_members join campaigns using (campaign) join contacts using (contact) order by
            campaign_member_id""",
    "Task": f"""
        select '00T' || substr(case_id, 4) as "Id", contact_id as "WhoId", case_id as "WhatId",
            user_id as "OwnerId", 'Call back' as "Subject",
            strftime(make_timestamp(responded_us), '%Y-%m-%d') as "ActivityDate", 'Completed' as "Status",
                'Call' as "TaskSubtype", 'Inbound' as "CallType",
            'false' as "IsDeleted", {_at("responded_us")} as "CreatedDate", {_STAMP} as "SystemModstamp"
        from cases join staff_ids using (staff) where responded_us >= 0 and origin = 'Phone' order by
            case_number""",
}  # fmt: skip


_CONTACT_CELLS = 27
DEFECTS = (
    Defect(f"salesforce/Contact_{LAST}.csv", "wrong_column_count", b'"003Hv#","001Hv","Too","Few"'),
    Defect(
        f"salesforce/Contact_{LAST}.csv",
        "missing_contact_id",
        b'"","","No","Id #"' + b',""' * (_CONTACT_CELLS - 4),
    ),
    Defect(
        f"salesforce/Contact_{LAST}.csv",
        "bad_encoding",
        b'"003HvBAD#","","Ren\xe9","Latin"' + b',""' * (_CONTACT_CELLS - 4),
    ),
)
