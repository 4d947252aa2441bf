"""Atom feeds (RFC 4287) of articles: text in, XML out; nothing of an article is markup there."""

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from archive.types import Record

_ATOM = "http://www.w3.org/2005/Atom"
_SUMMARY = 400  # characters
# What XML 1.0 has no way to write (2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(
    records: Iterable[Record], *, title: str, site: str, address: str, page: str, made: datetime
) -> bytes:
    """A feed at an address of a site, for a page of it; entries lead to the articles' pages.
    `made` is its date where it has no entry.
    """
    root = Element("feed", xmlns=_ATOM)
    entries = list(records)
    _text(root, "id", site + address)
    _text(root, "title", title)
    _text(root, "updated", max((r.updated_at for r in entries), default=made).isoformat())
    SubElement(root, "link", rel="self", type="application/atom+xml", href=site + address)
    SubElement(root, "link", rel="alternate", type="text/html", href=site + page)
    _text(SubElement(root, "author"), "name", "News Archive")
    for record in entries:
        root.append(_entry(record, site))
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(record: Record, site: str) -> Element:
    article = record.article
    entry = Element("entry")
    _text(entry, "id", f"urn:news-archive:article:{record.id}")
    _text(entry, "title", article.title)
    _text(entry, "updated", record.updated_at.isoformat())
    if article.published:
        _text(entry, "published", article.published.start.isoformat())
    SubElement(
        entry, "link", rel="alternate", type="text/html", href=f"{site}/articles/{record.id}"
    )
    _text(SubElement(entry, "author"), "name", article.source or "unknown source")
    text = article.text
    cut = text if len(text) <= _SUMMARY else text[:_SUMMARY].rpartition(" ")[0] + " …"
    _text(entry, "summary", cut)
    return entry


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _UNWRITABLE.sub(" ", text)
