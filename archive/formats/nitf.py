"""NITF, the News Industry Text Format (IPTC): one article with its head."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from archive.errors import DocumentError, InputError
from archive.formats.draft import Draft, StatedDate
from archive.formats.input import Format
from archive.formats.markup import blocks_of_tree
from archive.formats.xml import each, language_of, text_at, text_of, tree
from archive.types import RawDocument

# Pictures with their captions, tables of data, and what stands around the text.
_BESIDE = frozenset(("media", "body.head", "body.end", "head"))


def parse_nitf(raw: RawDocument) -> Draft | DocumentError:
    """An article in NITF."""
    try:
        return draft_of(tree(raw.content))
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)


def draft_of(root: Element) -> Draft:
    """What a <nitf> element states."""
    publication = next(each(root, "pubdata"), None)
    identity = next(each(root, "doc-id"), None)
    body = next((e for name in ("body.content", "body") for e in each(root, name)), root)
    return Draft(
        blocks=tuple(blocks_of_tree(body, without=_BESIDE)),
        title=text_at(root, "hl1") or text_at(root, "hedline") or text_at(root, "head", "title"),
        authors=tuple(_authors(root)),
        dates=tuple(_dates(root, publication)),
        url=publication.get("ex-ref") if publication is not None else None,
        provider_id=identity.get("id-string") if identity is not None else None,
        source=_source(publication, identity),
        section=publication.get("position.section") if publication is not None else None,
        language=language_of(root),
        dateline=text_at(root, "dateline", "location") or None,
    )


def _authors(root: Element) -> Iterator[str]:
    for byline in each(root, "byline"):
        people = [text_of(person) for person in each(byline, "person")]
        yield from filter(None, people or [text_of(byline)])


def _dates(root: Element, publication: Element | None) -> Iterator[StatedDate]:
    if publication is not None and (text := publication.get("date.publication")):
        yield StatedDate(text, "nitf:date.publication")
    for name in ("date.release", "date.issue", "story.date"):
        for element in each(root, name):
            if text := element.get("norm") or text_of(element):
                yield StatedDate(text, f"nitf:{name}")


def _source(publication: Element | None, identity: Element | None) -> str | None:
    if publication is not None and (name := publication.get("name")):
        return name
    return identity.get("regsrc") if identity is not None else None


NITF = Format("nitf", lambda head: head.root == "nitf", parse=parse_nitf)
