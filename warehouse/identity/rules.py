"""Numbers and named rules of linkage, on one screen.

The thresholds on probability (join, keep, review) and the accounts a person may have on a network are the
company's to set (`identity` in scrm.yml). Must not live here: weights (learned, models/*.json) and lists of
words (dbt seeds).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """Thresholds on probability, and how many accounts a person may have on one network."""

    join: float
    keep: float
    review: float
    max_accounts_per_network: int


# No pair is ever certain: what a model or a reviewer says is capped here (marts.md, Link doubt).
HIGHEST_PROBABILITY = 0.9999
# Pairs below this are forgotten: they could change no published digit.
LOWEST_PROBABILITY = 0.001
# A contradiction between two personas, where a third would join them.
CONTRADICTION = 0.05
# A blocking key that more personas share than this says nothing; the pair must meet on another key.
LARGEST_BLOCK = 150
# The same for a family name inside a handle, which common short names are by chance.
LARGEST_RARE_BLOCK = 25
# Values (addresses, numbers, sites) that more personas of the training data share than this are shared ones.
LARGEST_SHARE = 8
# A full name is at least this part as frequent as a family name never seen: rare names run in families.
LEAST_FULL_NAME = 0.05
# A company with fewer personas than this is judged as one of this size: among few, a namesake is no less likely.
SMALLEST_COMPANY = 1_250
# Rounds in which accepted profiles may bring in further ones.
MOST_ROUNDS = 6

# Names of the rules, as they stand in violations.parquet and in personas.parquet (column rule).
CRM_MERGE = "crm_merge"
REVIEWER_MATCH = "reviewer_match"
REVIEWER_NO_MATCH = "reviewer_no_match"
CONTACTS_NEED_MORE_THAN_A_NAME = "no_merge_of_contacts_on_name_and_place_alone"
CONTACTS_NAMES_CONTRADICT = "no_merge_of_contacts_of_different_names"
CONTRADICTING_NEIGHBOUR = "contradicted_by_a_closer_record"
ONE_WAY_CLAIM = "one_way_claim_proves_nothing"
LOW_TRUST = "low_trust_never_carries_a_link"
ACCOUNTS_PER_NETWORK = "max_accounts_per_network"
VERIFIED_EMAIL = "one_person_per_verified_email"
