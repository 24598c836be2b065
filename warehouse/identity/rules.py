"""Numbers and named rules of linkage, on one screen.

The thresholds on probability (join, keep, review) and the accounts a person may have on a network are the
company's to set (`identity` in scrm.yml; defaults: warehouse/policy.py). Must not live here: weights (learned,
models/*.json) and lists of words (dbt seeds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse import policy
from warehouse.settings import Identity


@dataclass(frozen=True)
class Thresholds:
    """Thresholds on probability; how many accounts on one network, and how many personas, a person may have."""

    join: float
    keep: float
    review: float
    max_accounts_per_network: int
    most_personas: int


def thresholds_of(settings: Identity, limits: Mapping[str, float] | None = None) -> Thresholds:
    """Thresholds as scrm.yml sets them; `limits`: its quality.thresholds."""
    return Thresholds(
        settings.join,
        settings.keep,
        settings.review,
        settings.max_accounts_per_network,
        int((limits or {}).get(*MOST_PERSONAS)),
    )


# More personas than this no person has, but by the word of reviewers and the CRM: its name in quality.thresholds,
# and the default.
MOST_PERSONAS = ("identity.most_personas_per_person", policy.MOST_PERSONAS)
HIGHEST_PROBABILITY = policy.HIGHEST_PROBABILITY
# Pairs below this are pruned (pairs/pruning.py): they could change no published digit.
LOWEST_PROBABILITY = 0.001
# A contradiction between two personas, where a third would join them.
CONTRADICTION = 0.05
# A blocking key that more personas share than this says nothing; the pair must meet on another key.
LARGEST_BLOCK = 150
# The same for a family name inside a handle, which common short names are by chance.
LARGEST_RARE_BLOCK = 25
# Two whose years of birth lie so far apart are sooner parent and child than one person mistyped. Name, number,
# address and town, which a household shares, are then one coincidence, not four proofs: years are worth some eight
# bits, and outweigh no sum of forty that counts each by itself. So a rule does.
GENERATION = 15
# Values (addresses, numbers, sites) that more personas of the training data share than this are shared ones.
LARGEST_SHARE = 8
# A hashtag, link or venue that a larger part of the people show is no interest of anybody's own.
MOST_COMMON_INTEREST = 0.02
# One that the model does not know counts as this common: it may be new, and not rare.
UNKNOWN_INTEREST = 0.002
# Beside chance, a full name is shared this part as often as a family name never seen: names run in families.
LEAST_FULL_NAME = 0.0125
# A persona trusted less than this (int_persona_trust) carries no link on copied names and places alone.
LEAST_TRUST = 0.5
# A company with fewer personas than this is judged as one of this size: among few, a namesake is no less likely.
SMALLEST_COMPANY = 1_250
# Pairs known to be one person that a company's own model takes: with fewer, the shipped weights know better.
LEAST_KNOWN = 100
# Of what it joins of known pairs, so many may be two people, though another model joins fewer of them.
TOLERATED_WRONG = 0.01
# Rounds in which accepted profiles may bring in further ones.
MOST_ROUNDS = 6

# Rounds of attributes, then graph: what is found in one brings in neighbours for the next.
MOST_PASSES = 3
# A pair that only its neighbours speak for is no more probable than this, unless they do so unmistakably:
# between 0.5 and 0.8 standard deviations of lead, one in ten was false in networks of dense communities.
GRAPH_ALONE = 0.9
# The graph proposes so many counterparts of an account that is not yet known on the other network.
BEST_COUNTERPARTS = 10
# A neighbour whose follows on the two networks would introduce more pairs proposes none, but counts.
LARGEST_MEETING = 10_000
# Pairs introduced at once: what bounds the memory of a pass.
MEETINGS_AT_ONCE = 20_000_000

# Names of the rules, as they stand in violations.parquet and in personas.parquet (column rule).
CRM_MERGE = "crm_merge"
REVIEWER_MATCH = "reviewer_match"
REVIEWER_NO_MATCH = "reviewer_no_match"
CONTACTS_NEED_MORE_THAN_A_NAME = "no_merge_of_contacts_on_name_and_place_alone"
CONTACTS_NAMES_CONTRADICT = "no_merge_of_contacts_of_different_names"
A_GENERATION_APART = "no_merge_of_two_a_generation_apart"
CONTRADICTING_NEIGHBOUR = "contradicted_by_a_closer_record"
ONE_WAY_CLAIM = "one_way_claim_proves_nothing"
LOW_TRUST = "low_trust_never_carries_a_link"
JOINED_BY_A_THIRD = "no_merge_of_contacts_through_a_third_alone"
ACCOUNTS_PER_NETWORK = "max_accounts_per_network"
TOO_MANY_PERSONAS = "most_personas_per_person"
VERIFIED_EMAIL = "one_person_per_verified_email"
KEPT_APART = "reviewers_kept_two_of_one_person_apart"
HELD_BACK = "held_back"

# The same in words, for those who review and those who are told why.
SENTENCES: Mapping[str, str] = {
    CRM_MERGE: "The CRM merged the two records.",
    REVIEWER_MATCH: "A reviewer said that the two are one person.",
    REVIEWER_NO_MATCH: "A reviewer said that the two are different people.",
    CONTACTS_NEED_MORE_THAN_A_NAME: "Two CRM records share a name and a place, or part of a name, which two "
    "people may do; they are merged only if an address or a number agrees, too, or, where the whole name does, an "
    "account, an employer, a site, or the year of birth and the town. A year of birth alone is shared by many.",
    CONTACTS_NAMES_CONTRADICT: "Two CRM records bear different given names: an address, a number or a "
    "site that both hold is a household's or a firm's, and does not make them one person.",
    A_GENERATION_APART: "Years of birth that lie a generation apart, or Jr. beside Sr.: a father and a son, or a "
    "mother and a daughter, share a name, a number and a home, and are two people.",
    CONTRADICTING_NEIGHBOUR: "One of the two stands closer to a third record, and that one and the other "
    "are surely two people.",
    ONE_WAY_CLAIM: "A profile names the other's account, and nothing else speaks for it: anybody can claim that.",
    LOW_TRUST: "A profile of low trust may have copied a name and a place; only an address, a number or a "
    "declared link carries it.",
    JOINED_BY_A_THIRD: "A third record is like both, and would make them one person; of the two themselves "
    "the CRM says nothing: they share no address, number or whole name.",
    ACCOUNTS_PER_NETWORK: "The person already holds as many accounts on the network as one person may.",
    TOO_MANY_PERSONAS: "The person already holds as many personas as one person may.",
    VERIFIED_EMAIL: "Another person holds a profile with the same verified e-mail address.",
    KEPT_APART: "Joining the two would join others who are kept apart, by a reviewer or by a generation.",
    HELD_BACK: "Linking made the two one person, and a check found that this person breaks a rule: until the "
    "next run each stands alone.",
}


def probability_of(weight: str) -> str:
    """SQL for the model's own probability of a match weight (bits), capped."""
    return f"least(1 - 1 / (1 + pow(2, least({weight}, 60))), {HIGHEST_PROBABILITY})"
