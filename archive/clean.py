"""From a raw document to an article: the body alone, and what is known about it."""

import math
import re
from datetime import datetime

from archive.boilerplate import without_boilerplate
from archive.errors import DocumentError
from archive.formats import parse
from archive.formats.draft import Draft, StatedDate
from archive.stated import date_in_address, date_in_name, settle
from archive.text import address, normalise
from archive.types import Article, RawDocument
from indexes.names import fold

# Raised when cleaning changes, so that an archive can tell what was cleaned by an older one.
CLEANER_VERSION = 4
# The longest text that is one article; a book is not.
_MOST_CHARACTERS = 2_000_000
_LONGEST_FIELD = 300
_LONGEST_DERIVED_TITLE = 100
_BYLINE = re.compile(r"^\s*(?:by|von|par|por|di|da|door|av)\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(
    r"\s*(?:;|\||\band\b|\bund\b|\bet\b|\by\b|\be\b|&|,(?!\s*(?:Jr|Sr)\b))\s*"
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}")
_DEGREE = re.compile(r"[A-Z](?:[A-Z]|\.[A-Z]|h\.?D){1,4}\.?")
_FEWEST_NAMES = 2
# "GENEVA (Reuters) — ", "SÃO PAULO, Brazil – ": capitals, perhaps a region, a dash.
_DATELINE = re.compile(
    r"(?P<place>(?:(?![a-z])[^\W\d_]|[.'’ -])*(?![a-z])[^\W\d_]\.?(?:,\s[^\W\d_][\w.'’ -]{1,40}?)?)"
    r"(?:\s*\([^()]{1,40}\))?\s*(?:—|–|--|-)\s"
)
_SHORTEST_PLACE = 3
_LONGEST_DATELINE = 60
_SURELY = 0.9
_ENOUGH_TO_TELL = 120
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)


def clean(raw: RawDocument, *, now: datetime) -> Article | DocumentError:
    """The article in a raw document, or why there is none. `now` bounds what dates can be."""
    draft = parse(raw)
    if isinstance(draft, DocumentError):
        return draft
    title = _shortened(" ".join(normalise(draft.title).split()), _LONGEST_FIELD)
    text = "\n\n".join(without_boilerplate([normalise(b) for b in draft.blocks], title))
    if not text:
        return DocumentError(raw.origin, "there is no text in it", "leave it out")
    if len(text) > _MOST_CHARACTERS:
        return DocumentError(
            raw.origin,
            f"the text has {len(text):,} characters; {_MOST_CHARACTERS:,} is the most that "
            "one article may have",
            "split it into its articles",
        )
    url = _canonical(draft.url or raw.url)
    beside = (date_in_address(url), date_in_name(raw.origin))
    settled = settle((*draft.dates, *(stated for stated in beside if stated)), now=now)
    if settled.refusal:
        return _refusal(raw.origin, *settled.refusal)
    source = _field(draft.source) or _site(url)
    return Article(
        title=title or _opening(text),
        text=text,
        origin=raw.origin,
        key=url or _provider_key(source, draft.provider_id),
        url=url,
        source=source,
        authors=_authors(draft, source),
        section=_field(draft.section),
        language=_language(text, draft.language),
        published=settled.date,
        dateline=_dateline(text, draft.dateline),
        stated_dates=settled.others,
        refused_dates=settled.refused,
    )


def _refusal(origin: str, stated: StatedDate, reason: str) -> DocumentError:
    return DocumentError(
        origin,
        reason,
        "write it as 2024-06-01T10:30:00Z, 2024-06-01, 2024-06 or 2024, or leave it out",
        where=f"field {stated.origin.rpartition(':')[2]}",
    )


def _canonical(url: str | None) -> str | None:
    """The address without what only tracks readers; None if it is none."""
    from courlan import normalize_url

    if not url:
        return None
    try:
        found = str(normalize_url(url.strip()))
    except ValueError:
        return None
    return found if address(found).hostname else None


def _site(url: str | None) -> str | None:
    host = address(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def _provider_key(source: str | None, provider_id: str | None) -> str | None:
    """Ids are unique within their provider only."""
    return f"{source or ''}#{provider_id}" if provider_id else None


def _field(text: str | None) -> str | None:
    found = " ".join(normalise(text or "").split())
    return _shortened(found, _LONGEST_FIELD) or None


def _authors(draft: Draft, source: str | None) -> tuple[str, ...]:
    """Names of people, "By JANE DOE and JOHN ROE" as Jane Doe, John Roe; the source itself and
    addresses only where nobody else is named.
    """
    names: dict[str, str] = {}
    for stated in draft.authors:
        for name in _BETWEEN_NAMES.split(_BYLINE.sub("", normalise(stated))):
            plain = _without_degrees(" ".join(name.split()).strip(" .,;:"))
            if plain and len(plain) <= _LONGEST_FIELD and "://" not in plain:
                shown = plain.title() if plain.isupper() and " " in plain else plain
                names.setdefault(fold(shown), shown)
    own = fold(source or "")
    people = [n for folded, n in names.items() if folded != own and not _HOST.fullmatch(folded)]
    return tuple(people or names.values())


def _without_degrees(name: str) -> str:
    """A name without the letters after it ("Jane Doe MS RDN"); "" for letters alone."""
    words = name.split()
    if not words or (words[0].isupper() and len(words) > 1 and name.isupper()):
        return name
    while len(words) > _FEWEST_NAMES and _DEGREE.fullmatch(words[-1]):
        words.pop()
    return " ".join(words)


def _language(text: str, stated: str | None) -> str | None:
    """ISO 639-1 code: what the text is written in when that is certain, else what is stated."""
    declared = _LANGUAGE.match(stated.strip()) if stated else None
    code = declared[1].lower() if declared else None
    if code and len(text) < _ENOUGH_TO_TELL:
        return code
    told, share = _told(text)
    return told if share >= _SURELY else code


def _told(text: str) -> tuple[str, float]:
    """The likeliest language of a text, and how likely it is beside the next one."""
    import py3langid

    (first, best), (_, second) = py3langid.rank(text[:2_000])[:2]
    return first, 1 / (1 + math.exp(second - best))


def _dateline(text: str, stated: str | None) -> str | None:
    """Where it was written: as stated, else as the body opens."""
    if stated:
        return _field(stated)
    match = _DATELINE.match(text)
    if match is None or len(match["place"]) < _SHORTEST_PLACE or len(match[0]) > _LONGEST_DATELINE:
        return None
    return match["place"]


def _opening(text: str) -> str:
    """What an article without a headline is called: how it begins."""
    return _shortened(text.split("\n", 1)[0], _LONGEST_DERIVED_TITLE)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
