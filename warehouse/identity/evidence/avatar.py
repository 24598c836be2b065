"""Evidence 7: avatar: how near two profiles' pictures are, by the bits in which their hashes differ.

The same picture, scaled and compressed anew, differs in few of 64 bits; two pictures differ in 32 on average.
Default avatars and pictures of one colour are no pictures (int_persona_avatars.sql, model/term_frequencies.py).

Must not live here: hashing (warehouse/builds/avatars.py).
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level

# Of 64 bits: a picture cut or edited differs in some, two pictures hardly ever in so few.
LARGEST_DISTANCE = 10
# The same picture, scaled or compressed anew: so a default picture is known again.
NEAR = 4
_DISTANCE = "bit_count(xor(avatar_hash_l, avatar_hash_r))"

COMPARISONS = (
    Comparison(
        name="avatar",
        meaning="profile pictures",
        missing="avatar_hash_l is null or avatar_hash_r is null",
        levels=(
            Level("alike", f"{_DISTANCE} <= {LARGEST_DISTANCE}", "the same picture, or one cut or edited"),
        ),
        otherwise="different pictures",
    ),
)
