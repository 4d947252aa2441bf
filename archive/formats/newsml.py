"""NewsML-G2 (IPTC): news items, alone or several in a message."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from archive.errors import DocumentError, InputError
from archive.formats.draft import Draft, StatedDate
from archive.formats.input import Format, Found, Input
from archive.formats.markup import blocks_of_markup, blocks_of_tree
from archive.formats.nitf import draft_of as nitf_draft
from archive.formats.plain import paragraphs
from archive.formats.xml import each, language_of, local, text_at, text_of, tree
from archive.text import normalise
from archive.types import RawDocument

_WITHOUT_TEXT = {
    "packageitem": "a package: it names other items and has no text of its own",
    "planningitem": "a plan of coverage, not an article",
    "conceptitem": "a description of a concept, not an article",
    "knowledgeitem": "a list of concepts, not an article",
    "catalogitem": "a catalog of schemes, not an article",
    "catalog": "a catalog of schemes, not an article",
}
_WITHDRAWN = ("canceled", "cancelled", "withheld")
# When it was published, those that say most of it first.
_DATES = ("versioncreated", "firstcreated", "contentmodified", "contentcreated")
_TEXT = frozenset(("p", "div", "br", "pre"))
_SKIPPED = frozenset(("head", "title", "figure"))


def read_newsml(source: Input) -> Iterator[Found]:
    """The items of a message, or the one item that it is."""
    content = source.whole()
    root = tree(content)
    if local(root) != "newsmessage":
        yield _item(root, content, source.origin)
        return
    items = [item for itemset in each(root, "itemset") for item in itemset]
    if not items:
        yield DocumentError(source.origin, "the message has no items in it", "leave it out")
    for number, item in enumerate(items, 1):
        yield _item(item, tostring(item, "utf-8"), f"{source.origin}#{number}")


def _item(item: Element, content: bytes, origin: str) -> RawDocument | DocumentError:
    name = local(item)
    if name == "newsitem":
        return RawDocument(content, "newsml", origin)
    reason = _WITHOUT_TEXT.get(name, f"a part of NewsML without an article: {name}")
    return DocumentError(origin, f"this is {reason}", "leave it out")


def parse_newsml(raw: RawDocument) -> Draft | DocumentError:
    """One news item with its text in NITF, XHTML, another markup or plain."""
    try:
        item = tree(raw.content)
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)
    status = next(each(item, "pubstatus"), None)
    if status is not None and status.get("qcode", "").rpartition(":")[2] in _WITHDRAWN:
        return DocumentError(raw.origin, "its provider has withdrawn it", "leave it out")
    body = _body(item)
    if body is None:
        kind = next((e.get("qcode", "") for e in each(item, "itemclass")), "").rpartition(":")[2]
        return DocumentError(
            raw.origin,
            f"the item has no text in it ({kind or 'it lies elsewhere'})",
            "take in the item that holds the text",
        )
    meta = next(each(item, "contentmeta"), item)
    return Draft(
        blocks=body.blocks,
        title=text_at(meta, "headline") or body.title,
        authors=tuple(_authors(meta)) or body.authors,
        dates=(*_dates(item), *body.dates),
        url=body.url,
        provider_id=item.get("guid"),
        source=_provider(item) or body.source,
        section=_label(next(each(meta, "genre"), None)) or None,
        language=_language(item, meta) or body.language,
        dateline=text_at(meta, "dateline") or body.dateline,
    )


def _body(item: Element) -> Draft | None:
    """The first of the item's contents that is a text."""
    for inline in each(item, "contentset", "inlinexml"):
        root = next(iter(inline), None)
        if root is not None and local(root) == "nitf":
            found = nitf_draft(root)
        elif root is None or any(local(e) in _TEXT for e in inline.iter()):
            blocks = blocks_of_tree(inline, without=_SKIPPED)
            found = Draft(blocks=tuple(blocks), title=text_at(inline, "title"))
        else:  # tables of results and other data
            continue
        if found.blocks:
            return found
    for inline in each(item, "contentset", "inlinedata"):
        text = "".join(inline.itertext())
        is_markup = "html" in (inline.get("contenttype") or "") or text.lstrip().startswith("<")
        blocks = blocks_of_markup(text) if is_markup else paragraphs(normalise(text))
        if blocks and not inline.get("encoding"):
            return Draft(blocks=tuple(blocks))
    return None


def _dates(item: Element) -> Iterator[StatedDate]:
    for name in _DATES:
        if text := text_at(item, name):
            yield StatedDate(text, f"newsml:{name}")


def _authors(meta: Element) -> Iterator[str]:
    lines = [text for by in each(meta, "by") if (text := text_of(by))]
    yield from lines or [name for creator in each(meta, "creator") if (name := _label(creator))]


def _provider(item: Element) -> str:
    return next(
        (
            name
            for field in ("provider", "infosource")
            for e in each(item, field)
            if (name := _label(e))
        ),
        "",
    )


def _label(element: Element | None) -> str:
    """What a concept is called: its name, else what it is written as, else its code."""
    if element is None:
        return ""
    code = (element.get("qcode") or "").rpartition(":")[2]
    return text_at(element, "name") or element.get("literal") or code


def _language(item: Element, meta: Element) -> str | None:
    stated = next((e.get("tag") for e in each(meta, "language") if e.get("tag")), None)
    return stated or language_of(item)


NEWSML = Format(
    "newsml",
    lambda head: head.root in {"newsitem", "newsmessage", *_WITHOUT_TEXT},
    read_newsml,
    parse_newsml,
)
