"""Articles as JSON objects: the field names of schema.org, ninjs, AP's wire, feeds and blogs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.draft import Draft, StatedDate
from archive.formats.markup import blocks_of_markup
from archive.formats.plain import paragraphs
from archive.text import normalise
from archive.types import RawDocument

# Each field under the names that it is known by, those that say most first.
_TITLE = ("headline", "headlines", "title", "name")
_BODY = (
    "articleBody",
    "body_text",
    "body_nitf",
    "body_xhtml",
    "body_html",
    "content_html",
    "content_text",
    "bodies",
    "body",
    "text",
    "content",
    "full_text",
    "maintext",
)
_DATE = (
    "datePublished",
    "date_published",
    "published_at",
    "publishedAt",
    "published_date",
    "publication_date",
    "date_publish",
    "published",
    "pubDate",
    "versioncreated",
    "firstcreated",
    "date",
)
_URL = ("url", "canonical_url", "link", "permalink", "mainEntityOfPage", "links", "uri")
_ID = ("guid", "id", "_id", "uri", "identifier")
_SOURCE = ("source", "publisher", "provider", "outlet", "publication", "site_name", "infosource")
_AUTHORS = ("authors", "author", "bylines", "byline", "by", "creator")
_LANGUAGE = ("language", "inLanguage", "lang")
_SECTION = ("section", "articleSection", "category")
_DATELINE = ("located", "dateline", "dateline_location")
# Inside a value that is itself an object, what stands for it.
_INNER = ("main", "name", "value", "rendered", "text", "by", "@id", "url", "href", "title")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|ul|ol|blockquote|body|article)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def parse_json(raw: RawDocument) -> Draft | DocumentError:
    """One JSON object that is an article."""
    try:
        item = loads(decode(raw.content, raw.charset))
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)
    if not isinstance(item, dict):
        return DocumentError(raw.origin, "this is JSON, but not an object with fields")
    body_field = next((name for name in _BODY if item.get(name)), None)
    if body_field is None:
        known = ", ".join(list(item)[:8]) or "none at all"
        return DocumentError(
            raw.origin,
            f"no field holds an article's text (the fields are: {known})",
            hint="name it text, body or articleBody",
        )
    return Draft(
        blocks=tuple(_blocks(item[body_field])),
        title=" ".join(_first(item, _TITLE).split()),
        authors=tuple(_names(item)),
        dates=tuple(_dates(item)),
        url=next(_addresses(item), None),
        provider_id=_provider_id(item),
        source=_first(item, _SOURCE) or None,
        section=_first(item, _SECTION) or None,
        language=_first(item, _LANGUAGE) or None,
        dateline=_first(item, _DATELINE) or None,
    )


def loads(text: str) -> Any:
    """JSON; InputError says in which line and column it ends to be JSON."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if "\n" in text.strip() else ""
        raise InputError(
            f"this is not JSON: {error.msg} ({line}column {error.colno})",
            hint="correct the file there, or export it again",
        ) from error
    except RecursionError as error:
        raise InputError("this JSON is nested too deeply to be an article") from error


def _text(value: Any) -> str:
    """What a value says, as one text: "" if nothing."""
    match value:
        case str():
            return value.strip()
        case int() | float() if not isinstance(value, bool):
            return str(value)
        case list():
            return next((text for text in map(_text, value) if text), "")
        case dict():
            return next((text for text in (_text(value.get(n)) for n in _INNER) if text), "")
    return ""


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _text(item.get(name)))), "")


def _blocks(value: Any) -> list[str]:
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return [block for part in value for block in _blocks(part)]
    text = _text(value)
    if _MARKUP.search(text):
        return blocks_of_markup(text)
    return paragraphs(normalise(text))


def _dates(item: Mapping[str, Any]) -> Iterator[StatedDate]:
    for name in _DATE:
        if text := _text(item.get(name)):
            yield StatedDate(text, f"json:{name}", binding=True)


def _names(item: Mapping[str, Any]) -> Iterator[str]:
    for field in _AUTHORS:
        value = item.get(field)
        names = [_text(part) for part in value] if isinstance(value, list) else [_text(value)]
        if any(names):
            yield from filter(None, names)
            return


def _addresses(item: Mapping[str, Any]) -> Iterator[str]:
    """Addresses of the article's page."""
    for name in _URL:
        value = item.get(name)
        links = value if isinstance(value, list) else [value]
        ranked = sorted(links, key=lambda v: isinstance(v, dict) and v.get("rel") != "canonical")
        for link in ranked:
            if _ADDRESS.fullmatch(text := _text(link)):
                yield text


def _provider_id(item: Mapping[str, Any]) -> str | None:
    """The id that the provider gave; ids that only repeat the address say nothing."""
    alternative = item.get("altids")
    if isinstance(alternative, dict) and (text := _text(alternative.get("itemid"))):
        return text
    found = _first(item, _ID)
    return found if found and not _ADDRESS.fullmatch(found) else None
