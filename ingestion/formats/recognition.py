"""Names what a file that a format does not know looks like, from its first bytes.

Only to say it in a sentence, and to tell a damaged file of a format from a file of another one. Must not
live here: formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 65_536
UNKNOWN = "nothing known here"
UNKNOWN_JSON = "JSON of a layout not known here"


@dataclass(frozen=True)
class Look:
    """What a file looks like: in words, and the format that reads such files, where there is a name for it."""

    words: str
    format: str | None = None

    def __str__(self) -> str:
        return f"{self.words} ({self.format})" if self.format else self.words


_SIGNS: tuple[tuple[bytes, Look], ...] = (
    (rb"\APAR1", Look("a Parquet file", "table")),
    (rb"\A\s*(?:\xef\xbb\xbf)?window\.YTD\.|\A\s*window\.", Look("a part of an X archive", "x_archive")),
    (rb"\A\s*<\?xml.*?<(?:rss|feed)\b|\A\s*<(?:rss|feed)\b", Look("an RSS or Atom feed", "feed")),
    (rb"<(?:posts|users|comments|votes)>\s*<row\b", Look("a Stack Exchange dump", "stack_exchange")),
    (rb"\A\s*<", Look("XML or HTML")),
    (
        rb'"@context"\s*:.{0,200}www\.w3\.org/ns/activitystreams',
        Look("ActivityStreams 2.0", "activitystreams"),
    ),
    (rb'"kind"\s*:\s*"youtube#', Look("an answer of the YouTube Data API")),
    (
        rb'"\$type"\s*:\s*"(?:app|com)\.(?:bsky|atproto)|"did"\s*:\s*"did:|"at://did:',
        Look("AT protocol records", "bluesky"),
    ),
    (rb'"category_list"\s*:\s*\{', Look("Discourse's list of categories, which holds no posts or people")),
    (
        rb'"post_stream"|"topic_list"|"latest_posts"|"cooked"|"topic_id"|"trust_level"',
        Look("an answer of a Discourse forum", "discourse"),
    ),
    (
        rb'"author_id"|"edit_history_tweet_ids"|"conversation_id"|"pinned_tweet_id"|"redacted_at"'
        rb'|"followers_count".{0,80}"tweet_count"',
        Look("posts or users of the X API v2", "x_api_v2"),
    ),
    (
        rb'"paging"\s*:|"fbtrace_id"|graph\.(?:facebook|instagram)\.com|"ig_id"|"media_product_type"|"permalink_url"'
        rb'|"instagram_business_account"|"can_reply_privately"',
        Look("an answer of the Graph API (Facebook, Instagram)"),
    ),
    (rb"\A\s*(?:\xef\xbb\xbf)?[\[{]", Look(UNKNOWN_JSON)),
    (rb"\AFrom \S+ .*\n", Look("an mbox of e-mails")),
    (rb"\A[^\n{}<>]+[,;\t][^\n{}<>]*\r?\n", Look("a table of delimited text", "table")),
)


def look_of(head: bytes) -> Look:
    """Tell what the first bytes of a file look like. Holds nothing of its content."""
    for pattern, look in _SIGNS:
        if re.search(pattern, head[:HEAD_BYTES], re.DOTALL):
            return look
    return Look(UNKNOWN)
