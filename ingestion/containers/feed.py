"""An RSS or Atom feed as records, one an entry: its fields as text, and its blog's beside.

feedparser reads a document as a whole, so its size is bounded; a document that declares entities is refused
before it is parsed. Raw bytes of a record are the JSON of its fields. Must not live here: what a field
becomes (formats/feed.py).
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

import feedparser
import pyarrow as pa

from ingestion.format import UnreadableFile

LARGEST_FEED = 64 << 20
BATCH_ENTRIES = 4_096

ENTRY_FIELDS = (
    "id", "title", "content", "content_type", "published", "updated", "published_text", "language", "tags",
    "enclosures", "author_name", "author_email", "author_url", "blog_home", "blog_title", "blog_subtitle",
    "blog_author", "blog_email", "blog_author_url", "blog_language", "blog_me", "blog_image",
)  # fmt: skip
# Of each blog, the author of its first entry that has one: the same whichever entry is looked at.
FIRST_AUTHOR = {name: f"first_{name}" for name in ("author_name", "author_email", "author_url")}

_ENTRY = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?:[\w.-]+:)?(item|entry)(?=[\s/>])", re.DOTALL
)
_ADDRESS = re.compile(r"[^\s<>()]+@[^\s<>()]+")
_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Feed:
    """A container of feed entries (see ingestion.format.Container); lists are JSON arrays in text."""

    largest: int = LARGEST_FEED

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the entries in the order of the document. Raises UnreadableFile."""
        document = _checked(stream.read(self.largest + 1), self.largest)
        parsed = feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
        if not parsed.version:
            raise UnreadableFile("not_a_feed", f"is no RSS or Atom feed: its root is {_root(document)}.")
        entries = [_entry(entry, parsed.feed) for entry in parsed.entries]
        authors = _first_authors(entries)
        for first in range(0, len(entries), BATCH_ENTRIES):
            yield _table(entries[first : first + BATCH_ENTRIES], first + 1, authors)

    def count(self, stream: IO[bytes]) -> int:
        """Count the start tags of entries outside comments and character data."""
        document = stream.read(self.largest + 1)
        if document[:2] in (b"\xff\xfe", b"\xfe\xff"):
            document = document.decode("utf-16", "replace").encode()
        return sum(found[1] is not None for found in _ENTRY.finditer(document))


def home_address(address: str | None) -> str | None:
    """Write a blog's address one way: https, host in lower case without www, no query, no slash at the end.

    A host alone ends in a slash (RFC 3986, 6.2.3). What is no web address is NULL.
    """
    parts = urlsplit((address or "").strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    return f"https://{parts.hostname.removeprefix('www.')}{port}{parts.path.rstrip('/') or '/'}"


def _checked(document: bytes, largest: int) -> bytes:
    if len(document) > largest:
        raise UnreadableFile(
            "feed_too_large",
            f"has more than {largest >> 20} MiB; a feed is read as a whole. Split it, or export it as "
            "activitystreams.",
        )
    if not document.strip():
        raise UnreadableFile("empty_file", "is empty: it has not even a feed. Export it again.")
    text = document.replace(b"\0", b"")
    if re.search(rb"<!ENTITY", text, re.IGNORECASE):
        raise UnreadableFile(
            "entity_declaration", "declares XML entities, which no feed needs; it was not parsed."
        )
    if text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] != b"<":
        raise UnreadableFile("not_a_feed", "is no RSS or Atom feed: it is not XML.")
    if not _END.search(text) and re.search(rb"<(?:rss|feed|rdf:RDF)[\s>]", text):
        raise UnreadableFile("cut_off", "ends before its feed does (no closing tag). Fetch it again.")
    return document


def _root(document: bytes) -> str:
    found = re.search(rb"<([A-Za-z][\w:.-]{0,40})", document)
    return f"<{found[1].decode()}>" if found else "no element"


def _first_authors(entries: list[dict[str, str | None]]) -> dict[str | None, dict[str, str | None]]:
    authors: dict[str | None, dict[str, str | None]] = {}
    for entry in entries:
        author = {first: entry[name] for name, first in FIRST_AUTHOR.items()}
        if any(author.values()):
            authors.setdefault(entry["blog_home"], author)
    return authors


def _table(
    entries: list[dict[str, str | None]], ordinal: int, authors: dict[str | None, dict[str, str | None]]
) -> pa.Table:
    raw = [
        json.dumps(entry, sort_keys=True, ensure_ascii=False).encode(errors="replace") for entry in entries
    ]
    given = [entry | authors.get(entry["blog_home"], {}) for entry in entries]
    fields = pa.struct([(name, pa.string()) for name in (*ENTRY_FIELDS, *FIRST_AUTHOR.values())])
    return pa.table(
        {
            "source_record": pa.array([str(ordinal + i) for i in range(len(entries))], pa.string()),
            "raw": pa.array(raw, pa.binary()),
            "problem": pa.nulls(len(entries), pa.string()),
            "fields": pa.array(given, fields),
        }
    )


def _entry(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, str | None]:
    """Pick the fields of an entry; where it names the feed it came from (atom:source), that is its blog."""
    source = entry.get("source") or {}
    own_blog = bool(source.get("link") or home_address(source.get("id")))
    blog = source if own_blog else feed
    author, blog_author = _person(entry), _person(blog)
    content = (entry.get("content") or [entry.get("summary_detail") or {}])[0]
    home = home_address(blog.get("link")) or home_address(blog.get("id"))
    return {
        "id": _identity(entry.get("id") or entry.get("link"), home),
        "title": entry.get("title"),
        "content": content.get("value"),
        "content_type": content.get("type"),
        "published": _instant(entry, "published") or _instant(entry, "updated"),
        "updated": _instant(entry, "updated"),
        "published_text": _text(entry, "published") or _text(entry, "updated"),
        "language": content.get("language"),
        "tags": _json(tag.get("term") for tag in entry.get("tags", ())),
        "enclosures": _json(
            link.get("type") for link in entry.get("links", ()) if link.get("rel") == "enclosure"
        ),
        "author_name": author.get("name"),
        "author_email": author.get("email"),
        "author_url": author.get("href"),
        "blog_home": home,
        "blog_title": blog.get("title"),
        "blog_subtitle": blog.get("subtitle"),
        "blog_author": blog_author.get("name"),
        "blog_email": blog_author.get("email"),
        "blog_author_url": blog_author.get("href"),
        "blog_language": blog.get("language"),
        "blog_me": _json(link.get("href") for link in blog.get("links", ()) if link.get("rel") == "me"),
        "blog_image": (blog.get("image") or {}).get("href") or blog.get("logo"),
    }


def _person(part: Mapping[str, Any]) -> dict[str, str | None]:
    """Take the author apart: Atom's elements, or RSS's one text, `address (name)` or `name <address>`.

    feedparser's own way knows no long top-level domains.
    """
    text = (part.get("author") or "").strip()
    url = (part.get("author_detail") or {}).get("href")
    found = _ADDRESS.search(text)
    name = text.replace(found[0], "").strip(" ()<>") if found else text
    return {"name": name or None, "email": found[0] if found else None, "href": url}


def _identity(guid: str | None, home: str | None) -> str | None:
    """A guid that is no address of its own (such as 17) is one only within its blog."""
    return (
        guid
        if guid is None or home is None or re.match(r"[a-z][a-z0-9+.-]*:", guid, re.I)
        else f"{home}#{guid}"
    )


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    return str(entry[name]) if name in entry.keys() else None  # noqa: SIM118 (feedparser answers one for another)


def _instant(entry: Mapping[str, Any], name: str) -> str | None:
    """The time in UTC as feedparser reads it; a text that it cannot read stays as it is."""
    parsed = entry.get(f"{name}_parsed") if _text(entry, name) else None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else _text(entry, name)


def _json(values: Iterator[str | None]) -> str | None:
    filled = [value for value in values if value]
    return json.dumps(filled, ensure_ascii=False) if filled else None
