"""Evidence 5: declared links: one persona names the other's account, or both name the same third one.

Mutual declaration outweighs a one-way one. A field of the CRM is the company's own knowledge and
an outcome of its own; a one-way claim of a profile is anybody's, and never joins alone (rules.py).
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level, either_way

_NAMES = "list_has_any(declared_accounts_{a}, own_accounts_{b})"
_MUTUAL = f"{_NAMES.format(a='l', b='r')} and {_NAMES.format(a='r', b='l')}"
_CRM_NAMES = either_way("persona_type_{a} <> 'profile' and " + _NAMES)
NAMES_THE_OTHER = either_way(_NAMES)
_NAMES_ANOTHER = either_way(
    "list_has_any(declared_networks_{a}, own_networks_{b})"
    " and not list_has_any(declared_accounts_{a}, own_accounts_{b})"
)

COMPARISONS = (
    Comparison(
        name="declared",
        meaning="accounts named in bios, rel=me, alsoKnownAs and CRM fields",
        missing=(
            "not list_has_any(named_profiles_l, named_profiles_r)"
            f" and not {_NAMES_ANOTHER} and not {NAMES_THE_OTHER}"
        ),
        levels=(
            Level("mutual", _MUTUAL, "each names the other"),
            Level("crm", _CRM_NAMES, "the CRM names the account"),
            Level("one_way", NAMES_THE_OTHER, "one names the other"),
            Level(
                "same_third",
                "list_has_any(named_profiles_l, named_profiles_r)",
                "both name the same third account",
            ),
        ),
        otherwise="names another account there",
    ),
)
