"""The pairs that wait for a reviewer, as a list. Must not live here: the sheet that is filled in (sheet.py)."""

from __future__ import annotations

from typing import Any

from warehouse.identity.review.links_at_hand import OpenLinks


def waiting_pairs(links: OpenLinks, limit: int) -> list[dict[str, Any]]:
    """Return the most informative pairs: ids, probability and reason, nothing that names anybody."""
    found: list[dict[str, Any]] = (
        links.connection.execute(
            "select queue_rank, left_persona_id, right_persona_id, reason, rule, pair_probability from "
            "review_queue "
            "order by queue_rank limit $most",
            {"most": limit},
        )
        .to_arrow_table()
        .to_pylist()
    )
    return found
