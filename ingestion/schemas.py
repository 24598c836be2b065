"""The canonical tables: one documented Arrow schema each.

Lives here: names, types, keys and meaning of every column that a format may fill. The schema is the
only place where the *shape* of landed data is decided: a NULL in a non-nullable column or a value that
does not cast rejects the record at landing. Must not live here: how an export is read (formats/), and
any rule on content (quality/) or on relations between tables (dbt).

Times are UTC instants (`timestamp[us, UTC]`), ids are the platform's own, as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
TEXTS = pa.list_(pa.string())
COUNT = pa.int64()
AMOUNT = pa.decimal128(18, 4)
FLAG = pa.bool_()
DATE = pa.date32()


_KINDS = {
    INSTANT: "time",
    DATE: "day",
    TEXT: "text",
    TEXTS: "texts",
    COUNT: "whole number",
    pa.int32(): "whole number",
    pa.float64(): "number",
    AMOUNT: "amount",
    FLAG: "yes or no",
}


@dataclass(frozen=True)
class Column:
    """One column: name, Arrow type, what it means. `required` means never NULL."""

    name: str
    type: pa.DataType
    meaning: str
    required: bool = False

    @property
    def is_id(self) -> bool:
        """Whether it is an id, or refers to one."""
        return self.name.endswith("_id") or self.name == "created_from"

    @property
    def kind(self) -> str:
        """The type in a word that a user of scrm.yml understands."""
        return "id" if self.is_id else _KINDS[self.type]

    def field(self) -> pa.Field:
        return pa.field(
            self.name, self.type, nullable=not self.required, metadata={"description": self.meaning}
        )


# Every row of every canonical table carries these, filled by landing, never by a format
# (observed_at: a format may give the record's own time of observation).
PROVENANCE: tuple[Column, ...] = (
    Column("source", TEXT, "name of the source in scrm.yml", required=True),
    Column("source_file_sha256", TEXT, "SHA-256 of the file as found, in hex", required=True),
    Column(
        "source_record",
        TEXT,
        "place of the record in the file: line or ordinal from 1, then the JSON pointer inside it",
        required=True,
    ),
    Column(
        "observed_at",
        INSTANT,
        "when the platform was asked: the record's own time, else the file's (landing.py)",
        required=True,
    ),
    Column("ingested_at", INSTANT, "when this warehouse read it (provenance only)", required=True),
    Column("record_hash", pa.uint64(), "half of the MD5 of the record's bytes", required=True),
)


# Columns whose values a CRM (shop, help desk, portal) gives, in whatever table they stand: ids of its records and
# references to them. Another CRM may give the same ones, so these are what a source's `ids` puts a name before.
# Networks' own ids (profiles, activities) are told apart by `network`; cases.created_from may be either kind.
CRM_IDS = frozenset(
    (
        *("contact_id", "merged_into_id", "bill_to_contact_id", "primary_contact_id", "author_id"),
        *("account_id", "parent_account_id", "user_id", "opportunity_id", "opportunity_contact_id"),
        *("campaign_id", "campaign_member_id", "case_id", "case_comment_id", "touchpoint_id"),
        *("order_id", "order_line_id", "product_id", "idea_id", "visit_id"),
    )
)


# Columns of activities that say what somebody said: of a withdrawn one they go, from staging and from the lake.
# Ids, times and the kinds of attachments stay.
ACTIVITY_CONTENT = ("title", "content", "language", "links", "mentions", "hashtags", "place")


@dataclass(frozen=True)
class CanonicalTable:
    """A canonical table: `key` is the platform's identity; the newest observation of a key wins."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """Arrow schema: the table's own columns, then `PROVENANCE`."""
        return pa.schema(
            [c.field() for c in (*self.columns, *PROVENANCE)],
            metadata={"description": self.description, "key": ",".join(self.key)},
        )

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(c.name for c in self.columns if c.required)

    @cached_property
    def own_key(self) -> str | None:
        """The key, where it is one column (the network and the time of observation apart)."""
        own = [column for column in self.key if column not in ("network", "observed_at")]
        return own[0] if len(own) == 1 else None

    @cached_property
    def types(self) -> dict[str, pa.DataType]:
        return {c.name: c.type for c in self.columns}


def _table(name: str, description: str, key: str, columns: Iterable[Column]) -> CanonicalTable:
    keys = tuple(key.split())
    return CanonicalTable(
        name,
        description,
        keys,
        tuple(Column(c.name, c.type, c.meaning, required=c.required or c.name in keys) for c in columns),
    )


C = Column

_NETWORK = C("network", TEXT, "network or community the source observes, as in scrm.yml")

_SOCIAL = (
    _table(
        "profiles",
        "One row per observation of a profile: an account on a network, a forum, or a blog.",
        "network profile_id",
        [
            _NETWORK,
            C("profile_id", TEXT, "the platform's id; a blog's is its home address"),
            C("handle", TEXT, "user name without @; as written"),
            C("display_name", TEXT, "name shown beside the posts"),
            C("bio", TEXT, "self-description, plain text"),
            C("urls", TEXTS, "addresses in the profile and its bio, expanded where the platform does"),
            C(
                "also_known_as",
                TEXTS,
                "accounts declared as the same person (rel=me, alsoKnownAs, linked accounts)",
            ),
            C("location", TEXT, "free text"),
            C("country", TEXT, "ISO 3166-1 alpha-2 where the platform states it"),
            C("time_zone", TEXT, "IANA name"),
            C("language", TEXT, "BCP 47"),
            C("employer", TEXT, "organisation named in a field of its own"),
            C("job_title", TEXT, "title named in a field of its own"),
            C("email", TEXT, "address where the platform exports it; restricted"),
            C("avatar_url", TEXT, "address of the picture"),
            C("is_verified", FLAG, "the platform vouches for the account"),
            C("is_bot", FLAG, "the platform or the account says it is automated"),
            C("is_organization", FLAG, "the platform says it speaks for an organisation"),
            C("is_staff", FLAG, "the community says it is staff (admin, moderator)"),
            C("is_protected", FLAG, "posts are not public"),
            C("created_at", INSTANT, "when the account was made"),
            C("modified_at", INSTANT, "when what it says of itself was last changed, where the record says"),
            C("deleted_at", INSTANT, "when it was deleted or suspended"),
        ],
    ),
    _table(
        "profile_counters",
        "One row per profile and time of observation: the platform's own counts.",
        "network profile_id observed_at",
        [
            _NETWORK,
            C("profile_id", TEXT, "as in profiles"),
            C("followers", COUNT, "accounts that follow it"),
            C("following", COUNT, "accounts it follows"),
            C("posts", COUNT, "posts ever"),
        ],
    ),
    _table(
        "activities",
        "One row per observation of an activity, in the words of ActivityStreams 2.0.",
        "network activity_id",
        [
            _NETWORK,
            C(
                "activity_id",
                TEXT,
                "the platform's id; where it has none, type:actor:object (and when, of what may happen twice)",
            ),
            C("alias_id", TEXT, "another id by which activities that answer it may name it"),
            C("actor_profile_id", TEXT, "who did it, as in profiles; NULL where the platform hides it"),
            C("activity_type", TEXT, "Create, Announce, Like, View, Follow, Delete …", required=True),
            C("object_type", TEXT, "Note, Article, Question, Place, Person …"),
            C(
                "object_id",
                TEXT,
                "what it was done to: the post reshared, liked, read, deleted, the profile followed",
            ),
            C("attachment_types", TEXTS, "image, video, audio, link, poll"),
            C("in_reply_to_id", TEXT, "activity answered"),
            C("quote_of_id", TEXT, "activity quoted"),
            C("root_id", TEXT, "first activity of the thread"),
            C("target_id", TEXT, "where it was put: category, community, page, list"),
            C("published_at", INSTANT, "when it happened", required=True),
            C(
                "is_time_observed",
                FLAG,
                "false where published_at is the time of observation, since the record carries none",
            ),
            C("modified_at", INSTANT, "when it was last edited, where the record says; the last edit wins"),
            C(
                "author_utc_offset_minutes",
                pa.int32(),
                "the author's own offset in the record, never a server's",
            ),
            C("visibility", TEXT, "public, unlisted, followers, private; only public is landed by default"),
            C("title", TEXT, "title, plain text"),
            C("content", TEXT, "text, plain (HTML removed)"),
            C("language", TEXT, "BCP 47, as the platform says"),
            C("links", TEXTS, "addresses in the content, expanded where the platform does"),
            C("mentions", TEXTS, "profile ids where known, else handles"),
            C("hashtags", TEXTS, "without #"),
            C("place", TEXT, "place named in the record"),
            C("is_reversed", FLAG, "the record itself says that it was taken back or deleted"),
        ],
    ),
    _table(
        "activity_counters",
        "One row per activity and time of observation: the platform's own counts.",
        "network activity_id observed_at",
        [
            _NETWORK,
            C("activity_id", TEXT, "as in activities"),
            C("likes", COUNT, "likes, favourites, reactions"),
            C("shares", COUNT, "reshares without comment"),
            C("replies", COUNT, "direct replies"),
            C("quotes", COUNT, "reshares with comment"),
            C("bookmarks", COUNT, "bookmarks"),
            C("views", COUNT, "views, reads, impressions"),
        ],
    ),
    _table(
        "connections",
        "One row per observation of one profile following another (a mutual one is two).",
        "network follower_profile_id followed_profile_id",
        [
            _NETWORK,
            C("follower_profile_id", TEXT, "who follows"),
            C("followed_profile_id", TEXT, "who is followed"),
            C("since", INSTANT, "when it began, where known"),
            C("until", INSTANT, "when it ended, where known"),
        ],
    ),
    _table(
        "web_visits",
        "One row per page view or conversion on the company's own sites.",
        "visit_id",
        [
            C("visit_id", TEXT, "id of the event"),
            C("session_id", TEXT, "session"),
            C("visitor_id", TEXT, "cookie or device"),
            C("contact_id", TEXT, "contact where logged in"),
            C("url", TEXT, "page"),
            C("referrer", TEXT, "page before"),
            C("utm_source", TEXT, "UTM"),
            C("utm_medium", TEXT, "UTM"),
            C("utm_campaign", TEXT, "UTM"),
            C("utm_content", TEXT, "UTM"),
            C("at", INSTANT, "when", required=True),
            C("conversion", TEXT, "name of the conversion, NULL for a plain view"),
        ],
    ),
)

_CRM = (
    _table(
        "contacts",
        "One row per observation of a contact or lead of the CRM.",
        "contact_id",
        [
            C("contact_id", TEXT, "the CRM's id"),
            C("contact_type", TEXT, "contact, lead"),
            C("account_id", TEXT, "account it belongs to"),
            C("full_name", TEXT, "name as one text, where given"),
            C("given_name", TEXT, "first name"),
            C("middle_name", TEXT, "middle name"),
            C("family_name", TEXT, "last name"),
            C("former_family_name", TEXT, "name before a change"),
            C("nickname", TEXT, "nickname"),
            C("email", TEXT, "restricted"),
            C("other_emails", TEXTS, "restricted"),
            C("phone", TEXT, "restricted"),
            C("other_phones", TEXTS, "restricted"),
            C("street", TEXT, "restricted"),
            C("city", TEXT, "city"),
            C("postal_code", TEXT, "postal code"),
            C("region", TEXT, "state or province"),
            C("country", TEXT, "country as written, name or ISO code"),
            C("time_zone", TEXT, "IANA name"),
            C("language", TEXT, "BCP 47"),
            C("title", TEXT, "job title"),
            C("employer", TEXT, "employer where it is not the account"),
            C("stage", TEXT, "life-cycle stage, as the CRM names it"),
            C("stage_from", INSTANT, "since when"),
            C("handles", TEXTS, "social handles as network:handle"),
            C("website", TEXT, "website"),
            C("birth_year", pa.int32(), "where lawfully held"),
            C("merged_into_id", TEXT, "contact that took its place"),
            C("is_deleted", FLAG, "deleted in the CRM"),
            C("created_at", INSTANT, "when"),
            C("modified_at", INSTANT, "when"),
        ],
    ),
    _table(
        "accounts",
        "One row per observation of an account: a company or a household.",
        "account_id",
        [
            C("account_id", TEXT, "the CRM's id"),
            C("name", TEXT, "name"),
            C("account_type", TEXT, "household, business … as the CRM names it"),
            C("website", TEXT, "website"),
            C("domain", TEXT, "e-mail domain"),
            C("phone", TEXT, "switchboard"),
            C("industry", TEXT, "industry"),
            C("employees", COUNT, "number of employees"),
            C("city", TEXT, "city"),
            C("country", TEXT, "country as written"),
            C("primary_contact_id", TEXT, "primary contact, where named"),
            C("parent_account_id", TEXT, "parent"),
            C("is_deleted", FLAG, "deleted in the CRM"),
            C("created_at", INSTANT, "when"),
            C("modified_at", INSTANT, "when"),
        ],
    ),
    _table(
        "users",
        "One row per observation of a CRM user: the company's staff.",
        "user_id",
        [
            C("user_id", TEXT, "the CRM's id"),
            C("full_name", TEXT, "name"),
            C("email", TEXT, "restricted"),
            C("handles", TEXTS, "social handles as network:handle"),
            C("title", TEXT, "job title"),
            C("is_active", FLAG, "active"),
        ],
    ),
    _table(
        "opportunities",
        "One row per observation of an opportunity.",
        "opportunity_id",
        [
            C("opportunity_id", TEXT, "the CRM's id"),
            C("account_id", TEXT, "account"),
            C("name", TEXT, "name"),
            C("stage", TEXT, "stage"),
            C("amount", AMOUNT, "amount"),
            C("currency", TEXT, "ISO 4217"),
            C("is_won", FLAG, "won"),
            C("is_closed", FLAG, "closed"),
            C("created_at", INSTANT, "when"),
            C("closed_at", INSTANT, "when closed, or expected to"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "opportunity_contacts",
        "One row per observation of a contact's role in an opportunity.",
        "opportunity_contact_id",
        [
            C("opportunity_contact_id", TEXT, "the CRM's id"),
            C("opportunity_id", TEXT, "opportunity", required=True),
            C("contact_id", TEXT, "contact", required=True),
            C("role", TEXT, "role"),
            C("is_primary", FLAG, "primary"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "campaigns",
        "One row per observation of a campaign.",
        "campaign_id",
        [
            C("campaign_id", TEXT, "the CRM's id"),
            C("name", TEXT, "name"),
            C("campaign_type", TEXT, "type"),
            C("status", TEXT, "status"),
            C("is_incentivised", FLAG, "answers are paid for by a prize or discount"),
            C("starts_on", DATE, "first day"),
            C("ends_on", DATE, "last day"),
            C("budgeted_amount", AMOUNT, "budget"),
            C("currency", TEXT, "ISO 4217"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "campaign_members",
        "One row per observation of a contact's membership of a campaign.",
        "campaign_member_id",
        [
            C("campaign_member_id", TEXT, "the CRM's id"),
            C("campaign_id", TEXT, "campaign", required=True),
            C("contact_id", TEXT, "contact or lead"),
            C("status", TEXT, "status"),
            C("has_responded", FLAG, "responded"),
            C("at", INSTANT, "when added or responded"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "cases",
        "One row per observation of a service case.",
        "case_id",
        [
            C("case_id", TEXT, "the CRM's id"),
            C("contact_id", TEXT, "contact"),
            C("account_id", TEXT, "account"),
            C("subject", TEXT, "subject"),
            C("description", TEXT, "description"),
            C("status", TEXT, "status"),
            C("priority", TEXT, "priority"),
            C("origin", TEXT, "channel"),
            C("created_from", TEXT, "activity or touchpoint that opened it"),
            C("opened_at", INSTANT, "when", required=True),
            C("first_response_at", INSTANT, "when"),
            C("resolved_at", INSTANT, "when"),
            C("reopened_count", COUNT, "times reopened"),
            C("is_satisfied", FLAG, "the customer said so"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "case_comments",
        "One row per observation of a comment on a case.",
        "case_comment_id",
        [
            C("case_comment_id", TEXT, "the CRM's id"),
            C("case_id", TEXT, "case", required=True),
            C("author_id", TEXT, "user or contact"),
            C("is_by_staff", FLAG, "written by staff"),
            C("is_public", FLAG, "the customer sees it"),
            C("content", TEXT, "text"),
            C("at", INSTANT, "when", required=True),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "touchpoints",
        "One row per observation of a call, e-mail, survey answer, web form or IVR contact.",
        "touchpoint_id",
        [
            C("touchpoint_id", TEXT, "id in the source"),
            C("touchpoint_type", TEXT, "call, email, survey, web_form, ivr, visit", required=True),
            C("contact_id", TEXT, "contact, where known"),
            C("full_name", TEXT, "name given"),
            C("email", TEXT, "address used; restricted"),
            C("phone", TEXT, "number used; restricted"),
            C("handles", TEXTS, "social handles given, as network:handle"),
            C("direction", TEXT, "inbound, outbound"),
            C("at", INSTANT, "when", required=True),
            C("case_id", TEXT, "case it opened or belongs to"),
            C("campaign_id", TEXT, "campaign"),
            C("score", pa.float64(), "answer of a survey"),
            C("scale_max", pa.float64(), "highest answer possible"),
            C("text", TEXT, "text"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
)

_COMMERCE = (
    _table(
        "orders",
        "One row per observation of an order.",
        "order_id",
        [
            C("order_id", TEXT, "id in the shop or CRM"),
            C("contact_id", TEXT, "buyer"),
            C("bill_to_contact_id", TEXT, "bill-to contact"),
            C("account_id", TEXT, "account"),
            C("ordered_at", INSTANT, "when", required=True),
            C("status", TEXT, "status as the source names it"),
            C("amount", AMOUNT, "gross total", required=True),
            C("currency", TEXT, "ISO 4217"),
            C("discount_amount", AMOUNT, "discount inside the gross total"),
            C("tax_amount", AMOUNT, "tax inside the gross total"),
            C("returned_amount", AMOUNT, "value sent back"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "order_lines",
        "One row per observation of a line of an order.",
        "order_line_id",
        [
            C("order_line_id", TEXT, "id in the source"),
            C("order_id", TEXT, "order", required=True),
            C("product_id", TEXT, "product"),
            C("quantity", pa.float64(), "quantity"),
            C("amount", AMOUNT, "total of the line"),
            C("unit_cost_amount", AMOUNT, "cost of one unit"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "products",
        "One row per observation of a product or service.",
        "product_id",
        [
            C("product_id", TEXT, "id in the source"),
            C("name", TEXT, "name", required=True),
            C("synonyms", TEXTS, "other names people use"),
            C("family", TEXT, "family"),
            C("is_active", FLAG, "still sold"),
            C("is_deleted", FLAG, "deleted in the CRM"),
        ],
    ),
    _table(
        "exchange_rates",
        "One row per currency and day: how much of the configured currency one unit buys.",
        "currency valid_on",
        [
            C("currency", TEXT, "ISO 4217"),
            C("valid_on", DATE, "day"),
            C("rate", pa.float64(), "configured currency per unit", required=True),
        ],
    ),
    _table(
        "consents",
        "One row per consent or objection given.",
        "contact_id purpose at",
        [
            C("contact_id", TEXT, "who"),
            C("purpose", TEXT, "linking, marketing, analytics … as configured"),
            C("status", TEXT, "granted, objected, withdrawn", required=True),
            C("at", INSTANT, "when"),
        ],
    ),
    _table(
        "segment_assignments",
        "One row per contact, segmentation and start: the company's own segments.",
        "contact_id segmentation valid_from",
        [
            C("contact_id", TEXT, "who"),
            C("segmentation", TEXT, "name of the segmentation"),
            C("segment", TEXT, "segment", required=True),
            C("valid_from", INSTANT, "first instant"),
            C("valid_to", INSTANT, "first instant after; NULL while it holds"),
        ],
    ),
    _table(
        "ideas",
        "One row per observation of an idea handed in.",
        "idea_id",
        [
            C("idea_id", TEXT, "id in the portal"),
            C("activity_id", TEXT, "activity that stated it"),
            C("contact_id", TEXT, "who, where the portal knows"),
            C("network", TEXT, "network of the profile"),
            C("profile_id", TEXT, "who, as a profile"),
            C("title", TEXT, "title"),
            C("status", TEXT, "status"),
            C("votes", COUNT, "votes"),
            C("submitted_at", INSTANT, "when", required=True),
            C("adopted_at", INSTANT, "when adopted"),
            C("initiative", TEXT, "initiative it belongs to"),
        ],
    ),
)

TABLES: dict[str, CanonicalTable] = {t.name: t for t in (*_SOCIAL, *_CRM, *_COMMERCE)}
