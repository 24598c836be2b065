"""The numbers of policy, on one screen: each is said here, once, and read from here wherever it counts.

What scrm.yml may set takes its default from here; linkage, checks and publication read the others, and the SQL of
dbt reads them through the macro `policy`, which `python -m warehouse.policy` writes. Must not live here: numbers
and names of linkage's own rules (warehouse/identity/rules.py), weights (learned), what one check tolerates (beside
that check).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# Links. Thresholds on the probability that two personas are one person (identity in scrm.yml).
JOIN = 0.95  # a link is made from here on
KEEP = 0.90  # a link once made stays from here on
REVIEW = 0.50  # between review and join a person decides
# No pair is ever certain: what a model or a reviewer says is capped here (marts.md, Link doubt).
HIGHEST_PROBABILITY = 0.9999
# A candidate below this says nothing of whether a customer is present on a network.
LEAST_CANDIDATE = 0.05
MAX_ACCOUNTS_PER_NETWORK = 5
# More personas than this no person has, but by the word of reviewers and the CRM.
MOST_PERSONAS = 60

# Small cells. A figure that rests on fewer customers is suppressed (privacy.min_cell in scrm.yml).
MIN_CELL = 10
# Hours of the day are shown of a segment with so many activities.
LEAST_ACTIVITIES = 100
# A segment is said to prefer an hour by so many activities of a quarter, and a format by so many posts.
LEAST_PROFILE_ACTIVITIES = 300
LEAST_POSTS = 30

# Customers. Value is judged by the orders of so many days.
VALUE_DAYS = 365
CUSTOMER_STAGES = ("Customer",)
COUNTED_ORDER_STATUSES = ("Activated", "Completed", "Shipped", "Delivered", "Paid")

# What lands. Posts of other visibilities do not.
LANDED_VISIBILITIES = ("public", "unlisted")
# A file is set aside whole where a larger share of its records is rejected, and at least so many (quality).
MAX_REJECTED_SHARE = 0.05
LEAST_REJECTED = 20

# What may be set apart so that the rest is published (quality.containment): this share of the rows or persons,
CONTAINED_SHARE = 0.001
CONTAINED_AT_LEAST = 10  # in small tables so many,
CONTAINED_AT_MOST_SHARE = 0.05  # though never more than this share.

# What is published, and kept.
MONTHS = 12
MOST_MONTHS = 120
CURRENCY = "EUR"
KEPT_PUBLICATIONS = 5
KEPT_FAILED_BUILDS = 2
KEPT_RUNS = 200
KEPT_DAYS = 90
# Seconds that a command of notify may take, and the most that scrm.yml may give it.
NOTIFY_SECONDS = 30
MOST_NOTIFY_SECONDS = 600

MACRO = Path(__file__).parents[1] / "dbt_project" / "macros" / "policy.sql"
READ_BY_SQL: Mapping[str, float] = {
    "highest_probability": HIGHEST_PROBABILITY,
    "least_candidate": LEAST_CANDIDATE,
    "least_activities": LEAST_ACTIVITIES,
    "least_profile_activities": LEAST_PROFILE_ACTIVITIES,
    "least_posts": LEAST_POSTS,
    "value_days": VALUE_DAYS,
    "most_months": MOST_MONTHS,
}


def macro() -> str:
    """Return the macro through which SQL reads these numbers."""
    numbers = "".join(f"        '{name}': {value},\n" for name, value in READ_BY_SQL.items())
    return (
        "{# A number of policy by its name. Written by `python -m warehouse.policy` from warehouse/policy.py. #}\n"
        "{% macro policy(name) -%}\n"
        f"    {{{{ {{\n{numbers}    }}[name] }}}}\n"
        "{%- endmacro %}\n"
    )


if __name__ == "__main__":
    MACRO.write_text(macro(), encoding="utf-8")
