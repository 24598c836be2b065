"""The sample company's truth as a reviewer: answers a sheet, and says what blocking and links have missed.

Only a made-up company has such a reviewer; what rests on its answers says basis 'truth'. Must not live here:
measures of a whole build against truth (evaluation/sample.py).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.engine import quote_text
from warehouse.identity.measure.audit_measures import LEAST_PAIRS, TRUTH_REVIEWER, Measure
from warehouse.identity.measure.link_quality import Share
from warehouse.identity.measure.quality_file import SCHEMA, TRUTH_FILE
from warehouse.identity.review.links_at_hand import PublishedLinks
from warehouse.identity.review.sheet_import import SheetInvalid
from warehouse.identity.tables import Maker
from warehouse.lake import Home, file_beside

make = Maker(__name__)


def answer_sheet(sheet: Path, truth: Path) -> int:
    """Fill the empty decisions of a sheet of `scrm review export` from `truth`; returns how many.

    A pair of which truth knows a side not (a touchpoint's, say) stays empty. Raises SheetInvalid.
    """
    owners = pq.read_table(truth / "personas.parquet", columns=["persona_id", "person_id"])
    person = dict(zip(owners["persona_id"].to_pylist(), owners["person_id"].to_pylist(), strict=True))
    try:
        with sheet.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = list(reader), list(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError) as error:
        raise SheetInvalid(
            f"{sheet} cannot be read ({error}). Name a sheet of 'scrm review export'."
        ) from error
    if "decision" not in names or "left_persona_id" not in names:
        raise SheetInvalid(
            f"{sheet} is no sheet of 'scrm review export': its columns are {', '.join(names)}."
        )
    answered = 0
    for row in rows:
        left, right = person.get(row["left_persona_id"]), person.get(row["right_persona_id"])
        if not row["decision"] and left is not None and right is not None:
            row |= {"decision": "match" if left == right else "no_match", "reviewer": TRUTH_REVIEWER}
            answered += 1
    with file_beside(sheet.absolute()) as path, path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return answered


def record_truth(home: Home, published: PublishedLinks, truth: Path) -> Share:
    """Keep for quality.parquet what truth says of the published links; returns the share lost by blocking.

    A true link is a profile and a contact of its person, both linkable. blocking_loss, by network: of profiles
    that hold evidence, those that no rule proposed with any contact of the person, or that were pruned at
    once as too unlikely. link_recall, by segment and
    network, and by segment over all networks: of all these profiles, pseudonyms too, those that stand in the
    person of such a contact; what presence misses, it misses whatever the reason. The segments are those that
    the contact's person is published in.
    """
    make(
        published.connection,
        "true_links",
        f"""
        with truth as (
            select t.*, personas.person_id as published_person
            from read_parquet({quote_text(truth / "personas.parquet")}) as t
            inner join personas on t.persona_id = personas.persona_id and personas.account_role = 'person'
        ),
        proposed as (
            select left_persona_id as a, right_persona_id as b from scored_pairs
            where left_persona_id like 'contact:%' and right_persona_id like 'profile:%' and stands_for is null
        )
        select
            p.network, p.persona_id, p.holds_evidence,
            bool_or((c.persona_id, p.persona_id) in (select (a, b) from proposed)) as is_proposed,
            bool_or(c.published_person = p.published_person) as is_found,
            list_distinct(flatten(list(string_split(customers.segments, '; ')))) as segments
        from truth as p
        inner join truth as c on p.person_id = c.person_id and c.persona_id like 'contact:%'
        left join customers on c.published_person = customers.person_id
        where p.persona_id like 'profile:%'
        group by p.network, p.persona_id, p.holds_evidence
        """,
    )
    version, losses = published.model_version, _losses(published)
    measures = [_measure(version, "blocking_loss", None, network, share) for network, share in losses.items()]
    measures += [
        _measure(version, "link_recall", segment, network, share)
        for (segment, network), share in _recalls(published).items()
    ]
    with file_beside(home.identity / TRUTH_FILE) as path:
        pq.write_table(pa.Table.from_pylist([m.as_row() for m in measures], SCHEMA), path)
    return losses.get(None, Share(0, 0))


def _losses(published: PublishedLinks) -> dict[str | None, Share]:
    rows = published.connection.execute(
        """
        select network, count(*) filter (where not is_proposed), count(*) from true_links where holds_evidence
        group by grouping sets ((network), ()) order by network
        """
    ).fetchall()
    return {network: Share(lost, of) for network, lost, of in rows if of}


def _recalls(published: PublishedLinks) -> dict[tuple[str, str | None], Share]:
    """By segment ('value: low') and network, None for all networks; of fewer than LEAST_PAIRS nothing is said."""
    rows = published.connection.execute(
        f"""
        select segment, network, count(*) filter (where is_found), count(*)
        from (select network, is_found, unnest(segments) as segment from true_links)
        group by grouping sets ((segment, network), (segment))
        having count(*) >= {LEAST_PAIRS}
        order by segment, network
        """
    ).fetchall()
    return {(segment, network): Share(found, of) for segment, network, found, of in rows}


def _measure(version: str, name: str, segment: str | None, network: str | None, share: Share) -> Measure:
    if segment is not None:
        kind, _, stratum = segment.partition(": ")
    else:
        kind, stratum = ("all", "all") if network is None else ("network", network)
    low, high = share.interval
    return Measure(version, name, kind, stratum, network, share.value, low, high, share.of, "truth")
