"""Evidence 2: handle against handle, and against what is used like one (local part of an address, nickname).

Two namesakes often have the same handle *because* they have the same name: where both handles are made of
names that agree, the handle is judged among such pairs only (`namesake_handle`), and never twice.
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level, either_way

_IS_HANDLE_OF_SHARED_NAME = (
    "(coalesce(list_has_any(family_names_l, family_names_r), false)"
    " and coalesce(list_has_any(given_canonicals_l, given_canonicals_r), false)"
    " and (is_handle_of_name_l or length(name_local_parts_l) > 0)"
    " and (is_handle_of_name_r or length(name_local_parts_r) > 0))"
)
# Likewise a nameless profile and one whose handle is its name: the same handle counts here, any other
# likeness there (handle_name.py), since the other's handle adds nothing to its name.
SAME_HANDLE_OF_NAME = "(is_handle_of_name_{a} and coalesce(handle_l = handle_r, false))"
_ANOTHER_HANDLE_OF_NAME = either_way(
    "full_name_{a} is not null and full_name_{b} is null and is_handle_of_name_{a}"
    " and coalesce(handle_l <> handle_r, false)"
)
_NOTHING_TO_COMPARE = (
    "(handle_l is null and length(aliases_l) = 0) or (handle_r is null and length(aliases_r) = 0)"
    " or (handle_l is null and handle_r is null)"
)
_SAME_MADE_OF_NAME = (
    "coalesce(handle_l = handle_r, false)"
    " or coalesce(list_contains(name_local_parts_r, handle_l), false)"
    " or coalesce(list_contains(name_local_parts_l, handle_r), false)"
    " or list_has_any(name_local_parts_l, name_local_parts_r)"
)
_HAS_DIGITS = either_way("regexp_matches(coalesce(handle_{a}, name_local_parts_{a}[1]), '[0-9][0-9]')")
_SAME_SKELETON = "length(handle_skeleton_l) >= 5 and handle_skeleton_l = handle_skeleton_r"
_BOTH_WITH_DIGITS = "regexp_matches(handle_l, '[0-9]') and regexp_matches(handle_r, '[0-9]')"
_CLOSE = (
    "length(handle_l) >= 6 and length(handle_r) >= 6 and ("
    "levenshtein(handle_l, handle_r) <= 1"
    " or starts_with(handle_l, handle_r) or starts_with(handle_r, handle_l)"
    " or jaro_winkler_similarity(handle_l, handle_r) >= 0.94)"
)

COMPARISONS = (
    Comparison(
        name="handle",
        meaning="handle against handle or alias",
        missing=f"{_NOTHING_TO_COMPARE} or {_IS_HANDLE_OF_SHARED_NAME} or {_ANOTHER_HANDLE_OF_NAME}",
        levels=(
            Level("same", "handle_l = handle_r", "same handle", "handle"),
            Level(
                "alias",
                either_way("handle_{a} is not null and list_contains(aliases_{b}, handle_{a})"),
                "the handle is the other's local part or nickname",
                "handle",
            ),
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
        name="namesake_handle",
        meaning="handles that both are made of the name that the two share",
        missing=f"not {_IS_HANDLE_OF_SHARED_NAME}",
        levels=(
            Level(
                "same_with_digits",
                f"({_SAME_MADE_OF_NAME}) and ({_HAS_DIGITS})",
                "same handle, with digits",
            ),
            Level("same", _SAME_MADE_OF_NAME, "same handle"),
        ),
        otherwise="another way of making a handle of the name",
    ),
)
