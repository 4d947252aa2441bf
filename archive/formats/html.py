"""Web pages: what they say of themselves, and the body without what surrounds it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import islice
from typing import Any

from archive.boilerplate import is_call
from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.draft import Draft, StatedDate
from archive.formats.headline import headline_of
from archive.formats.input import Format
from archive.formats.markup import blocks_of_tree
from archive.formats.pruning import prune
from archive.text import address
from archive.types import RawDocument

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4_096
_ROOTS = frozenset("html head body main article section div p h1".split())
_DOCTYPE = re.compile(rb"\s*<!doctype\s+html", re.IGNORECASE)
_TITLES = ("og:title", "twitter:title", "dc.title", "headline")
_AUTHORS = ("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author")
_DATES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "publish-date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
)
_ARTICLE_TYPES = re.compile(
    r"(?:News|Report|Blog|Opinion|Analysis|Review|Satirical)?.*(?:Article|Posting|Report)$"
)
# A text as stated is believed when the page shows so much of it; a shorter one is a teaser.
_MOSTLY = 0.7
_SHORTEST_STATED = 400
_COMPARED = 60
# Calls to read on that stand over one link, at most.
_MOST_CALLS = 4
_NOT_LETTER = re.compile(r"[\W_]+")
_ELEMENT = re.compile(r"<[^<>]*>")


def parse_html(raw: RawDocument) -> Draft | DocumentError:
    """A page with one article. Its dates are those of JSON-LD, meta tags, <time>, and what
    its text looks like to state.
    """
    from lxml import etree, html

    declared = _CHARSET.search(raw.content[:_HEAD_BYTES])
    try:
        text = decode(
            raw.content, raw.charset or (declared[1].decode("ascii") if declared else None)
        )
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)
    try:
        # An XML declaration in a decoded text is an error to lxml.
        page = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        return DocumentError(raw.origin, f"this is not a page that can be read: {error}")
    stated = _schema_org(page)
    meta = _meta(page)
    url = _address(page, stated, meta)
    dates = tuple(_dates(page, text, stated, meta, url))
    source = _name(stated.get("publisher")) or meta.get("og:site_name") or None
    offered = (_name(stated.get("headline")), *map(meta.get, _TITLES))
    headline = headline_of(
        page,
        [unescape(text) for text in offered if text],
        " ".join((page.findtext(".//title") or "").split()),
        [name for name in (source, meta.get("og:site_name")) if name],
        url,
    )
    found = _body(page, headline.heading)
    return Draft(
        blocks=tuple(confirmed(found.blocks, _body_stated(stated))),
        title=headline.text or found.title,
        authors=tuple(_authors(stated, meta)) or found.authors,
        dates=dates,
        url=url,
        source=source,
        section=_name(stated.get("articleSection")) or meta.get("article:section") or None,
        language=page.get("lang") or _name(stated.get("inLanguage")) or meta.get("og:locale"),
    )


def _body(page: Any, headline: Any) -> Draft:
    """Headline, authors and paragraphs as the page shows them. It is not to be used afterwards."""
    import trafilatura

    prune(page, headline)
    if headline is not None:
        headline.drop_tree()
    _remove_links_to_others(page)
    found = trafilatura.bare_extraction(
        page,
        include_comments=False,
        with_metadata=True,
        # Nobody asks for its date: _dates has looked for one.
        date_extraction_params={"extensive_search": False},
    )
    if found is None or found.body is None:
        body = page.find("body")
        return Draft(blocks=() if body is None else tuple(blocks_of_tree(body)))
    return Draft(
        blocks=tuple(blocks_of_tree(found.body)),
        title=found.title or "",
        authors=tuple(filter(None, (found.author or "").split("; "))),
    )


def _body_stated(stated: Mapping[str, Any]) -> str:
    """The text as the page states it to machines, "" if it does not."""
    text = stated.get("articleBody")
    return text if isinstance(text, str) else ""


def confirmed(blocks: Sequence[str], stated: str) -> Sequence[str]:
    """Paragraphs from the first to the last that the text as stated has, too; all of them where
    it has too few: then it is an extract, or another text.
    """
    known = _letters(unescape(stated))
    if not known:
        return blocks
    is_known = [_letters(block)[:_COMPARED] in known for block in blocks]
    letters = [len(_letters(block)) for block in blocks]
    shared = sum(n for n, yes in zip(letters, is_known, strict=True) if yes)
    if shared < len(known) * _MOSTLY or len(known) < _SHORTEST_STATED:
        return blocks
    last = max(at for at, yes in enumerate(is_known) if yes)
    return blocks[is_known.index(True) : last + 1]


def _letters(text: str) -> str:
    """A text as it is compared: markup, case, space and punctuation make no difference."""
    return _NOT_LETTER.sub("", _ELEMENT.sub(" ", text).casefold())


def _remove_links_to_others(page: Any) -> None:
    """Take out calls to read on with the link below them: what extracts the body would drop
    the call and take the other article's headline for a paragraph of this one.
    """
    calls = [e for e in page.iter("p", "div", "h2", "h3", "h4", "span") if _is_call(e)]
    for call in calls:
        below = islice(call.itersiblings(), _MOST_CALLS)
        link = next((element for element in below if not _is_call(element)), None)
        if link is not None and _is_link(link):
            link.drop_tree()
        if call.getparent() is not None:
            call.drop_tree()


def _is_call(element: Any) -> bool:
    return isinstance(element.tag, str) and is_call(element.text_content())


def _is_link(element: Any) -> bool:
    """Whether an element is a link and nothing else."""
    if not isinstance(element.tag, str):
        return False
    linked = "".join(link.text_content() for link in element.iter("a"))
    return bool(linked.strip()) and linked.split() == element.text_content().split()


def _meta(page: Any) -> dict[str, str]:
    """Meta tags by lower-case name; the first of each counts."""
    found: dict[str, str] = {}
    for tag in page.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        content = " ".join((tag.get("content") or "").split())
        if name and content:
            found.setdefault(name, content)
    return found


def _schema_org(page: Any) -> Mapping[str, Any]:
    """The first article among the page's JSON-LD; {} if there is none."""
    for script in page.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            try:
                items = list(_things(json.loads(script.text or "", strict=False)))
            except (ValueError, RecursionError):
                continue
            for item in items:
                kinds = item.get("@type")
                for kind in kinds if isinstance(kinds, list) else [kinds]:
                    if isinstance(kind, str) and _ARTICLE_TYPES.match(kind):
                        return item
    return {}


def _things(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _things(item)
    elif isinstance(value, dict):
        yield value
        yield from _things(value.get("@graph") or [])
        yield from _things(value.get("mainEntity") or [])


def _name(value: Any) -> str:
    match value:
        case str():
            return " ".join(value.split())
        case dict():
            return _name(value.get("name") or value.get("@id") or "")
        case list():
            return next((name for name in map(_name, value) if name), "")
    return ""


def _authors(stated: Mapping[str, Any], meta: Mapping[str, str]) -> list[str]:
    """People before organisations: a site names itself where it does not name who wrote."""
    value = stated.get("author") or stated.get("creator")
    items = value if isinstance(value, list) else [value]
    people = [item for item in items if not _is_organisation(item)] or items
    found = [unescape(name) for name in map(_name, people) if name and "://" not in name]
    if found:
        return found
    return [unescape(meta[n]) for n in _AUTHORS if n in meta and "://" not in meta[n]][:1]


def _is_organisation(value: Any) -> bool:
    return isinstance(value, dict) and "Organization" in str(value.get("@type"))


def _address(page: Any, stated: Mapping[str, Any], meta: Mapping[str, str]) -> str | None:
    links = [link.get("href") for link in page.iter("link") if link.get("rel") == "canonical"]
    offered = [
        *links,
        meta.get("og:url"),
        _name(stated.get("url")),
        _name(stated.get("mainEntityOfPage")),
    ]
    return next((a for a in offered if a and address(a).scheme in {"http", "https"}), None)


def _dates(
    page: Any, text: str, stated: Mapping[str, Any], meta: Mapping[str, str], url: str | None
) -> Iterator[StatedDate]:
    if name := _name(stated.get("datePublished")):
        yield StatedDate(name, "json-ld:datePublished")
    for field in _DATES:
        if field in meta:
            yield StatedDate(meta[field], f"meta:{field}")
    for time in page.iter("time"):
        if time.get("datetime") and (time.get("pubdate") is not None or _is_heading(time)):
            yield StatedDate(time.get("datetime"), "html:time")
    yield from _spelt_out(text, url)


def _is_heading(time: Any) -> bool:
    """Whether a <time> stands in the article itself, not in a list of others."""
    around = [ancestor.tag for ancestor in time.iterancestors()]
    return "aside" not in around and "nav" not in around and "li" not in around


def _spelt_out(text: str, url: str | None) -> Iterator[StatedDate]:
    """The date as htmldate finds it in the page."""
    from htmldate import find_date

    try:
        found = find_date(text, original_date=True, url=url, extensive_search=False)
    except (ValueError, TypeError, AttributeError, RecursionError):  # seen on broken pages
        return
    if found:
        yield StatedDate(found, "html:text")


HTML = Format(
    "html",
    lambda head: head.root in _ROOTS or _DOCTYPE.match(head.text) is not None,
    parse=parse_html,
)
