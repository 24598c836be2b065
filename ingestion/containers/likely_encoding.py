"""Which encoding a text that is not UTF-8 is probably in: only to name it in a sentence.

Nothing is read by what is found here. Our own, since `charset-normalizer` judges by languages, and an export has
a few names: of seven small tables, each in another encoding, it named two and this named six. Must not live
here: reading (text_stream.py).
"""

from __future__ import annotations

import re

_SAMPLE_BYTES = 65_536
_WESTERN = "äöüßáéíóúàèìòùâêîôûëïñçåæøœãõÿÄÖÜÁÉÍÓÚÀÈÊÎÔÛÑÇÅÆØŒÃÕ"
_CENTRAL = "ěščřžýůďťňłąęśźżćńőűľĺŕôäöüßáéíóúçăşţâîđŠČŘŽÝĎŤŇŁŚŹŻĆŐŰĽĐ"
_SIGNS = "’‘“”–—…€"
# The characters expected of each encoding. Of equal ones the first: what Windows and Excel write in the west.
_ALPHABETS = {
    "cp1252": _WESTERN + _SIGNS,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp1250": _CENTRAL + _SIGNS,
}
_SCRIPTS = {
    "cp1251": "А-яЁё",
    "cp932": "\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f",
    "gb18030": "\u4e00-\u9fff\u3000-\u303f\uff00-\uffef",
}


def likely_encoding(data: bytes) -> str:
    """Name the likeliest encoding of a text whose bytes are not UTF-8."""
    scores: dict[str, float] = {}
    for encoding in (*_ALPHABETS, *_SCRIPTS):
        try:
            text = data[:_SAMPLE_BYTES].decode(encoding)
        except UnicodeDecodeError:
            continue
        expected, out_of_place = _patterns(encoding)
        fitting = len(re.findall(f"[{expected}]", text)) - 2 * len(re.findall(out_of_place, text))
        scores[encoding] = fitting / max(1, len(re.findall(r"[^\x00-\x7f]", text)))
    return max(scores, key=lambda encoding: scores[encoding], default="cp1252")


def _patterns(encoding: str) -> tuple[str, str]:
    """The characters expected, and where one of them cannot stand: a capital inside a word, two scripts in one."""
    if encoding in _ALPHABETS:
        expected = _ALPHABETS[encoding]
        capitals = "".join(letter for letter in expected if letter.isupper())
        return expected, rf"(?<=[a-z])[{capitals}]|(?<=[^\W\d_])[{capitals}](?=[a-z])"
    expected = _SCRIPTS[encoding]
    return expected, f"(?<=[A-Za-z])[{expected}]|[{expected}](?=[A-Za-z])"
