"""Articles as JSON objects: the field names of schema.org, ninjs, AP's wire, feeds and blogs."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.decode import decode
from archive.formats.draft import Draft, StatedDate
from archive.formats.markup import blocks_of_markup
from archive.formats.plain import paragraphs
from archive.text import normalise
from archive.types import RawDocument

# Each field under the names that it is known by, those that say most first. Case and underscores
# make no difference: "datePublished" is "date_published", too.
_TITLE = ("headline", "headlines", "headlinemain", "title", "name")
_BODY = (
    "articlebody",
    "bodytext",
    "bodynitf",
    "bodyxhtml",
    "bodyhtml",
    "bodymain",
    "contenthtml",
    "contenttext",
    "bodies",
    "body",
    "text",
    "content",
    "fulltext",
    "maintext",
)
_DATE = (
    "datepublished",
    "publishedat",
    "publisheddate",
    "publicationdate",
    "datepublish",
    "published",
    "pubdate",
    "versioncreated",
    "firstcreated",
    "contentcreated",
    "date",
)
_URL = ("url", "canonicalurl", "link", "permalink", "mainentityofpage", "links", "uri")
_ID = ("guid", "id", "uri", "identifier")
_SOURCE = (
    "source",
    "publisher",
    "provider",
    "outlet",
    "publication",
    "sitename",
    "infosource",
    "infosources",
)
_AUTHORS = ("authors", "author", "bylines", "byline", "by", "creator")
_LANGUAGE = ("language", "inlanguage", "lang")
_SECTION = ("section", "articlesection", "category")
_DATELINE = ("located", "dateline", "datelinelocation")
_STATUS = ("pubstatus",)
_WITHDRAWN = {"canceled", "cancelled", "withheld"}
# Inside a value that is itself an object, what stands for it.
_INNER = ("main", "name", "value", "rendered", "text", "by", "@id", "url", "href", "title")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|ul|ol|blockquote|body|article)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:a|b|i|em|strong|span|sup|sub|font|u)\b[^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


class _Fields:
    """The fields of a JSON object under any spelling of their names."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        self._found: dict[str, tuple[str, Any]] = {}
        for name, value in item.items():
            if value not in (None, "", [], {}):
                self._found.setdefault(_bare(name), (name, value))

    def named(self, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """Name as it is spelt and value of those that are there, in the order asked for."""
        return (self._found[name] for name in names if name in self._found)

    def first(self, names: tuple[str, ...]) -> str:
        """The first that says something as a text, else ""."""
        return next((text for _, value in self.named(names) if (text := _text(value))), "")


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()


def holds_body(names: Iterable[str]) -> bool:
    """Whether one of some names is known to hold the text of an article."""
    return any(_bare(name) in _BODY for name in names)


def renamed(item: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """An object with the fields that `columns` maps under the names known here; what had such
    a name before gives way.
    """
    mapped = {field: item[column] for field, column in columns.items() if column in item}
    taken = {_bare(field) for field in mapped} | {_bare(columns[field]) for field in mapped}
    return {**mapped, **{name: v for name, v in item.items() if _bare(name) not in taken}}


def parse_json(raw: RawDocument) -> Draft | DocumentError:
    """One JSON object that is an article."""
    return parse_record(raw, kind="json", binding=True)


def parse_record(raw: RawDocument, *, kind: str, binding: bool) -> Draft | DocumentError:
    """One JSON object; `kind` begins the origin of its dates, which are binding or not."""
    try:
        item = loads(decode(raw.content, raw.charset))
    except InputError as error:
        return DocumentError(raw.origin, error.message, error.hint)
    if not isinstance(item, dict):
        return DocumentError(raw.origin, "this is JSON, but not an object with fields")
    if _Fields(item).first(_STATUS).casefold() in _WITHDRAWN:
        return DocumentError(raw.origin, "its provider has withdrawn it", "leave it out")
    draft = draft_of_fields(item, kind=kind, binding=binding)
    if not draft.blocks:
        known = ", ".join(name[:40] for name in list(item)[:8]) or "none at all"
        return DocumentError(
            raw.origin,
            f"no field holds an article's text (the fields are: {known})",
            hint="name it text, body or articleBody",
        )
    return draft


def draft_of_fields(item: Mapping[str, Any], *, kind: str, binding: bool) -> Draft:
    """What named fields state; without blocks if none of them is known to hold a text."""
    fields = _Fields(item)
    body = next((value for _, value in fields.named(_BODY) if _text(value)), "")
    return Draft(
        blocks=tuple(_blocks(body)),
        title=" ".join(_shown(fields.first(_TITLE)).split()),
        authors=tuple(_names(fields)),
        dates=tuple(_dates(fields, kind, binding)),
        url=next(_addresses(fields), None),
        provider_id=_provider_id(fields, item),
        source=fields.first(_SOURCE) or None,
        section=fields.first(_SECTION) or None,
        language=fields.first(_LANGUAGE) or None,
        dateline=fields.first(_DATELINE) or None,
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
            return next((text for text in map(_text, _main_first(value)) if text), "")
        case dict():
            return next((text for text in (_text(value.get(n)) for n in _INNER) if text), "")
    return ""


def _main_first(values: list[Any]) -> list[Any]:
    """Of the headlines or bodies of ninjs 2 and 3 the main one before those for other uses."""
    return sorted(values, key=lambda v: not (isinstance(v, dict) and v.get("role") == "main"))


def _shown(text: str) -> str:
    """A title without the markup that it may have."""
    return " ".join(blocks_of_markup(text)) if _TAG.search(text) else text


def _blocks(value: Any) -> list[str]:
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return [block for part in value for block in _blocks(part)]
    text = _text(value)
    if _MARKUP.search(text):
        return blocks_of_markup(text)
    return paragraphs(normalise(_shown(text) if _TAG.search(text) else text))


def _dates(fields: _Fields, kind: str, binding: bool) -> Iterator[StatedDate]:
    for name, value in fields.named(_DATE):
        if text := _text(value):
            yield StatedDate(text, f"{kind}:{name}", binding=binding)


def _names(fields: _Fields) -> Iterator[str]:
    for _, value in fields.named(_AUTHORS):
        names = [_text(part) for part in value] if isinstance(value, list) else [_text(value)]
        if any(names):
            yield from filter(None, names)
            return


def _addresses(fields: _Fields) -> Iterator[str]:
    """Addresses of the article's page."""
    for _, value in fields.named(_URL):
        links = value if isinstance(value, list) else [value]
        ranked = sorted(links, key=lambda v: isinstance(v, dict) and v.get("rel") != "canonical")
        for link in ranked:
            if _ADDRESS.fullmatch(text := _text(link)):
                yield text


def _provider_id(fields: _Fields, item: Mapping[str, Any]) -> str | None:
    """The id that the provider gave; ids that only repeat the address say nothing."""
    alternative = item.get("altids")
    if isinstance(alternative, dict) and (text := _text(alternative.get("itemid"))):
        return text
    found = fields.first(_ID)
    return found if found and not _ADDRESS.fullmatch(found) else None
