"""Evidence 3: the handle of a nameless profile against a name, and against the forms people derive from it.

Only where one side shows no full name: a handle beside a name is mostly made of that name and would count
it twice. A single word shown as name (a given name) is read with the handle.
"""

from __future__ import annotations

from warehouse.identity.evidence.handle import SAME_HANDLE_OF_NAME
from warehouse.identity.evidence.spec import SHORTENED, Comparison, Level, either_way

_NAMED_AND_NAMELESS = either_way(
    "full_name_{a} is not null and full_name_{b} is null and handle_letters_{b} is not null"
    f" and not {SAME_HANDLE_OF_NAME}"
)


def _in_list(column: str) -> str:
    return (
        f"list_contains({column}_{{a}}, handle_letters_{{b}})"
        f" or list_contains({column}_{{a}}, handle_skeleton_{{b}})"
    )


_HAS_FAMILY = "length(family_name_{a}) >= 3 and contains(handle_letters_{b}, family_name_{a})"
_REST = "replace(handle_skeleton_{b}, family_name_{a}, '')"
_HAS_GIVEN = (
    "length(list_filter(given_forms_{a}, lambda g: length(g) >= 3 and contains(handle_letters_{b}, g))) > 0"
)
_BEGINS_WITH_GIVEN = (
    "length(list_filter(given_forms_{a},"
    " lambda g: length(g) >= 4 and starts_with(handle_letters_{b}, g))) > 0"
)
_SHORTENED_BY_THE_OTHER = SHORTENED.format(a="{b}", b="{a}")
# A name in another script is read as its letters say, not as its bearer does (西村, Nishimura); a name changes
# by marriage; a compound one is cut. The handle often keeps the other form.
# Where the names sound alike or the handles are alike, that says it already.
_NAMED_OTHERWISE = (
    either_way(
        "full_name_{a} is not null and full_name_{b} is not null and handle_letters_{b} is not null"
        " and not is_handle_of_name_{b} and not list_has_any(family_names_{a}, family_names_{b})"
    )
    + " and not coalesce(handle_skeleton_l = handle_skeleton_r, false)"
    " and not coalesce(given_sound_l = given_sound_r and family_sound_l = family_sound_r, false)"
)


def _against_handle(condition: str) -> str:
    """SQL: the condition, of a handle that its bearer's own name does not explain."""
    return either_way(f"not is_handle_of_name_{{b}} and ({condition})")


COMPARISONS = (
    Comparison(
        name="handle_name",
        meaning="handle of a nameless profile against a name",
        missing=f"not {_NAMED_AND_NAMELESS}",
        levels=(
            Level(
                "full",
                either_way(_in_list("full_handles")),
                "given and family name, joined",
                "full_name",
                worth="name.exact",
            ),
            Level(
                "both_inside",
                either_way(f"{_HAS_FAMILY} and {_HAS_GIVEN}"),
                "both names and more",
                "full_name",
            ),
            Level(
                "initial", either_way(_in_list("initial_handles")), "initial and family name", "family_name"
            ),
            Level(
                "short_form",
                either_way(
                    f"{_HAS_FAMILY} and length({_REST}) >= 2 and (starts_with(given_name_{{a}}, {_REST})"
                    f" or (length({_REST}) between 3 and 6"
                    f" and starts_with(given_name_{{a}}, substr({_REST}, 1, 3))))"
                ),
                "family name and the beginning of the given name",
                "family_name",
            ),
            Level(
                "family",
                either_way(
                    "length(family_name_{a}) >= 4 and (handle_skeleton_{b} = family_name_{a}"
                    " or list_contains(family_names_{a}, handle_skeleton_{b}))"
                ),
                "the family name",
                "family_name",
            ),
            Level(
                "family_inside",
                either_way("length(family_name_{a}) >= 5 and contains(handle_letters_{b}, family_name_{a})"),
                "the family name and more",
                "family_name",
            ),
            Level(
                "given_and_initial",
                either_way(
                    "list_contains("
                    "list_transform(given_forms_{a}, lambda g: g || substr(family_name_{a}, 1, 1)),"
                    " handle_skeleton_{b})"
                ),
                "given name and initial of the family name",
                "given_name",
            ),
            Level(
                "given",
                either_way(
                    "list_contains(given_forms_{a}, handle_skeleton_{b})"
                    " or list_has_any(given_canonicals_{a}, given_canonicals_{b})"
                ),
                "the given name alone",
                "given_name",
            ),
            Level(
                "given_and_more",
                either_way(
                    "full_name_{a} is not null and full_name_{b} is null"
                    f" and ({_BEGINS_WITH_GIVEN} or ({SHORTENED}) or ({_SHORTENED_BY_THE_OTHER}))"
                ),
                "the given name or its beginning, and more",
                "given_name",
            ),
        ),
        otherwise="nothing of the name in the handle",
    ),
    Comparison(
        name="handle_other_name",
        meaning="handle of one who shows another name, and another than the handle's, against a name",
        missing=f"not ({_NAMED_OTHERWISE})",
        levels=(
            Level("full", _against_handle(_in_list("full_handles")), "given and family name"),
            Level(
                "part",
                _against_handle(
                    f"{_in_list('initial_handles')} or (length(family_name_{{a}}) >= 5 and {_HAS_FAMILY})"
                    f" or {_BEGINS_WITH_GIVEN}"
                ),
                "the family name, with an initial or more, or the given name",
            ),
        ),
        otherwise="nothing of the name in the handle",
    ),
)
