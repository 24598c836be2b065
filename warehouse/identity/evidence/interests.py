"""Evidence 9: interests: hashtags, shared links and venues that two profiles have in common.

Sharing counts by rarity: the sum, over what both share, of −log2 of the frequency of each. Frequencies are frozen
in the model (model/term_frequencies.py), and what it does not know has a modest one, since it may be new and not
rare. Style (emoji, punctuation) is no evidence here: it goes by network and language more than by person.

Must not live here: what a post holds (int_persona_interests.sql).
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level

# Bits of rarity in common from which two share more than one thing that few care for.
SEVERAL = 15.0
# Who has fewer shows too little of what he likes for a difference to mean anything.
ENOUGH = 3

# `weighed_interests` is a list of {interest, bits}, see frequencies.weigh_interests.
_SHARED = (
    "coalesce(list_sum(list_transform("
    "list_intersect(weighed_interests_l, weighed_interests_r), lambda s: s['bits'])), 0)"
)

COMPARISONS = (
    Comparison(
        name="interests",
        meaning="hashtags, shared links and venues",
        missing=(
            "weighed_interests_l is null or weighed_interests_r is null"
            f" or (least(length(weighed_interests_l), length(weighed_interests_r)) < {ENOUGH}"
            f" and {_SHARED} = 0)"
        ),
        levels=(
            Level("several", f"{_SHARED} >= {SEVERAL}", "several rare hashtags, links or venues in common"),
            Level("one", f"{_SHARED} > 0", "a hashtag, link or venue in common that few care for"),
        ),
        otherwise="other hashtags, links and venues",
    ),
)
