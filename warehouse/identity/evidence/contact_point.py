"""Evidence 4: e-mail, phone and personal sites, as keyed hashes and keys; shared values left out before."""

from __future__ import annotations

from warehouse.identity.evidence.declared import NAMES_THE_OTHER
from warehouse.identity.evidence.spec import Comparison, Level

COMPARISONS = (
    Comparison(
        name="email",
        meaning="e-mail addresses",
        missing="length(email_hashes_l) = 0 or length(email_hashes_r) = 0",
        levels=(
            Level("same", "list_has_any(own_email_hashes_l, own_email_hashes_r)", "same address"),
            Level(
                "household",
                "list_has_any(email_hashes_l, email_hashes_r)",
                "same address, which contacts of other given names have, too",
            ),
            Level(
                "same_local_part",
                "list_has_any(email_local_parts_l, email_local_parts_r)",
                "same local part at another domain",
            ),
        ),
        otherwise="different addresses",
    ),
    Comparison(
        name="phone",
        meaning="phone numbers (E.164)",
        missing="length(phone_hashes_l) = 0 or length(phone_hashes_r) = 0",
        levels=(
            Level("same", "list_has_any(own_phone_hashes_l, own_phone_hashes_r)", "same number"),
            Level(
                "household",
                "list_has_any(phone_hashes_l, phone_hashes_r)",
                "same number, which contacts of other given names have, too",
            ),
        ),
        otherwise="different numbers",
    ),
    Comparison(
        name="site",
        meaning="personal websites, blogs and own e-mail domains",
        # a site that is the other's own account is a declared link (declared.py), and counts there
        missing=f"length(sites_l) = 0 or length(sites_r) = 0 or {NAMES_THE_OTHER}",
        levels=(Level("same", "list_has_any(sites_l, sites_r)", "same site, or mail domain of their own"),),
        otherwise="different sites or domains of their own",
    ),
)
