"""Evidence 6: place, language, employer, job title, birth year: weak alone, telling together.

And `pairing`: how likely two personas of these kinds are one person before anything is known of them.
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level, either_way

# Names go by country: two namesakes mostly share one. Where the family name agrees, place is judged among
# such pairs only, as the handle is (handle.py).
_SHARES_FAMILY = (
    "(coalesce(list_has_any(family_names_l, family_names_r), false) or "
    + either_way("coalesce(full_name_{b} is null and contains(handle_letters_{b}, family_name_{a}), false)")
    + ")"
)
# So do given names, though less.
_SHARES_GIVEN = (
    "(coalesce(list_has_any(given_canonicals_l, given_canonicals_r), false) or "
    + either_way(
        "coalesce(full_name_{b} is null and list_bool_or(list_transform(given_forms_{a},"
        " lambda g: length(g) >= 3 and starts_with(handle_letters_{b}, g))), false)"
    )
    + ")"
)
_NO_PLACE = (
    "(city_l is null or city_r is null) and (country_l is null or country_r is null)"
    " and (time_zone_l is null or time_zone_r is null)"
)
_CITIES_ALIKE = (
    "(jaro_winkler_similarity(city_l, city_r) >= 0.9"
    " or (length(city_l) >= 4 and length(city_r) >= 4"
    " and (starts_with(city_l, city_r) or starts_with(city_r, city_l))))"
)
_PLACES = (
    Level("city", "city_l = city_r and coalesce(country_l = country_r, true)", "same city"),
    Level(
        "mistyped_city",
        f"{_CITIES_ALIKE} and coalesce(country_l = country_r, true)",
        "nearly the same city, or a part of it",
    ),
    # A namesake's city says more against a pair than one that nobody states.
    Level("another_city", "country_l = country_r and city_l <> city_r", "another city of the same country"),
    Level("country", "country_l = country_r", "same country"),
    Level(
        "time_zone", "time_zone_l = time_zone_r and coalesce(country_l = country_r, true)", "same time zone"
    ),
)

COMPARISONS = (
    Comparison(
        name="place",
        meaning="city, country, time zone",
        missing=f"({_NO_PLACE}) or {_SHARES_FAMILY} or {_SHARES_GIVEN}",
        levels=_PLACES,
        otherwise="different places",
    ),
    Comparison(
        name="namesake_place",
        meaning="city, country, time zone of two who share the family name",
        missing=f"({_NO_PLACE}) or not {_SHARES_FAMILY}",
        levels=_PLACES,
        otherwise="different places",
    ),
    Comparison(
        name="given_place",
        meaning="city, country, time zone of two who share the given name alone",
        missing=f"({_NO_PLACE}) or {_SHARES_FAMILY} or not {_SHARES_GIVEN}",
        # cities mistyped in such pairs are too few to learn from
        levels=(
            Level(
                "city",
                f"(city_l = city_r or {_CITIES_ALIKE}) and coalesce(country_l = country_r, true)",
                "same city, or nearly",
            ),
            *_PLACES[2:],
        ),
        otherwise="different places",
    ),
    Comparison(
        name="language",
        meaning="language, where the country is not known",
        missing=(
            "language_l is null or language_r is null or (country_l is not null and country_r is not null)"
        ),
        levels=(Level("same", "language_l = language_r", "same language"),),
        otherwise="different languages",
    ),
    Comparison(
        name="employer",
        meaning="employer",
        missing="employer_l is null or employer_r is null",
        levels=(
            Level(
                "same",
                "employer_l = employer_r or starts_with(employer_l, employer_r || ' ')"
                " or starts_with(employer_r, employer_l || ' ')",
                "same employer",
            ),
        ),
        otherwise="different employers",
    ),
    Comparison(
        name="title",
        meaning="job title, or the other's title in a self-description",
        missing=(
            "not (length(title_tokens_l) > 0 and length(title_tokens_r) > 0)"
            f" and not {either_way('length(title_tokens_{a}) > 0 and length(bio_tokens_{b}) > 0')}"
        ),
        levels=(
            Level("same", "length(title_tokens_l) > 0 and title_tokens_l = title_tokens_r", "same title"),
            Level(
                "in_bio",
                either_way("length(title_tokens_{a}) > 0 and list_has_all(bio_tokens_{b}, title_tokens_{a})"),
                "one's title stands in the other's self-description",
            ),
        ),
        otherwise="another title",
    ),
    Comparison(
        name="birth_year",
        meaning="year of birth, where lawfully held",
        missing="birth_year_l is null or birth_year_r is null",
        levels=(Level("same", "birth_year_l = birth_year_r", "same year"),),
        otherwise="different years",
    ),
    Comparison(
        name="pairing",
        meaning="kinds of personas",
        missing="false",
        levels=(
            Level(
                "contacts", "persona_type_l <> 'profile' and persona_type_r <> 'profile'", "two CRM records"
            ),
            Level(
                "contact_and_profile",
                "persona_type_l <> 'profile' or persona_type_r <> 'profile'",
                "a CRM record and a profile",
            ),
            Level("same_network", "network_l = network_r", "two profiles on one network"),
        ),
        otherwise="profiles on two networks",
    ),
)
