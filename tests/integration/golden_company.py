"""A company of a dozen people as canonical rows and given links, for the figures in test_marts_golden.py.

Lives here: the rows, written by hand, no chance. The clock of the data ends with 30 June 2026: everything was
observed at 2026-07-01T00:00Z, and one wrong date lies in 2031. Times are UTC. The people:

    contact  who                                  x                 forum        orders, stage
    c01 Ada  merged with c09 (deleted)            xa1, xa2 (June)   –            3 orders, one of them c09's
    c02 Ben  New York                             xb, perhaps xq    –            2, and a draft
    c03 Cem  Berlin                               perhaps xq        fc           1
    c04 Dee  primary contact of account a4        –                 –            1, of the account
    c05 Eli  zone and country unknown             xe                –            none; Customer since 10 June
    c06 Fay  was Customer, was seen as Former     –                 –            none
    c07 Gus  USA: more than one zone              –                 fg           1, of unknown rate
    c08 Hal  a prospect                           xh                –            none
    c10 Jon  deleted in the CRM                   –                 –            1
    c12 Kim  last bought in 2024                  –                 fk (deleted) 1

Beside them: the brand (xbrand), a staff member (fs), a blog that wrote in May.
"""

from __future__ import annotations

from pathlib import Path

from tests.integration.golden_crm import commerce_rows, crm_rows
from tests.integration.golden_links import write_links
from tests.integration.golden_social import social_rows
from tests.integration.hand_made_lake import instant, write_inputs, write_lake

SEEN = instant("2026-07-01")

SOURCES = (
    # source, network, views, counters, connections
    ("x_export", "x", False, True, True),
    ("forum_export", "forum", True, False, False),
    ("blogs", "blog", False, False, False),
    ("crm", None, False, False, False),
)


def write_golden_company(home: Path, min_cell: int) -> None:
    """Write lake, inputs and identity of the company under `home`."""
    write_lake(home, {**social_rows(), **crm_rows(), **commerce_rows()}, observed_at=SEEN)
    _write_inputs(home, min_cell)
    write_links(home)


def _write_inputs(home: Path, min_cell: int) -> None:
    write_inputs(
        home,
        {"months": 2, "min_cell": min_cell},
        configured_accounts=[
            {"owner_kind": "brand", "owner_name": "Domatik", "network": "x", "account": "xbrand"}
        ],
        configured_sources=[
            {
                "source": source,
                "format": "hand",
                "network": network,
                "observes_views": views,
                "observes_counters": counters,
                "observes_connections": connections,
                "observes_reshares": False,
            }
            for source, network, views, counters, connections in SOURCES
        ],
        configured_words=[
            {"kind": "customer_stage", "value": "Customer"},
            {"kind": "counted_order_status", "value": "Paid"},
        ],
        configured_segmentations=[{"segmentation": "region", "description": "where they live"}],
        files=[
            {
                "source": "crm",
                "file_name": "crm.csv",
                "source_file_sha256": "a" * 64,
                "bytes": 10,
                "records_read": 15,
                "records_accepted": 12,
                "records_duplicate": 1,
                "records_rejected": 2,
                "outcome": "landed",
                "landed_at": SEEN,
            },
            {
                "source": "crm",
                "file_name": "torn.csv.gz",
                "source_file_sha256": "b" * 64,
                "bytes": 10,
                "records_read": 0,
                "records_accepted": 0,
                "records_duplicate": 0,
                "records_rejected": 0,
                "outcome": "failed",
                "reason_code": "truncated",
                "reason": "the archive ends early",
                "landed_at": SEEN,
            },
        ],
    )
