"""RSS, Atom and RDF feeds: each entry with what it says itself and where its page is."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from archive.errors import DocumentError
from archive.formats.draft import Draft
from archive.formats.input import Format, Found, Input, Link
from archive.formats.markup import blocks_of_markup
from archive.formats.record import holds_body, parse_record
from archive.types import RawDocument

_MOST_BYTES = 20_000_000
# In any encoding of one, two or four bytes a character.
_ENTITIES = re.compile(rb"<\0{0,3}!\0{0,3}E\0{0,3}N\0{0,3}T\0{0,3}I\0{0,3}T\0{0,3}Y", re.IGNORECASE)
# What feedparser raises over feeds that are broken on purpose.
_SEEN = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
    OverflowError,
    AssertionError,
)
_ROOTS = {"rss", "rdf", "feed", "channel"}


def read_feed(source: Input) -> Iterator[Found]:
    """The entries of a feed, also of one that is broken in the usual ways."""
    import feedparser

    content = source.whole(_MOST_BYTES)
    if _ENTITIES.search(content):
        yield DocumentError(
            source.origin,
            "this feed defines entities, which is how traps are made",
            "leave it out, or remove its document type",
        )
        return
    headers = (
        {"content-type": f"application/xml; charset={source.charset}"} if source.charset else {}
    )
    if source.url:
        headers["content-location"] = source.url
    try:
        feed = feedparser.parse(io.BytesIO(content), response_headers=headers)
    except _SEEN as error:
        yield DocumentError(source.origin, f"this feed cannot be understood: {error}")
        return
    if not feed.entries:
        fault = feed.get("bozo_exception")
        reason = f"no entry can be found in this feed ({fault})" if fault else "the feed is empty"
        yield DocumentError(source.origin, reason, "check it, or leave it out")
    for number, entry in enumerate(feed.entries, 1):
        item = _item(entry, feed.feed)
        # By its own name, not by its place: a feed is another one tomorrow.
        origin = f"{source.origin}#{(item.get('id') or item.get('url') or str(number))[:200]}"
        plain = json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")
        document = RawDocument(plain, "feed", origin)
        url = item.get("url", "")
        if url.startswith(("http://", "https://")):
            yield Link(url, origin, document if holds_body(item) else None)
        else:
            yield document


def _item(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    """An entry under the names of JSON Feed."""
    contents = [c for c in entry.get("content", ()) if c.get("value")]
    if detail := entry.get("summary_detail"):
        contents.append(detail)
    content: Mapping[str, Any] = max(contents, key=lambda c: len(c.get("value") or ""), default={})
    is_text = content.get("type") == "text/plain"
    source = entry.get("source") or {}
    names = [a["name"] for a in entry.get("authors", ()) if a.get("name")]
    item = {
        "title": " ".join(blocks_of_markup(entry.get("title") or "")),
        "content_text" if is_text else "content_html": content.get("value"),
        "url": entry.get("link"),
        "id": entry.get("id"),
        "date_published": entry.get("published") or entry.get("updated"),
        "authors": names or [entry.get("author")] if names or entry.get("author") else None,
        "source": " ".join(blocks_of_markup(source.get("title") or feed.get("title") or "")),
        "language": content.get("language") or feed.get("language"),
        "section": next((t["term"] for t in entry.get("tags", ()) if t.get("term")), None),
    }
    return {name: value for name, value in item.items() if value}


def parse_entry(raw: RawDocument) -> Draft | DocumentError:
    """One entry, as `read_feed` gives it."""
    return parse_record(raw, kind="feed", binding=False)


FEED = Format("feed", lambda head: head.root in _ROOTS and head.is_markup, read_feed, parse_entry)
