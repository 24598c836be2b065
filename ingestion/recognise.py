"""Names what a file that a format does not know looks like, from its first bytes.

Only to say it in a sentence, and to tell a damaged file of a format from a file of another one. Must not
live here: formats.
"""

from __future__ import annotations

import re

HEAD_BYTES = 65_536
UNKNOWN = "nothing known here"
UNKNOWN_JSON = "JSON of a layout not known here"

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (rb"\APAR1", "a Parquet file (format table)"),
    (rb"\A\s*(?:\xef\xbb\xbf)?window\.YTD\.|\A\s*window\.", "a part of an X archive (x_archive)"),
    (rb"\A\s*<\?xml.*?<(?:rss|feed)\b|\A\s*<(?:rss|feed)\b", "an RSS or Atom feed (feed)"),
    (rb"<(?:posts|users|comments|votes)>\s*<row\b", "a Stack Exchange dump (stack_exchange)"),
    (rb"\A\s*<", "XML or HTML"),
    (rb'"@context"\s*:.{0,200}www\.w3\.org/ns/activitystreams', "ActivityStreams 2.0 (activitystreams)"),
    (rb'"kind"\s*:\s*"youtube#', "an answer of the YouTube Data API"),
    (
        rb'"\$type"\s*:\s*"(?:app|com)\.(?:bsky|atproto)|"did"\s*:\s*"did:|"at://did:',
        "AT protocol records (bluesky)",
    ),
    (rb'"category_list"\s*:\s*\{', "Discourse's list of categories, which holds no posts or people"),
    (
        rb'"post_stream"|"topic_list"|"latest_posts"|"cooked"|"topic_id"|"trust_level"',
        "an answer of a Discourse forum (discourse)",
    ),
    (
        rb'"author_id"|"edit_history_tweet_ids"|"conversation_id"|"pinned_tweet_id"|"redacted_at"'
        rb'|"followers_count".{0,80}"tweet_count"',
        "posts or users of the X API v2 (x_api_v2)",
    ),
    (
        rb'"paging"\s*:|"fbtrace_id"|graph\.(?:facebook|instagram)\.com|"ig_id"|"media_product_type"|"permalink_url"'
        rb'|"instagram_business_account"|"can_reply_privately"',
        "an answer of the Graph API (Facebook, Instagram)",
    ),
    (rb"\A\s*(?:\xef\xbb\xbf)?[\[{]", UNKNOWN_JSON),
    (rb"\AFrom \S+ .*\n", "an mbox of e-mails"),
    (rb"\A[^\n{}<>]+[,;\t][^\n{}<>]*\r?\n", "a table of delimited text (format table)"),
)


def looks_like(head: bytes) -> str:
    """Name what the first bytes of a file look like. Holds nothing of its content."""
    for pattern, name in _SIGNS:
        if re.search(pattern, head[:HEAD_BYTES], re.DOTALL):
            return name
    return UNKNOWN


def is_of(guess: str, form: str) -> bool:
    """Say whether what a file looks like is the format of that name."""
    return guess.endswith(f"({form})")
