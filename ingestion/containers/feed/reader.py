"""An RSS or Atom feed as records, one an entry: its fields as text, and its blog's beside.

feedparser reads a document as a whole, so its size is bounded; a document that declares entities is refused
before it is parsed. Raw bytes of a record are the JSON of its fields. Must not live here: what a field
becomes (formats/feed.py).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import feedparser
import pyarrow as pa

from ingestion.containers.container import UnreadableFile
from ingestion.containers.feed.dates import instant_of

LARGEST_FEED = 64 << 20
BATCH_ENTRIES = 4_096

ENTRY_FIELDS = (
    "id", "title", "title_type", "content", "content_type", "links", "published", "updated", "published_text",
    "language", "tags", "media", "author_name", "author_email", "author_url", "blog_id", "blog_home", "blog_title",
    "blog_subtitle", "blog_author", "blog_email", "blog_author_url", "blog_language", "blog_me", "blog_image",
)  # fmt: skip
# Of each blog, the one author that all its entries name: the same whichever entry is looked at.
ONLY_AUTHOR = {name: f"only_{name}" for name in ("author_name", "author_email", "author_url")}

_ENTRY = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?:[\w.-]+:)?(item|entry)(?=[\s/>])", re.DOTALL
)
_ADDRESS = re.compile(r"[^\s<>()]+@[^\s<>()]+")
_NOBODYS = re.compile(r"(?:no|do-?not)-?reply@", re.IGNORECASE)
# Where an address goes on so, it is a part of a blog: its articles of one tag, its feed of comments.
_SECTION = re.compile(r"/(?:tags?|categor(?:y|ies)|labels?|topics?|search|feeds?|rss|atom|comments)(?:/.*)?$")
_LINK = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#([0-9]+|[xX][0-9a-fA-F]+);")
# References to U+D800 to U+DFFF, which stand for halves of characters.
_HALVES = re.compile(
    rb"(?:&#(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2});)+"
)
_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Feed:
    """A container of feed entries (see containers.container.Container); lists are JSON arrays in text."""

    largest: int = LARGEST_FEED

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the entries in the order of the document. Raises UnreadableFile."""
        document = _checked(stream.read(self.largest + 1), self.largest)
        parsed = _parsed(document)
        if not parsed.version:
            raise UnreadableFile("not_a_feed", f"is no RSS or Atom feed: its root is {_root(document)}.")
        entries = [_entry(entry, parsed.feed) for entry in parsed.entries]
        _tell_apart(entries)
        authors = _only_authors(entries)
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

    A host alone ends in a slash (RFC 3986, 6.2.3). Of a part of a blog (/tag/x) it is the blog's. What is no web
    address is NULL.
    """
    parts = urlsplit((address or "").strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    path = _SECTION.sub("", parts.path).rstrip("/")
    return f"https://{parts.hostname.removeprefix('www.')}{port}{path or '/'}"


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


def _parsed(document: bytes) -> Any:
    """Parse a document; feedparser raises where a character is written as two halves (&#55357;&#56841;)."""
    whole = _HALVES.sub(_whole, document)
    try:
        return feedparser.parse(io.BytesIO(whole), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, RecursionError) as error:
        raise UnreadableFile(
            "damaged", f"cannot be taken apart as a feed ({type(error).__name__}); fetch or export it again."
        ) from error


def _whole(found: re.Match[bytes]) -> bytes:
    """Put the halves of a character together; a half alone is the sign for what cannot be shown."""
    halves = "".join(chr(_code(reference)) for reference in _REFERENCE.findall(found[0]))
    return (
        halves.encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
        .encode("ascii", "xmlcharrefreplace")
    )


def _code(reference: bytes) -> int:
    return int(reference[1:], 16) if reference[:1] in b"xX" else int(reference)


def _root(document: bytes) -> str:
    found = re.search(rb"<([A-Za-z][\w:.-]{0,40})", document)
    return f"<{found[1].decode()}>" if found else "no element"


def _only_authors(entries: list[dict[str, str | None]]) -> dict[str | None, dict[str, str | None]]:
    found: dict[str | None, list[dict[str, str | None]]] = {}
    for entry in entries:
        author = {only: entry[name] for name, only in ONLY_AUTHOR.items()}
        known = found.setdefault(entry["blog_id"], [])
        if any(author.values()) and author not in known:
            known.append(author)
    return {blog: authors[0] for blog, authors in found.items() if len(authors) == 1}


def _tell_apart(entries: list[dict[str, str | None]]) -> None:
    """Give articles ids that share one, or have none: their own words and time make them differ.

    A guid or a link names one article; a document in which it names two is wrong about it.
    """
    shared: dict[str | None, set[str]] = {}
    for entry in entries:
        shared.setdefault(entry["id"], set()).add(_article_key(entry))
    for entry in entries:
        if entry["id"] is None:
            entry["id"] = f"{entry['blog_id']}#{_article_key(entry)}"
        elif len(shared[entry["id"]]) > 1:
            entry["id"] = f"{entry['id']}#{_article_key(entry)}"


def _article_key(entry: Mapping[str, str | None]) -> str:
    said = [entry[name] for name in ("title", "published")]
    return _digest(said if any(said) else [entry["content"]])


def _digest(parts: Sequence[str | None]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _table(
    entries: list[dict[str, str | None]], ordinal: int, authors: dict[str | None, dict[str, str | None]]
) -> pa.Table:
    raw = [
        json.dumps(entry, sort_keys=True, ensure_ascii=False).encode(errors="replace") for entry in entries
    ]
    given = [entry | authors.get(entry["blog_id"], {}) for entry in entries]
    fields = pa.struct([(name, pa.string()) for name in (*ENTRY_FIELDS, *ONLY_AUTHOR.values())])
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
    title = entry.get("title_detail") or {}
    home = _home(blog, entry)
    blog_id = home or f"urn:feed:{_digest([blog.get('title'), blog.get('subtitle')])}"
    address = urljoin(home or "", entry.get("link") or "")
    return {
        "id": _identity(entry.get("id") or address, blog_id),
        "title": title.get("value"),
        "title_type": title.get("type"),
        "content": content.get("value"),
        "content_type": content.get("type"),
        "links": _json(_links(content.get("value"), content.get("base") or address)),
        "published": _instant(entry, "published") or _instant(entry, "updated"),
        "updated": _instant(entry, "updated"),
        "published_text": _text(entry, "published") or _text(entry, "updated"),
        "language": content.get("language"),
        "tags": _json(tag.get("term") for tag in entry.get("tags", ())),
        "media": _json(_media(entry)),
        "author_name": author.get("name"),
        "author_email": author.get("email"),
        "author_url": author.get("href"),
        "blog_id": blog_id,
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


def _home(blog: Mapping[str, Any], entry: Mapping[str, Any]) -> str | None:
    """Find a blog's address: what it says itself, else the site that its own feed or its articles lie on."""
    selves = [link.get("href") for link in blog.get("links", ()) if link.get("rel") == "self"]
    own = home_address(blog.get("link")) or home_address(blog.get("id"))
    sites = (_site(address) for address in (*selves, entry.get("link")))
    return own or next(filter(None, sites), None)


def _site(address: str | None) -> str | None:
    home = home_address(address)
    return home and home_address(urljoin(home, "/"))


def _links(html: str | None, base: str) -> Iterator[str]:
    """Yield the addresses that the words link to, resolved; places inside the page itself are none."""
    for found in _LINK.finditer(html or ""):
        link = unescape(found[1])
        if not link.startswith("#") and (whole := _joined(base, link)).startswith(("http://", "https://")):
            yield whole


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:  # such as http://[, which is no address
        return link


def _media(entry: Mapping[str, Any]) -> Iterator[str | None]:
    for link in entry.get("links", ()):
        if link.get("rel") == "enclosure":
            yield link.get("type")
    for media in entry.get("media_content", ()):
        yield media.get("type") or media.get("medium")


def _person(part: Mapping[str, Any]) -> dict[str, str | None]:
    """Take the author apart: Atom's elements, or RSS's one text, `address (name)` or `name <address>`.

    feedparser's own way knows no long top-level domains.
    """
    text = (part.get("author") or "").strip()
    url = (part.get("author_detail") or {}).get("href")
    found = _ADDRESS.search(text)
    name = text.replace(found[0], "").strip(" ()<>") if found else text
    email = found[0] if found and not _NOBODYS.match(found[0]) else None
    return {"name": name or None, "email": email, "href": url}


def _identity(guid: str | None, blog_id: str) -> str | None:
    """A guid that is no address of its own (such as 17) is one only within its blog."""
    if not guid or re.match(r"[a-z][a-z0-9+.-]*:", guid, re.I):
        return guid or None
    return f"{blog_id}#{guid}"


def _text(entry: Mapping[str, Any], name: str) -> str | None:
    return str(entry[name]) if name in entry.keys() else None  # noqa: SIM118 (feedparser answers one for another)


def _instant(entry: Mapping[str, Any], name: str) -> str | None:
    """The time in UTC; a text that cannot be read whole stays as it is, so that landing rejects it."""
    text = _text(entry, name)
    return (instant_of(text) or text) if text else None


def _json(values: Iterator[str | None]) -> str | None:
    filled = [value for value in values if value]
    return json.dumps(filled, ensure_ascii=False) if filled else None
