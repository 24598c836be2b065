"""Every rate of the sample company: what is planted by value class, and how dirty the data are.

The README's tables are these numbers. Must not live here: code that draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ingestion.sample.streams import Floats


@dataclass(frozen=True)
class ValueClass:
    """What is planted in one value class. Rates are shares of its people, hours are local (0–24)."""

    share: float
    orders_per_year: float
    order_amount: float
    presence: Mapping[str, float]  # network → share of people with an account
    posting: float  # factor on active activities of an account
    reading: float  # factor on passive activities of an account
    friends: float  # mean number of friendships
    brand_follower: float  # share of accounts that follow the brand
    active_hour: float
    passive_hour: float
    weekend: float  # weekend activity per day, weekday = 1
    formats: Mapping[str, float]  # photo, video, link, poll, check_in, reshare; the rest is text


def _presence(x: float, forum: float, fediverse: float, blogs: float) -> dict[str, float]:
    return {"x": x, "forum": forum, "fediverse": fediverse, "blogs": blogs}


def _formats(
    photo: float, video: float, link: float, poll: float, check_in: float, reshare: float
) -> dict[str, float]:
    return {
        "photo": photo,
        "video": video,
        "link": link,
        "poll": poll,
        "check_in": check_in,
        "reshare": reshare,
    }


PLANTED: Mapping[str, ValueClass] = {
    "top": ValueClass(
        0.17, 11.0, 260, _presence(0.68, 0.66, 0.13, 0.15), 2.0, 1.8, 90.0, 0.45, 7.5, 20.5, 0.5,
        _formats(0.10, 0.05, 0.26, 0.04, 0.02, 0.22),
    ),
    "high": ValueClass(
        0.17, 6.0, 160, _presence(0.56, 0.52, 0.21, 0.10), 1.5, 1.4, 66.0, 0.32, 12.5, 19.5, 0.7,
        _formats(0.15, 0.07, 0.19, 0.04, 0.03, 0.19),
    ),
    "medium": ValueClass(
        0.17, 3.3, 100, _presence(0.45, 0.39, 0.31, 0.06), 1.1, 1.0, 48.0, 0.22, 18.5, 21.5, 1.0,
        _formats(0.20, 0.09, 0.13, 0.03, 0.05, 0.17),
    ),
    "low": ValueClass(
        0.34, 1.6, 55, _presence(0.33, 0.27, 0.43, 0.03), 0.7, 0.8, 33.0, 0.14, 21.5, 13.5, 1.5,
        _formats(0.26, 0.13, 0.08, 0.02, 0.08, 0.15),
    ),
    "inactive": ValueClass(
        0.15, 0.0, 80, _presence(0.22, 0.15, 0.22, 0.02), 0.45, 0.6, 24.0, 0.06, 10.5, 9.5, 1.2,
        _formats(0.22, 0.10, 0.08, 0.02, 0.05, 0.25),
    ),
}  # fmt: skip

# People who are no customers: prospects (leads) and members of the communities behave like `medium`.
OTHERS = "medium"


@dataclass(frozen=True)
class Noise:
    """How dirty the data are, as shares of the records or people named.

    `by_class` holds the noise of single value classes: {"low": HARD} makes that one hard to link. It rules what
    people and the CRM do with their names, addresses and accounts; what concerns no single person (households,
    namesakes, bots, activities, broken records) is always that of the whole.
    """

    # people and CRM
    two_in_household: float = 0.25  # customers who live in a household of two customers
    household_email: float = 0.20  # such households in which both gave one e-mail address
    household_phone: float = 0.45  # … or one phone number
    namesake: float = 0.010  # people who bear the full name of another in their country
    surname_change: float = 0.025  # women and men who changed their surname, CRM holding the former
    crm_duplicate: float = 0.050  # customers with a second, unmerged contact
    crm_merged: float = 0.030  # customers with a contact merged into the standing one
    converted_lead: float = 0.150  # customers who were a lead before
    name_typo: float = 0.020
    hasty: float = 0.100  # leads and further contacts typed in haste, with errors in names and city
    half_name: float = 0.040  # … without a given name
    swapped_name: float = 0.010  # … with given and family name in each other's field
    email_typo: float = 0.010
    email_missing: float = 0.100
    email_stale: float = 0.080
    phone_missing: float = 0.280
    city_missing: float = 0.120
    time_zone_missing: float = 0.300
    placeholder: float = 0.010  # noname@, info@, 000000
    latin_in_crm: float = 0.500  # people of other scripts whose name stands in Latin letters in the CRM
    handle_in_crm: float = 0.190  # contacts with a recognisable X account whose handle stands in the CRM
    objection: float = 0.015  # contacts who object to linking
    # personas
    pseudonym: float = 0.190  # profiles of people with no shared key
    masked: float = 0.080  # forum accounts under a pseudonym, with the customer's own e-mail address
    same_handle: float = 0.340  # people with one handle everywhere
    nickname: float = 0.140  # people known by a nickname
    split: float = 0.090  # people with separate professional and private accounts
    second_account: float = 0.050  # accounts beside which the same person has another on the network
    true_claim: float = 0.320  # profiles that name another account of the person, where there is one
    false_claim: float = 0.005  # profiles that claim an account of somebody else
    forum_email_same: float = 0.550  # forum accounts with the e-mail address known to the CRM
    forum_email_related: float = 0.250  # … with the same local part at another domain
    bot: float = 0.012  # of all profiles
    organization: float = 0.012
    falsified: float = 0.010
    with_avatar: float = 0.100  # people whose profile pictures are at hand
    with_hobby: float = 0.500  # people who show hobbies
    hobby_shown: float = 0.350  # hashtags, links and check-ins of theirs that are of a hobby
    # activities
    protected: float = 0.050  # X accounts whose posts nobody exports
    account_deleted: float = 0.020  # accounts deleted within the year
    post_deleted: float = 0.012
    like_undone: float = 0.015
    late: float = 0.008  # posts that come in a later export only
    offset_stated: float = 0.600  # fediverse activities that state the author's own UTC offset
    new_account: float = 0.140  # accounts made within the twelve months
    broken_per_kind: int = 2  # broken records of each kind, in every source
    by_class: Mapping[str, Noise] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.by_class) - set(PLANTED))
        if unknown:
            raise ValueError(
                f"noise by class names {', '.join(unknown)}; value classes: {', '.join(PLANTED)}"
            )

    def of(self, value_class: str) -> Noise:
        """The noise of one value class."""
        return self.by_class.get(value_class, self)

    def rates(self, name: str, classes: npt.NDArray[Any]) -> Floats:
        """The rate called `name`, a field of this dataclass, for each of the value classes given."""
        found, where = np.unique(classes.astype(str), return_inverse=True)
        return np.array([float(getattr(self.of(c), name)) for c in found])[where]

    def sql(self, name: str, column: str = "value_class") -> str:
        """SQL of the rate called `name`, where `column` holds the value class (NULL: that of the whole)."""
        own = " ".join(f"when '{c}' then {getattr(n, name)}" for c, n in self.by_class.items())
        return f"case {column} {own} else {getattr(self, name)} end" if own else str(getattr(self, name))


HARD = Noise(
    name_typo=0.06,
    email_typo=0.03,
    email_missing=0.22,
    email_stale=0.16,
    surname_change=0.05,
    crm_duplicate=0.09,
    namesake=0.03,
    same_handle=0.20,
    nickname=0.22,
    true_claim=0.16,
    false_claim=0.02,
    forum_email_same=0.35,
    forum_email_related=0.25,
    pseudonym=0.23,
)
