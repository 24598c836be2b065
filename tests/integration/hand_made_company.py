"""A company of a dozen people, written by hand as exports in the platforms' own layouts.

Lives here: the exports of `test_hand_made_company.py`, nothing generated, no chance. The people:

    no  contact            value     X account             forum account   orders
    1   Ewa Zielińska      low       –                     ewaz            1
    2   Marek Jabłoński    low       deleted on 15 June    –               1
    3   Olga Sokołowska    low       –                     –               1
    4   Piotr Wrona        low       –                     –               1
    5   Henryk Dudek       medium    henrykdudek           –               2
    6   Łucja Baran        medium    made on 2 July        –               2
    7   Tadeusz Maj        high      –                     tmaj            2
    8   Irena Kubik        high      irenakubik            –               3
    9   Bogdan Wilk        top       bogdanwilk            –               3
    10  Halina Szulc       top       two accounts          halinaszulc     4
    11  Zofia Mazurek      inactive  –                     –               1, in 2024
    12  Adam Krol          no customer (no order)  adamkrol

Beside them: the brand's own account, a staff member of the forum, and a stranger on X. All was exported on 5 July,
and the last fact is a post of 2 July: June is the last complete month.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

PEOPLE = (
    ("Ewa", "Zielińska"),
    ("Marek", "Jabłoński"),
    ("Olga", "Sokołowska"),
    ("Piotr", "Wrona"),
    ("Henryk", "Dudek"),
    ("Łucja", "Baran"),
    ("Tadeusz", "Maj"),
    ("Irena", "Kubik"),
    ("Bogdan", "Wilk"),
    ("Halina", "Szulc"),
    ("Zofia", "Mazurek"),
    ("Adam", "Krol"),
)
X_HANDLES = {
    2: "marekjablonski",
    5: "henrykdudek",
    6: "lucjabaran",
    8: "irenakubik",
    9: "bogdanwilk",
    10: "halina_szulc",
    12: "adamkrol",
}
# Orders: contact number → (day, amount). The window of June 2026 begins after 30 June 2025.
ORDERS: dict[int, tuple[tuple[str, str], ...]] = {
    1: (("2025-08-01", "10.00"),),
    2: (("2025-09-01", "20.00"),),
    3: (("2025-10-01", "30.00"),),
    4: (("2025-11-01", "40.00"),),
    5: (("2025-11-15", "25.00"), ("2025-12-01", "25.00")),
    6: (("2025-12-15", "30.00"), ("2026-01-01", "30.00")),
    7: (("2026-01-15", "35.00"), ("2026-02-01", "35.00")),
    8: (("2026-01-20", "26.00"), ("2026-02-15", "27.00"), ("2026-03-01", "27.00")),
    9: (("2026-02-20", "30.00"), ("2026-03-15", "30.00"), ("2026-04-01", "30.00")),
    10: (("2026-03-20", "25.00"), ("2026-04-15", "25.00"), ("2026-05-01", "25.00"), ("2026-05-20", "25.00")),
    11: (("2024-03-01", "500.00"),),
}

CONFIGURATION = """\
brand:
  name: Domatik
  accounts: {x: [domatik]}
months: 1
currency: EUR
privacy:
  min_cell: 1
sources:
  - name: x_export
    format: x_api_v2
    path: exports/x/*.jsonl
  - name: forum
    format: discourse
    path: exports/forum/*.json
  - name: crm
    format: salesforce_export
    path: exports/crm/*.csv
    options:
      custom_fields:
        Contact: {website: Website__c, handles: {x: X_Handle__c}}
"""


def contact_id(number: int) -> str:
    """Salesforce id of a contact of the table above, 18 characters."""
    return f"003{number:012d}AAA"


def website(number: int) -> str:
    """The contact's own site, which the social profiles name, too."""
    given, family = PEOPLE[number - 1]
    return f"https://{_ascii(given)}-{_ascii(family)}.example"


def email(number: int) -> str:
    """The contact's own address."""
    given, family = PEOPLE[number - 1]
    return f"{_ascii(given)}.{_ascii(family)}@post.example"


def write_hand_made_company(folder: Path) -> Path:
    """Write `scrm.yml` and all exports into `folder`; return the path of `scrm.yml`."""
    for name in ("x", "forum", "crm"):
        (folder / "exports" / name).mkdir(parents=True)
    _write_x(folder / "exports" / "x")
    _write_forum(folder / "exports" / "forum")
    _write_crm(folder / "exports" / "crm")
    configuration = folder / "scrm.yml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    return configuration


def _ascii(text: str) -> str:
    return text.lower().translate(str.maketrans("łńśąęó", "lnsaeo"))


# ── X ────────────────────────────────────────────────────────────────────────────────────────────────


def _x_user(user_id: str, handle: str, name: str, url: str, followers: int, made: str) -> dict[str, object]:
    return {
        "id": user_id,
        "username": handle,
        "name": name,
        "url": url,
        "entities": {"url": {"urls": [{"url": url, "expanded_url": url}]}} if url else {},
        "created_at": made,
        "protected": False,
        "verified": False,
        "public_metrics": {
            "followers_count": followers,
            "following_count": 1,
            "tweet_count": 9,
            "listed_count": 0,
        },
    }


def _x_users() -> list[dict[str, object]]:
    followers = {2: 30, 5: 10, 6: 20, 8: 50, 9: 100, 10: 500, 12: 70}
    users = [
        _x_user(
            f"10{n:02d}",
            handle,
            " ".join(PEOPLE[n - 1]),
            website(n),
            followers[n],
            "2026-07-02T08:00:00.000Z" if n == 6 else "2019-03-01T08:00:00.000Z",
        )
        for n, handle in X_HANDLES.items()
    ]
    second = _x_user("1110", "szulc_diy", "Halina Szulc", website(10), 40, "2021-03-01T08:00:00.000Z")
    stranger = _x_user("1900", "nightowl77", "night owl", "", 3, "2020-01-01T00:00:00.000Z")
    brand = _x_user("1999", "domatik", "Domatik", "https://domatik.example", 9000, "2015-01-01T00:00:00.000Z")
    return [*users, second, stranger, brand]


def _tweet(tweet_id: int, author: str, at: str, text: str, **more: object) -> dict[str, object]:
    counts = {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0}
    return {
        "id": str(tweet_id),
        "author_id": author,
        "created_at": at,
        "text": text,
        "lang": "pl",
        "conversation_id": str(tweet_id),
        "edit_history_tweet_ids": [str(tweet_id)],
        "public_metrics": counts,
        **more,
    }


def _tweets() -> list[dict[str, object]]:
    """June has 30 days and Warsaw is two hours ahead of UTC, so 17:30 UTC is 19:30 there."""
    daily = [
        _tweet(5_000 + 10 * day + slot, "1010", f"2026-06-{day:02d}T{time}:00.000Z", f"day {day} part {slot}")
        for day in range(1, 31)
        for slot, time in enumerate(("17:30", "18:30", "18:45", "05:30"))
    ]
    second_account = [
        _tweet(6_000 + n, "1110", f"2026-06-09T10:{n:02d}:00.000Z", f"drill {n}") for n in range(3)
    ]
    others = [
        _tweet(7_001, "1009", "2026-06-03T10:00:00.000Z", "my new hub works"),
        _tweet(7_002, "1009", "2026-06-04T10:00:00.000Z", "to be deleted"),
        _tweet(
            7_003,
            "1009",
            "2026-06-05T10:00:00.000Z",
            "RT @domatik: hello",
            referenced_tweets=[{"type": "retweeted", "id": "8001"}],
        ),
        _tweet(7_004, "1008", "2026-05-20T10:00:00.000Z", "in May"),
        _tweet(
            7_005,
            "1005",
            "2026-06-10T10:00:00.000Z",
            "@domatik thanks",
            in_reply_to_user_id="1999",
            referenced_tweets=[{"type": "replied_to", "id": "8001"}],
        ),
        _tweet(7_006, "1012", "2026-06-11T10:00:00.000Z", "a prospect speaks"),
        _tweet(7_007, "1900", "2026-06-12T10:00:00.000Z", "a stranger speaks"),
        _tweet(7_008, "1006", "2026-07-02T10:00:00.000Z", "after the month"),
        _tweet(7_009, "1002", "2026-06-12T10:00:00.000Z", "three days before the account went"),
        _tweet(8_001, "1999", "2026-06-02T10:00:00.000Z", "hello from the brand"),
    ]
    return [*daily, *second_account, *others]


def _write_x(folder: Path) -> None:
    tweets = _tweets()
    users = {user["id"]: user for user in _x_users()}
    left, later = users["1002"], users["1006"]
    still_there = [user for user in users.values() if user is not left]
    pages = [
        {"data": tweets[i : i + 50], "includes": {"users": still_there}, "meta": {"result_count": 50}}
        for i in range(0, len(tweets), 50)
    ]
    lines = "".join(json.dumps(page, ensure_ascii=False) + "\n" for page in pages)
    (folder / "tweets_2026-07-05.jsonl").write_text(lines, encoding="utf-8")
    _write_users(folder / "users_2026-05-31.jsonl", [left])
    _write_users(folder / "users_2026-06-30.jsonl", [user for user in still_there if user is not later])
    gone = {
        "id": "7002",
        "action": "delete",
        "created_at": "2026-06-04T10:00:00.000Z",
        "redacted_at": "2026-06-20T00:00:00.000Z",
        "reason": "deleted",
    }
    (folder / "tweets_compliance_2026-07-05.jsonl").write_text(json.dumps(gone) + "\n")
    closed = {
        "id": "1002",
        "action": "delete",
        "created_at": "2019-03-01T08:00:00.000Z",
        "redacted_at": "2026-06-15T00:00:00.000Z",
        "reason": "deactivated",
    }
    (folder / "users_compliance_2026-07-05.jsonl").write_text(json.dumps(closed) + "\n")


def write_export_to_withdraw(folder: Path) -> str:
    """Write posts and accounts of X a second time, as of April, with a post that nobody wrote; return its name.

    All that the other exports hold of them is then a duplicate of what this one said.
    """
    path = folder / "exports" / "x" / "everything_2026-04-30.jsonl"
    pages = [p for p in sorted(path.parent.glob("*.jsonl")) if "compliance" not in p.name]
    repeated = "".join(p.read_text(encoding="utf-8") for p in pages)
    made_up = {"data": [_tweet(9_001, "1008", "2026-06-12T10:00:00.000Z", "never said")]}
    path.write_text(repeated + json.dumps(made_up) + "\n", encoding="utf-8")
    return str(path.relative_to(folder))


def _write_users(path: Path, users: list[dict[str, object]]) -> None:
    path.write_text(json.dumps({"data": users}, ensure_ascii=False) + "\n", encoding="utf-8")


# ── Forum ────────────────────────────────────────────────────────────────────────────────────────────


def _member(number: int, username: str, name: str, address: str, *, admin: bool = False) -> dict[str, object]:
    return {
        "id": number,
        "username": username,
        "name": name,
        "email": address,
        "active": True,
        "admin": admin,
        "moderator": False,
        "created_at": "2022-01-10T09:00:00.000Z",
        "trust_level": 1,
    }


def _post(
    post_id: int, number: int, user: tuple[int, str], at: str, text: str, **more: object
) -> dict[str, object]:
    return {
        "id": post_id,
        "username": user[1],
        "user_id": user[0],
        "created_at": at,
        "updated_at": at,
        "cooked": f"<p>{text}</p>",
        "post_number": number,
        "post_type": 1,
        "reply_to_post_number": None,
        "topic_id": 77,
        "topic_slug": "hub-loses-wifi",
        "actions_summary": [],
        "deleted_at": None,
        "hidden": False,
        "user_deleted": False,
        **more,
    }


def _write_forum(folder: Path) -> None:
    members = [
        _member(21, "halinaszulc", "Halina Szulc", email(10)),
        _member(22, "ewaz", "Ewa Zielińska", email(1)),
        _member(23, "tmaj", "Tadeusz Maj", email(7)),
        _member(24, "helpdesk_anna", "Anna", "anna@domatik.example", admin=True),
    ]
    (folder / "users_2026-07-05.json").write_text(json.dumps(members, ensure_ascii=False), encoding="utf-8")
    topic = {
        "id": 77,
        "title": "The hub loses its Wi-Fi",
        "slug": "hub-loses-wifi",
        "created_at": "2026-06-08T16:00:00.000Z",
        "views": 12,
        "post_stream": {
            "posts": [
                _post(701, 1, (21, "halinaszulc"), "2026-06-08T16:00:00.000Z", "Who can help?"),
                _post(
                    702, 2, (22, "ewaz"), "2026-06-08T17:00:00.000Z", "Restart it.", reply_to_post_number=1
                ),
                _post(
                    703, 3, (21, "halinaszulc"), "2026-06-08T18:00:00.000Z", "Works!", reply_to_post_number=2
                ),
                _post(704, 4, (24, "helpdesk_anna"), "2026-06-09T08:00:00.000Z", "Glad to hear.", staff=True),
            ],
            "stream": [701, 702, 703, 704],
        },
    }
    (folder / "topic_77_2026-07-05.json").write_text(json.dumps(topic, ensure_ascii=False), encoding="utf-8")


# ── CRM ──────────────────────────────────────────────────────────────────────────────────────────────


def _write_crm(folder: Path) -> None:
    _write_csv(
        folder / "Contact_2026-07-05.csv",
        "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Email,Phone,MailingCity,MailingCountry,"
        "CreatedDate,LastModifiedDate,SystemModstamp,Website__c,X_Handle__c",
        [
            f"{contact_id(n)},false,,,{family},{given},{email(n)},+48 22 555 01 {n:02d},Kraków,Poland,"
            "2020-01-01T00:00:00.000Z,2026-06-01T00:00:00.000Z,2026-06-01T00:00:00.000Z,"
            f"{website(n)},{X_HANDLES.get(n, '')}"
            for n, (given, family) in enumerate(PEOPLE, start=1)
        ],
    )
    orders = [(n, *order) for n, those in ORDERS.items() for order in those]
    _write_csv(
        folder / "Order_2026-07-05.csv",
        "Id,IsDeleted,AccountId,BillToContactId,EffectiveDate,Status,TotalAmount,CurrencyIsoCode,"
        "CreatedDate,LastModifiedDate,SystemModstamp",
        [
            f"801{i:012d}AAA,false,,{contact_id(n)},{day},Activated,{amount},EUR,"
            f"{day}T09:00:00.000Z,{day}T09:00:00.000Z,{day}T09:00:00.000Z"
            for i, (n, day, amount) in enumerate(orders, start=1)
        ],
    )


def _write_csv(path: Path, header: str, rows: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerows(line.split(",") for line in (header, *rows))
