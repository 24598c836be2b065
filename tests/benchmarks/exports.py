"""Exports to land, made in code: each of one layout, as large as it is asked to be, with nothing broken in it.

Must not live here: what is measured with them.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_WORDS = ("service", "order", "late", "phone", "thanks", "fix", "love", "update", "broken", "price", "help")
_AT = "2026-0{}-1{}T{}:00:00.000Z"
_POSTS_A_PAGE, _POSTS_A_SMALL_PAGE = 100, 10


def flat_post(number: int, rng: random.Random) -> dict[str, Any]:
    """Make a post as archiving tools flatten it, author inside; about 1.7 kB as JSON."""
    author = str(100_000 + rng.randrange(60_000))
    identity = str(1_500_000_000_000_000_000 + number * 4_194_304)
    metrics = {"retweet_count": 1, "reply_count": 2, "like_count": rng.randrange(90), "quote_count": 0}
    post: dict[str, Any] = {
        "id": identity,
        "text": " ".join(rng.choices(_WORDS, k=22)),
        "author_id": author,
        "created_at": f"2026-0{rng.randrange(1, 7)}-1{rng.randrange(10)}T{rng.randrange(10, 24)}:00:00.000Z",
        "conversation_id": identity,
        "lang": "en",
        "source": "Web",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "public_metrics": metrics,
        "entities": {
            "urls": [
                {"url": "https://t.example/x", "expanded_url": f"https://e.example/{number}", "start": 1}
            ],
            "hashtags": [{"start": 1, "end": 5, "tag": rng.choice(_WORDS)}],
            "mentions": [{"start": 0, "end": 9, "username": "brand", "id": "42"}],
        },
        "context_annotations": [
            {"domain": {"id": "46", "name": "Business Taxonomy", "description": "x" * 70}}
        ],
        "author": {
            "id": author,
            "username": f"user{author}",
            "name": f"User {author}",
            "created_at": "2015-03-03T12:49:24.000Z",
            "description": " ".join(rng.choices(_WORDS, k=10)),
            "location": "Berlin",
            "verified": False,
            "protected": False,
            "profile_image_url": f"https://p.example/{author}.jpg",
            "public_metrics": {
                "followers_count": rng.randrange(999),
                "following_count": 55,
                "tweet_count": 9,
            },
        },
        "edit_history_tweet_ids": [identity],
        "__twarc": {"url": "https://a.example/search", "retrieved_at": "2026-07-01T03:48:22+00:00"},
    }
    if number % 5 == 0:
        post["referenced_tweets"] = [{"type": "replied_to", "id": str(int(identity) - 4_194_304)}]
    return post


def _time(rng: random.Random) -> str:
    return _AT.format(rng.randrange(1, 7), rng.randrange(10), rng.randrange(10, 24))


def flat_posts() -> Iterator[str]:
    """Posts of X, one a line."""
    rng = random.Random(1)
    for number in itertools.count():
        yield json.dumps(flat_post(number, rng)) + "\n"


def pages(size: int = _POSTS_A_PAGE) -> Iterator[str]:
    """Answers of X's API, one a line: posts with the authors beside."""
    rng = random.Random(1)
    for first in itertools.count(step=size):
        posts = [flat_post(number, rng) for number in range(first, first + size)]
        for post in posts:
            del post["__twarc"]
        users = list({post["author_id"]: post.pop("author") for post in posts}.values())
        meta = {"result_count": len(posts), "newest_id": posts[-1]["id"], "oldest_id": posts[0]["id"]}
        yield json.dumps({"data": posts, "includes": {"users": users}, "meta": meta}) + "\n"


def orders() -> Iterator[str]:
    """Orders as Salesforce exports them."""
    rng = random.Random(1)
    yield _row(
        "Id", "AccountId", "OrderNumber", "BillToContactId", "EffectiveDate", "Status", "TotalAmount",
        "CurrencyIsoCode", "ActivatedDate", "IsDeleted", "CreatedDate", "LastModifiedDate", "SystemModstamp",
    )  # fmt: skip
    for number in itertools.count():
        at, contact = _time(rng), rng.randrange(90_000)
        yield _row(
            f"801Hv{number:010}IAQ", f"001Hv{contact:010}IAY", f"{number:08}", f"003Hv{contact:010}IAI", at[:10],
            rng.choice(("Completed", "Cancelled", "Activated")), f"{rng.random() * 300:.2f}", "EUR", at, "false",
            at, at, "2026-07-05T21:00:00.000Z",
        )  # fmt: skip


def contacts() -> Iterator[str]:
    """Contacts as Salesforce exports them."""
    rng = random.Random(1)
    yield _row(
        "Id", "AccountId", "FirstName", "LastName", "Email", "Phone", "MobilePhone", "Title", "MailingStreet",
        "MailingCity", "MailingPostalCode", "MailingCountry", "MasterRecordId", "IsDeleted", "CreatedDate",
        "LastModifiedDate", "SystemModstamp",
    )  # fmt: skip
    for number in itertools.count():
        at = _time(rng)
        yield _row(
            f"003Hv{number:010}IAY", f"001Hv{rng.randrange(90_000):010}IAY", f"Jordán {number % 977}",
            f"Morante {number % 7919}", f"m{number}@postbox.example", f"+4930{number:08}", "", "Teacher",
            f"{number % 300} Station Road", "Sevilla", f"{41_000 + number % 900}", "Spain", "", "false",
            at, at, at,
        )  # fmt: skip


def _row(*cells: str) -> str:
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


def entries() -> Iterator[str]:
    """Articles of a blog as WordPress exports them (RSS), without the head and the end."""
    rng = random.Random(1)
    for number in itertools.count():
        words = " ".join(rng.choices(_WORDS, k=90))
        yield (
            f"<item><title>{rng.choice(_WORDS)} {number}</title><link>https://b.example/{number}</link>"
            f"<pubDate>Mon, 1{number % 10} May 2026 17:18:30 +0000</pubDate>"
            f"<dc:creator>a{number % 40}</dc:creator>"
            f'<guid isPermaLink="false">https://b.example/?p={number}</guid><description></description>'
            f'<content:encoded><![CDATA[<p>{words} <a href="https://e.example/{number}">x</a></p>]]>'
            f"</content:encoded>"
            f'<category domain="category"><![CDATA[{rng.choice(_WORDS)}]]></category></item>\n'
        )


FEED_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blog</title>'
    "<link>https://b.example/</link><description>Words</description>\n"
)
FEED_END = "</channel></rss>\n"


def write_export(
    path: Path, megabytes: float, parts: Callable[[], Iterator[str]], head: str = "", end: str = ""
) -> float:
    """Write parts until the file is large enough. Returns its size in megabytes."""
    size = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for part in parts():
            size += file.write(part)
            if size >= megabytes * 1_000_000:
                break
        file.write(end)
    return path.stat().st_size / 1e6


def write_small_files(folder: Path, files: int) -> None:
    """Write small files: of each ten, seven blogs of three articles each and three pages of an API."""
    every, each = entries(), pages(_POSTS_A_SMALL_PAGE)
    folder.mkdir()
    for number in range(files):
        if number % 10 < 7:
            text = FEED_HEAD.replace("b.example", f"b{number}.example")
            text += "".join(itertools.islice(every, 3)) + FEED_END
            (folder / f"blog{number:04}_2026-07-06.rss").write_text(text, encoding="utf-8")
        else:
            (folder / f"page{number:04}_2026-07-06.json").write_text(next(each), encoding="utf-8")
