"""Evidence 2: handle against handle, and against what is used like one (local part of an address, nickname).

Two namesakes often have the same handle *because* they have the same name: where both handles are made of
their names, they are judged among pairs whose names agree (`namesake_handle`), and say nothing where not.
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level, either_way

_BOTH_OF_NAMES = (
    "(is_handle_of_name_l and is_handle_of_name_r and full_name_l is not null and full_name_r is not null)"
)
_SHARES_NAME = (
    "(coalesce(list_has_any(family_names_l, family_names_r), false)"
    " and coalesce(list_has_any(given_canonicals_l, given_canonicals_r), false))"
)
# Likewise a nameless profile and one whose handle is its name: the same handle counts here, any other
# likeness there (handle_name.py), since the other's handle adds nothing to its name.
SAME_HANDLE_OF_NAME = "(is_handle_of_name_{a} and coalesce(handle_l = handle_r, false))"
_ANOTHER_HANDLE_OF_NAME = either_way(
    "full_name_{a} is not null and full_name_{b} is null and is_handle_of_name_{a}"
    " and coalesce(handle_l <> handle_r, false)"
)
_SAME_SKELETON = "length(handle_skeleton_l) >= 5 and handle_skeleton_l = handle_skeleton_r"
_BOTH_WITH_DIGITS = "regexp_matches(handle_l, '[0-9]') and regexp_matches(handle_r, '[0-9]')"
# One digit (anna2) is what the second of a name takes; two and more are mostly somebody's own.
_DIGITS_IN_BOTH = "regexp_matches(handle_l, '[0-9].*[0-9]')"
_CLOSE = (
    "length(handle_l) >= 6 and length(handle_r) >= 6 and ("
    "levenshtein(handle_l, handle_r) <= 1"
    " or starts_with(handle_l, handle_r) or starts_with(handle_r, handle_l)"
    " or jaro_winkler_similarity(handle_l, handle_r) >= 0.94)"
)

COMPARISONS = (
    Comparison(
        name="handle",
        meaning="handle against handle",
        missing=f"handle_l is null or handle_r is null or {_BOTH_OF_NAMES} or {_ANOTHER_HANDLE_OF_NAME}",
        levels=(
            Level(
                "same_with_digits",
                f"handle_l = handle_r and {_DIGITS_IN_BOTH}",
                "same handle, with the same digits",
                "handle",
            ),
            # quietraven, robertsmith: many choose each of the words, and so do two who never met.
            Level(
                "same_of_words",
                "handle_l = handle_r and is_handle_of_words_l",
                "same handle, of two words that many handles are made of",
            ),
            Level("same", "handle_l = handle_r", "same handle", "handle"),
            Level(
                "skeleton",
                f"{_SAME_SKELETON} and not ({_BOTH_WITH_DIGITS})",
                "same handle but for separators, affixes, or digits that one of the two has",
                "handle_skeleton",
            ),
            Level(
                "other_digits", _SAME_SKELETON, "same handle but for digits that both have", "handle_skeleton"
            ),
            Level("close", _CLOSE, "handles one letter apart, or one begins the other"),
        ),
        otherwise="different handles",
    ),
    Comparison(
        name="alias",
        meaning="handle against local parts and nicknames of one without a handle",
        missing=(
            "not " + either_way("handle_{a} is not null and handle_{b} is null and length(aliases_{b}) > 0")
        ),
        levels=(
            Level(
                "same",
                either_way("handle_{a} is not null and list_contains(aliases_{b}, handle_{a})"),
                "the handle is the other's local part or nickname",
                "handle",
            ),
        ),
        otherwise="another handle",
    ),
    Comparison(
        name="namesake_handle",
        meaning="handles that both are made of the name that the two share",
        missing=f"not ({_BOTH_OF_NAMES} and {_SHARES_NAME})",
        levels=(
            Level(
                "same_with_digits", f"handle_l = handle_r and {_BOTH_WITH_DIGITS}", "same handle, with digits"
            ),
            Level("same", "handle_l = handle_r", "same handle"),
            Level("close", _CLOSE, "handles one letter apart, or one begins the other"),
        ),
        otherwise="another way of making a handle of the name",
    ),
)
