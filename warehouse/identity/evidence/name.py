"""Evidence 1: name against name: exact, reordered, by nickname, initial or sound; rare names weigh more."""

from __future__ import annotations

from warehouse.identity.evidence.spec import GIVEN_SHORTENED, Comparison, Level, either_way

_GIVEN_EQUIVALENT = "list_has_any(given_canonicals_l, given_canonicals_r)"
# Jack is short for John, as Ian is: two who are called so bear two names, more often than one name in two forms.
_NICKNAME_OF_THE_OTHER = either_way("list_contains(given_canonicals_{b}, given_name_{a})")
_SAME_FAMILY = "list_has_any(family_names_l, family_names_r)"
_INITIAL_OF_THE_OTHER = either_way(
    "length(given_name_{a}) = 1 and substr(given_name_{b}, 1, 1) = given_name_{a}"
)
# The family name must be among the words: two given names of one (Pedro Henrique) are no full name.
_TOKENS_WITHIN = either_way(
    "length(name_tokens_{a}) >= 2 and list_has_all(name_tokens_{b}, name_tokens_{a})"
    " and list_has_any(name_tokens_{a}, family_names_{b})"
)
# Two of one name who each show another second name (Maria Isis, Maria Luiza) are rather two people.
_WORDS = "list_filter(name_tokens_{a}, lambda word: length(word) > 1)"
_NO_OTHER_WORDS = either_way(f"list_has_all(name_tokens_{{b}}, {_WORDS})")
_SOUNDS_ALIKE = (
    "length(family_sound_l) >= 2 and given_sound_l = given_sound_r and family_sound_l = family_sound_r"
)
_GIVEN_CLOSE = "jaro_winkler_similarity(given_name_l, given_name_r) >= 0.88"
_FAMILY_CLOSE = "jaro_winkler_similarity(family_name_l, family_name_r) >= 0.9"

_SWAPPED_CLOSE = (
    "jaro_winkler_similarity(given_name_l, family_name_r) >= 0.9"
    " and jaro_winkler_similarity(family_name_l, given_name_r) >= 0.9"
)
# Of a CRM record that shows one name alone: it may stand in the field of the other.
_HALF_MEETS = "list_has_any(name_tokens_l, name_tokens_r)"

COMPARISONS = (
    Comparison(
        name="name",
        meaning="full name against full name",
        missing="full_name_l is null or full_name_r is null",
        levels=(
            Level(
                "exact",
                f"full_name_l = full_name_r and {_NO_OTHER_WORDS}",
                "same given and family name",
                "full_name",
            ),
            Level(
                "reordered", _TOKENS_WITHIN, "same words in another order, or with a middle name", "full_name"
            ),
            Level(
                "other_middle",
                "full_name_l = full_name_r",
                "same given and family name, each with another name besides",
                "full_name",
            ),
            Level(
                "nickname",
                f"{_SAME_FAMILY} and {_NICKNAME_OF_THE_OTHER}",
                "same family name (or the one before a change), given name or its nickname",
                "family_name",
            ),
            Level(
                "initial",
                f"{_SAME_FAMILY} and {_INITIAL_OF_THE_OTHER}",
                "family name and initial",
                "family_name",
            ),
            Level(
                "short_form",
                f"{_SAME_FAMILY} and {GIVEN_SHORTENED}",
                "family name, and given names that begin alike, one of them short",
                "family_name",
            ),
            Level(
                "mistyped",
                f"(({_SAME_FAMILY} and {_GIVEN_CLOSE}) or ({_NICKNAME_OF_THE_OTHER} and {_FAMILY_CLOSE}))",
                "one of the two names nearly the same, the other the same",
                "full_name",
            ),
            Level("sound", _SOUNDS_ALIKE, "both names sound alike", "full_name"),
            Level(
                "both_mistyped",
                f"(({_GIVEN_CLOSE} or {_INITIAL_OF_THE_OTHER}) and {_FAMILY_CLOSE}) or ({_SWAPPED_CLOSE})"
                f" or ({_SAME_FAMILY} and {_GIVEN_EQUIVALENT})",
                "both names nearly the same, in either order, or two nicknames of one given name",
                "full_name",
            ),
            Level(
                "family", _SAME_FAMILY, "family name alone: a relative as soon as the person", "family_name"
            ),
            Level("given", _GIVEN_EQUIVALENT, "given name alone", "given_name"),
            Level("family_mistyped", _FAMILY_CLOSE, "family name alone, nearly the same"),
            Level("given_mistyped", _GIVEN_CLOSE, "given name alone, nearly the same"),
        ),
        otherwise="different names",
    ),
    Comparison(
        name="half_name",
        meaning="names of two CRM records, of which one shows a single name",
        missing=(
            "persona_type_l = 'profile' or persona_type_r = 'profile'"
            " or (full_name_l is not null and full_name_r is not null)"
            " or length(name_tokens_l) = 0 or length(name_tokens_r) = 0"
        ),
        levels=(
            Level("family", _SAME_FAMILY, "the same family name", "family_name"),
            Level(
                "given",
                f"{_GIVEN_EQUIVALENT} or {_HALF_MEETS}",
                "the given name, in either field",
                "given_name",
            ),
            Level("mistyped", f"{_FAMILY_CLOSE} or {_GIVEN_CLOSE}", "one name nearly the same"),
        ),
        otherwise="another name",
    ),
)
