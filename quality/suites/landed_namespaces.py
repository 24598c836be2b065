"""One check: whether sources that share the ids of a CRM speak of one CRM.

Two exports of one CRM, old and new, agree on most records that both hold: a name keeps a word when somebody
marries, an order keeps its day when it is returned. Records of two CRMs that merely number alike have nothing in
common. So the share of shared ids that contradict each other is near 0 or near 1, and a limit between them
tells. Must not live here: how ids get a name before them (ingestion/mapping/compiler.py).
"""

from __future__ import annotations

from quality.check import Check, Limits

# Canonical table → its id, and what is compared: the words of a name and addresses (nothing in common
# contradicts), instants (more than a day and a half apart: time zones make a day), references (another one).
_RECORDS: dict[str, tuple[str, dict[str, str]]] = {
    "contacts": (
        "contact_id",
        {
            "words": "concat_ws(' ', full_name, given_name, family_name, former_family_name, nickname)",
            "addresses": "list_concat([email, phone], list_concat(other_emails, other_phones))",
        },
    ),
    "accounts": ("account_id", {"words": "name", "addresses": "[domain, website, phone]"}),
    "users": ("user_id", {"words": "full_name", "addresses": "[email]"}),
    "opportunities": ("opportunity_id", {"words": "name", "instant": "created_at"}),
    "campaigns": ("campaign_id", {"words": "name", "instant": "cast(starts_on as timestamptz)"}),
    "products": ("product_id", {"words": "concat_ws(' ', name, array_to_string(synonyms, ' '))"}),
    "orders": ("order_id", {"instant": "ordered_at"}),
    "cases": ("case_id", {"instant": "opened_at"}),
    "case_comments": ("case_comment_id", {"instant": '"at"'}),
    "touchpoints": ("touchpoint_id", {"instant": '"at"'}),
    "ideas": ("idea_id", {"instant": "submitted_at", "words": "title"}),
    "web_visits": ("visit_id", {"instant": '"at"'}),
    "order_lines": ("order_line_id", {"reference": "order_id"}),
    "opportunity_contacts": ("opportunity_contact_id", {"reference": "opportunity_id"}),
    "campaign_members": ("campaign_member_id", {"reference": "campaign_id"}),
}
_COMPARED = {
    "words": (
        "list_filter(regexp_split_to_array(lower(strip_accents({})), '[^\\p{{L}}\\p{{N}}]+'), lambda w: w <> '')",
        "not list_has_any(here.words, there.words)",
    ),
    "addresses": (
        "list_transform(list_filter({}, lambda a: a is not null), lambda a: lower(trim(a)))",
        "not list_has_any(here.addresses, there.addresses)",
    ),
    "instant": ("{}", "abs(date_diff('hour', here.instant, there.instant)) > 36"),
    "reference": ("{}", "here.reference <> there.reference"),
}


def suite(limits: Limits) -> tuple[Check, ...]:
    """Return the check."""
    most = limits("landed.files.contradicting_ids", 0.5)
    tables = "\nunion all\n".join(_contradictions(table) for table in _RECORDS)
    return (
        Check(
            name="landed.files.ids_of_one_crm",
            layer="landed",
            relation="inputs.files",
            severity="critical",
            sentence="Ids are unique within one CRM. These two sources give the same ids to records that have "
            "nothing in common, so they are two CRMs, and one record would silently take the other's place. Give "
            "one of the two, and every source that refers to it, a name of its own: ids: NAME (scrm.yml, under "
            "the source).",
            sql=f"""
select canonical_table, source, other_source, count(*) as shared_ids,
    count(*) filter (where contradicts) as contradicting_ids
from ({tables})
where source in (select source from @batch)
group by canonical_table, source, other_source
having contradicting_ids > {most} * shared_ids""",
            cost="publication",
            is_acceptable=True,
        ),
    )


def _contradictions(table: str) -> str:
    """Compare the newest record that each source has of an id; only those of which both say enough count."""
    key, said = _RECORDS[table]
    columns = ", ".join(f"{_COMPARED[kind][0].format(sql)} as {kind}" for kind, sql in said.items())
    leading = next(
        iter(said)
    )  # without it nothing can be said; of the others, what is not given is no objection
    is_said = f"len({leading}) > 0" if leading == "words" else f"{leading} is not null"
    apart = " and ".join(
        f"coalesce({_COMPARED[kind][1]}, {'false' if kind == leading else 'true'})" for kind in said
    )
    return f"""
select '{table}' as canonical_table, here.source, there.source as other_source, {apart} as contradicts
from newest_{table} as here
join newest_{table} as there on here.{key} = there.{key} and here.source < there.source
""".replace(
        f"newest_{table}",
        f"""(
    select source, {key}, {columns}
    from (
        select * from landed.{table}
        where {key} in (select {key} from landed.{table} group by {key} having min(source) <> max(source))
        qualify row_number() over (partition by source, {key} order by observed_at desc, record_hash) = 1
    )
    where {is_said}
)""",
    )
