"""Salesforce's objects, column by column: what each becomes in which canonical table.

Names are the API names of Salesforce's object reference. Decisions:
- A contact has no stage of its own: it is NULL unless a custom field is named. A lead's is its Status.
- A lead that was converted was taken over by its contact (ConvertedContactId), a merged record by its
  master (MasterRecordId): both are `merged_into_id`.
- Tasks that are a call or an e-mail are touchpoints; other tasks (to-dos) give no row. Users of a portal or
  community (ContactId) are customers, not staff: no row. Comments on cases are written by users.
- What Salesforce deleted is a row that says so (`is_deleted`): it ends what an earlier export said.
- An organisation with person accounts has fields of a person in its accounts: an account it stays; the person's
  contact is a record of its own, in the file of contacts.
- An order's time is its activation where that fell on its start date, else its start date (EffectiveDate).

Must not live here: how the export is read and an object recognised (salesforce_export).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingestion.mapping.shape import field_names

_TASK = "lower(coalesce(nullif({TaskSubtype}, 'Task'), {Type}))"


@dataclass(frozen=True)
class SalesforceObject:
    """An object: its table, the columns that must be there, and canonical column → SQL over {ApiName}.

    A header with one of `foreign` is another object's, which has the required columns, too. A value that is
    one API name alone is that field; of a column that ends in `_id`, an id.
    """

    table: str
    required: str
    columns: dict[str, str]
    when: str | None = None
    foreign: str = ""

    def fields(self) -> set[str]:
        """Name the fields read."""
        texts = (*self.columns.values(), self.when or "")
        return {name for text in texts for name in _named(text)} | set(self.required.split())


def _named(text: str) -> set[str]:
    return {text} if re.fullmatch(r"\w+", text) else set(re.findall(r"\{(\w+)\}", text))


_STAMPS = {"created_at": "CreatedDate", "modified_at": "LastModifiedDate", "is_deleted": "IsDeleted"}
_PERSON = {
    "full_name": "Name",
    "given_name": "FirstName",
    "middle_name": "MiddleName",
    "family_name": "LastName",
    "email": "Email",
    "phone": "coalesce({MobilePhone}, {Phone})",
    "title": "Title",
}

OBJECTS: dict[str, SalesforceObject] = {
    "Account": SalesforceObject(
        "accounts",
        "Id Name Type",
        {
            "account_id": "Id",
            "name": "Name",
            "account_type": "Type",
            "website": "Website",
            "phone": "Phone",
            "industry": "Industry",
            "employees": "NumberOfEmployees",
            "city": "coalesce({BillingCity}, {ShippingCity})",
            "country": "coalesce({BillingCountry}, {ShippingCountry})",
            "parent_account_id": "ParentId",
            **_STAMPS,
        },
    ),
    "Contact": SalesforceObject(
        "contacts",
        "Id LastName",
        {
            "contact_id": "Id",
            "contact_type": "'contact'",
            "account_id": "AccountId",
            **_PERSON,
            "other_phones": "[case when {MobilePhone} <> '' then {Phone} end, {HomePhone}, {OtherPhone}]",
            "street": "coalesce({MailingStreet}, {OtherStreet})",
            "city": "coalesce({MailingCity}, {OtherCity})",
            "postal_code": "coalesce({MailingPostalCode}, {OtherPostalCode})",
            "region": "coalesce({MailingState}, {OtherState})",
            "country": "coalesce({MailingCountry}, {OtherCountry})",
            "birth_year": "Birthdate",
            "merged_into_id": "MasterRecordId",
            **_STAMPS,
        },
        foreign="Company Username Type Industry NumberOfEmployees AnnualRevenue BillingCity BillingCountry "
        "ParentId PersonContactId PersonEmail PersonMobilePhone PersonHomePhone PersonOtherPhone PersonTitle "
        "PersonBirthdate PersonMailingStreet PersonMailingCity PersonMailingPostalCode PersonMailingCountry",
    ),
    "Lead": SalesforceObject(
        "contacts",
        "Id LastName Company Status",
        {
            "contact_id": "Id",
            "contact_type": "'lead'",
            "account_id": "ConvertedAccountId",
            **_PERSON,
            "other_phones": "[case when {MobilePhone} <> '' then {Phone} end]",
            "street": "Street",
            "city": "City",
            "postal_code": "PostalCode",
            "region": "State",
            "country": "Country",
            "employer": "Company",
            "website": "Website",
            "stage": "Status",
            "merged_into_id": "coalesce({MasterRecordId}, {ConvertedContactId})",
            **_STAMPS,
        },
    ),
    "User": SalesforceObject(
        "users",
        "Id Username",
        {
            "user_id": "Id",
            "full_name": "coalesce({Name}, concat_ws(' ', {FirstName}, {LastName}))",
            "email": "Email",
            "title": "Title",
            "is_active": "IsActive",
        },
        when="{ContactId} is null",
    ),
    "Opportunity": SalesforceObject(
        "opportunities",
        "Id StageName CloseDate",
        {
            "opportunity_id": "Id",
            "account_id": "AccountId",
            "name": "Name",
            "stage": "StageName",
            "amount": "Amount",
            "currency": "CurrencyIsoCode",
            "is_won": "IsWon",
            "is_closed": "IsClosed",
            "created_at": "CreatedDate",
            "closed_at": "CloseDate",
            "is_deleted": "IsDeleted",
        },
    ),
    "OpportunityContactRole": SalesforceObject(
        "opportunity_contacts",
        "Id OpportunityId ContactId",
        {
            "opportunity_contact_id": "Id",
            "opportunity_id": "OpportunityId",
            "contact_id": "ContactId",
            "role": "Role",
            "is_primary": "IsPrimary",
            "is_deleted": "IsDeleted",
        },
    ),
    "Campaign": SalesforceObject(
        "campaigns",
        "Id Name StartDate",
        {
            "campaign_id": "Id",
            "name": "Name",
            "campaign_type": "Type",
            "status": "Status",
            "starts_on": "StartDate",
            "ends_on": "EndDate",
            "budgeted_amount": "BudgetedCost",
            "currency": "CurrencyIsoCode",
            "is_deleted": "IsDeleted",
        },
    ),
    "CampaignMember": SalesforceObject(
        "campaign_members",
        "Id CampaignId",
        {
            "campaign_member_id": "Id",
            "campaign_id": "CampaignId",
            "contact_id": "coalesce({ContactId}, {LeadId}, {LeadOrContactId})",
            "status": "Status",
            "has_responded": "HasResponded",
            "at": "coalesce({FirstRespondedDate}, {CreatedDate})",
            "is_deleted": "IsDeleted",
        },
    ),
    "Case": SalesforceObject(
        "cases",
        "Id Origin CreatedDate",
        {
            "case_id": "Id",
            "contact_id": "ContactId",
            "account_id": "AccountId",
            "subject": "Subject",
            "description": "Description",
            "status": "Status",
            "priority": "Priority",
            "origin": "Origin",
            "opened_at": "CreatedDate",
            "resolved_at": "case when coalesce({IsClosed}, 'true') <> 'false' then {ClosedDate} end",
            "is_deleted": "IsDeleted",
        },
    ),
    "CaseComment": SalesforceObject(
        "case_comments",
        "Id ParentId CommentBody",
        {
            "case_comment_id": "Id",
            "case_id": "ParentId",
            "author_id": "CreatedById",
            "is_by_staff": "'true'",
            "is_public": "IsPublished",
            "content": "CommentBody",
            "at": "CreatedDate",
            "is_deleted": "IsDeleted",
        },
    ),
    "Task": SalesforceObject(
        "touchpoints",
        "Id WhoId Subject",
        {
            "touchpoint_id": "Id",
            "touchpoint_type": f"case {_TASK} when 'call' then 'call' else 'email' end",
            "contact_id": "WhoId",
            "direction": "case {CallType} when 'Inbound' then 'inbound' when 'Outbound' then 'outbound' end",
            "at": "coalesce({CompletedDateTime}, {ActivityDate}, {CreatedDate})",
            "case_id": "case when {WhatId} like '500%' then {WhatId} end",
            "campaign_id": "case when {WhatId} like '701%' then {WhatId} end",
            "text": "coalesce({Description}, {Subject})",
            "is_deleted": "IsDeleted",
        },
        when=f"{_TASK} in ('call', 'email', 'listemail')",
    ),
    "Product2": SalesforceObject(
        "products",
        "Id Name ProductCode",
        {
            "product_id": "Id",
            "name": "Name",
            "family": "Family",
            "is_active": "IsActive",
            "is_deleted": "IsDeleted",
        },
    ),
    "Order": SalesforceObject(
        "orders",
        "Id EffectiveDate Status",
        {
            "order_id": "Id",
            "contact_id": "CustomerAuthorizedById",
            "bill_to_contact_id": "BillToContactId",
            "account_id": "AccountId",
            "ordered_at": "case when left({ActivatedDate}, 10) = left({EffectiveDate}, 10) "
            "then {ActivatedDate} else coalesce({EffectiveDate}, {CreatedDate}) end",
            "status": "Status",
            "amount": "coalesce({GrandTotalAmount}, {TotalAmount})",
            "currency": "CurrencyIsoCode",
            "tax_amount": "TotalTaxAmount",
            "is_deleted": "IsDeleted",
        },
    ),
    "OrderItem": SalesforceObject(
        "order_lines",
        "Id OrderId Quantity UnitPrice",
        {
            "order_line_id": "Id",
            "order_id": "OrderId",
            "product_id": "Product2Id",
            "quantity": "Quantity",
            "amount": "coalesce({TotalPrice}, cast(try_cast({UnitPrice} as decimal(18, 4)) "
            "* try_cast({Quantity} as decimal(12, 4)) as varchar), {UnitPrice})",
            "is_deleted": "IsDeleted",
        },
    ),
}

# Objects of the same export that are not read: columns that tell them.
REFUSED: dict[str, str] = {
    "a history (…History)": "OldValue NewValue",
    "Event": "StartDateTime EndDateTime",
    "UserRole": "ParentRoleId RollupDescription",
    "OpportunityLineItem": "OpportunityId PricebookEntryId Quantity",
    "OpportunityHistory": "OpportunityId StageName ForecastCategory SystemModstamp",
    "PricebookEntry": "Pricebook2Id Product2Id UnitPrice",
    "EmailMessage": "FromAddress ToAddress MessageDate",
    "Contract": "ContractTerm ContractNumber",
    "Asset": "Product2Id InstallDate",
    "Attachment": "ParentId BodyLength ContentType",
    "FeedItem": "ParentId Body LikeCount",
}

# Standard fields that are known and not used: any other column is news.
UNUSED = field_names(
    """
    AccountNumber AccountSource ActivatedById ActualCost AmountAllOpportunities AmountWonOpportunities
    AnnualRevenue AssetId AssistantName AssistantPhone BillingAddress BillingCountryCode
    BillingGeocodeAccuracy BillingLatitude BillingLongitude BillingPostalCode BillingState BillingStateCode
    BillingStreet BusinessHoursId CallDisposition CallDurationInSeconds CallObject
    CampaignMemberRecordTypeId CaseNumber CleanStatus Comments CommunityNickname CompanyAuthorizedById
    CompanyName CompanySignedById ContactEmail ContactFax ContactMobile ContactPhone ContractId
    ConvertedDate ConvertedOpportunityId CreatorFullPhotoUrl CreatorName CreatorSmallPhotoUrl DandbCompanyId
    Department DisplayUrl DoNotCall DunsNumber EmailBouncedDate EmailBouncedReason EmployeeNumber
    ExpectedRevenue ExternalDataSourceId ExternalId Fax Fiscal FiscalQuarter FiscalYear ForecastCategory
    ForecastCategoryName GeocodeAccuracy HasOpenActivity HasOpportunityLineItem HasOptedOutOfEmail
    HasOptedOutOfFax HasOverdueTask HierarchyActualCost IndividualId IsArchived IsClosedOnCreate IsConverted
    IsEmailBounced IsEscalated IsHighPriority IsPriorityRecord IsPrivate IsRecurrence IsReductionOrder
    IsReminderSet IsUnreadByOwner IsVisibleInSelfService Jigsaw JigsawCompanyId JigsawContactId Language
    LanguageLocaleKey LastActivityDate LastAmountChangedHistoryId LastCURequestDate LastCUUpdateDate
    LastLoginDate LastModifiedById LastReferencedDate LastStageChangeDate LastTransferDate LastViewedDate
    Latitude LeadSource ListPrice LocaleSidKey Longitude MailingAddress MailingCountryCode
    MailingGeocodeAccuracy MailingLatitude MailingLongitude MailingStateCode ManagerId NaicsCode NaicsDesc
    NextStep NumberOfContacts NumberOfConvertedLeads NumberOfLeads NumberOfOpportunities NumberOfResponses
    NumberOfWonOpportunities NumberSent OperatingHoursId OrderItemNumber OrderNumber OrderReferenceNumber
    OriginalOrderId OriginalOrderItemId OtherAddress OtherCountryCode OtherGeocodeAccuracy OtherLatitude
    OtherLongitude OtherStateCode OwnerId Ownership PhotoUrl PoDate PoNumber Pricebook2Id PricebookEntryId
    Probability ProfileId PushCount QuantityUnitOfMeasure Rating Reason RecordTypeId RecurrenceActivityId
    RecurrenceInterval ReminderDateTime ReportsToId Salutation ServiceDate ShippingAddress
    ShippingCountryCode ShippingGeocodeAccuracy ShippingLatitude ShippingLongitude ShippingPostalCode
    ShippingState ShippingStateCode ShippingStreet Sic SicDesc Site SourceId StatusCode StockKeepingUnit
    Suffix SuppliedCompany SuppliedEmail SuppliedName SuppliedPhone SystemModstamp TickerSymbol
    TimeZoneSidKey TotalLineAmount TotalOpportunityQuantity Tradestyle UserRoleId UserType WhatCount
    WhoCount YearStarted
    """
)
