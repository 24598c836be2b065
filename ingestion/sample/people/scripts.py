"""Writing of names in other letters, as their bearers do it: folding of diacritics and romanisation.

Lives here: the sample company's own small tables (passport-style romanisation of Greek, Ukrainian and
Bulgarian; pairs for Chinese and Arabic). They are not the matcher's. Must not live here: lists of Latin
names (names.py reads them).
"""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "Ae", "œ": "oe",
     "þ": "th", "ð": "d", "ı": "i"}
)  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

_GREEK_PAIRS = {"ου": "ou", "αυ": "av", "ευ": "ev", "μπ": "mp", "ντ": "nt", "γγ": "ng", "γκ": "gk"}
_GREEK_LATIN = "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", _GREEK_LATIN.split(), strict=True))
_BULGARIAN_LATIN = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya"
_BULGARIAN = dict(zip("абвгдежзийклмнопрстуфхцчшщъьюя", _BULGARIAN_LATIN.split(), strict=True))
_UKRAINIAN = {**_BULGARIAN, "г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "i", "є": "ie", "х": "kh",
    "щ": "shch",
              "й": "i", "ь": "", "'": "", "’": "", "ʼ": "", "ю": "iu", "я": "ia"}  # fmt: skip
_LETTERS = {"el_GR": _GREEK, "bg_BG": _BULGARIAN, "uk_UA": _UKRAINIAN}

CHINESE_FAMILY = (
    "陳 Chen|林 Lin|黃 Huang|張 Chang|李 Lee|王 Wang|吳 Wu|劉 Liu|蔡 Tsai|楊 Yang"
    "|許 Hsu|鄭 Cheng|謝 Hsieh|郭 Kuo|洪 Hung|邱 Chiu|曾 Tseng|廖 Liao|賴 Lai|徐 Hsu"
    "|周 Chou|葉 Yeh|蘇 Su|莊 Chuang|江 Chiang|呂 Lu|何 Ho|羅 Lo"
)
CHINESE_FEMALE = (
    "淑芬 Shu-fen|美玲 Mei-ling|雅婷 Ya-ting|怡君 Yi-chun|佳穎 Chia-ying|欣怡 Hsin-yi"
    "|詩涵 Shih-han|麗華 Li-hua|惠雯 Hui-wen|玉珍 Yu-chen|曉雯 Hsiao-wen|靜宜 Ching-yi"
    "|婉婷 Wan-ting|筱涵 Hsiao-han"
)
CHINESE_MALE = (
    "家豪 Chia-hao|志明 Chih-ming|俊傑 Chun-chieh|建宏 Chien-hung|冠宇 Kuan-yu"
    "|承恩 Cheng-en|宗翰 Tsung-han|信宏 Hsin-hung|文雄 Wen-hsiung|國華 Kuo-hua"
    "|柏翰 Po-han|彥廷 Yen-ting|明哲 Ming-che|品睿 Pin-jui"
)
ARABIC_FAMILY = (
    "المنصوري Almansoori|الهاشمي Alhashimi|النعيمي Alnuaimi"
    "|الشامسي Alshamsi|الكعبي Alkaabi|المزروعي Almazrouei|الظاهري Aldhaheri"
    "|السويدي Alsuwaidi|البلوشي Albalushi|الحمادي Alhammadi|خوري Khoury"
    "|حداد Haddad|نصار Nassar|صالح Saleh|منصور Mansour|درويش Darwish"
    "|عثمان Othman|قاسم Qasim|سليمان Sulaiman|الرشيد Alrashid"
)
ARABIC_FEMALE = (
    "فاطمة Fatima|مريم Maryam|عائشة Aisha|نورة Noura|سارة Sara|هند Hind"
    "|ليلى Layla|أمل Amal|ريم Reem|حصة Hessa|شيماء Shaima|دانة Dana"
    "|لطيفة Latifa|موزة Moza"
)
ARABIC_MALE = (
    "محمد Mohammed|أحمد Ahmed|خالد Khalid|سلطان Sultan|راشد Rashid"
    "|سعيد Saeed|عمر Omar|يوسف Yousef|حمدان Hamdan|علي Ali|إبراهيم Ibrahim"
    "|ماجد Majid|طارق Tariq|زايد Zayed|فيصل Faisal|سيف Saif"
)


def fold(name: str, umlauts: bool = False) -> str:
    """Write a Latin name in ASCII; with `umlauts` as German does it (ö → oe)."""
    if name.isascii():
        return name
    text = name.translate(_UMLAUTS) if umlauts else name
    text = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(c for c in text if not unicodedata.combining(c)).encode("ascii", "ignore").decode()


def romanise(name: str, locale: str) -> str:
    """Write a name in ASCII letters; Greek, Bulgarian and Ukrainian by letter, others by folding."""
    letters = _LETTERS.get(locale)
    if letters is None:
        return fold(name, umlauts=locale == "de_DE")
    text = unicodedata.normalize("NFC", name.lower())
    if locale == "el_GR":
        text = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in text if not unicodedata.combining(c)))
        for pair, latin in _GREEK_PAIRS.items():
            text = text.replace(pair, latin)
    text = "".join(letters.get(c, c) for c in text)
    return re.sub(r"(^|[\s-])([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)


def pairs(text: str) -> list[tuple[str, str]]:
    """Read a table of `native Latin|native Latin`."""
    return [(native, latin) for native, latin in (row.rsplit(" ", 1) for row in text.split("|"))]
