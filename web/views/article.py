"""The page of an article."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from archive.evidence import RULES, UNCERTAIN, Evidence
from archive.query.dates import calendar_period
from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import Around, ArticleView, Related, Span
from archive.types import DateMention, Mention, Record
from web.params import article_link, link, with_filter
from web.views.parts import (
    Box,
    Card,
    Link,
    Piece,
    box,
    card,
    date_note,
    language_name,
    period,
    pieces,
    shown_moment,
    source_link,
    story_link,
    unsure,
    web_address,
)
from web.views.profile import page_of

# Mentions shown of one name, and characters shown before and after each.
_REASONS = 5
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article has a name: where it stands, and what took it for that; or a decision."""

    note: str
    before: str = ""
    surface: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """An actor or place of an article."""

    label: str
    href: str
    mentions: int
    kind: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Kin:
    """A related article, and why it is related."""

    card: Card
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """The search that an article was found by, where it stands in it, and where its words stand
    in headline and text.
    """

    request: SearchRequest = field(default_factory=SearchRequest)
    around: Around | None = None
    in_title: tuple[Span, ...] = ()
    in_text: tuple[Span, ...] = ()


_NOT_FOUND = Found()


@dataclass(frozen=True, slots=True)
class Turning:
    """Where an article stands in a search, and the ones beside it."""

    place: str
    back: str
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """article.html; `kinds` are those of the evidence that can be shown or not."""

    box: Box
    id: str
    version: int
    title: tuple[Piece, ...]
    source: Link
    authors: str
    published: str
    published_note: str
    unsure: str
    url: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    actors: tuple[Named, ...]
    places: tuple[Named, ...]
    story: Link | None
    related: tuple[Kin, ...]
    copies: tuple[Card, ...]
    facts: tuple[tuple[str, str], ...]
    language: str
    kinds: tuple[tuple[str, str], ...]
    turning: Turning | None = None


def article_page(
    view: ArticleView,
    evidence: Sequence[Evidence] = (),
    found: Found = _NOT_FOUND,
) -> ArticlePage:
    """The page of an article."""
    record, article = view.record, view.record.article
    none = SearchRequest()
    facts = {
        "Language": language_name(article.language) if article.language else "",
        "Section": article.section or "",
        "Written at": article.dateline or "",
        "Other dates stated": ", ".join(date_note(stated) for stated in article.stated_dates),
        "Dates refused": "; ".join(article.refused_dates),
        "Read from": article.origin,
        "Taken in": record.ingested_at.strftime("%d %b %Y"),
        "Id": record.id,
    }
    return ArticlePage(
        box=box(found.request) if found.around else Box(),
        id=record.id,
        version=record.version,
        title=_linked(
            article.title, _evidence(record, "title"), found.in_title, 0, len(article.title)
        ),
        source=source_link(article.source),
        authors=", ".join(article.authors),
        published=shown_moment(article.published),
        published_note=date_note(article.published),
        unsure=unsure(article.published, disagree=bool(article.stated_dates)),
        url=web_address(article.url),
        paragraphs=tuple(_paragraphs(article.text, _evidence(record, "text"), found.in_text)),
        actors=tuple(_named(record, "actor", evidence)),
        places=tuple(_named(record, "place", evidence)),
        story=story_link(view.story) if view.story else None,
        related=tuple(Kin(card(r.hit, none), _kinship(r)) for r in view.related),
        copies=tuple(card(hit, none) for hit in view.copies),
        facts=tuple((name, value) for name, value in facts.items() if value),
        language=article.language or "",
        kinds=tuple(_kinds(record, found)),
        turning=_turning(record, found.request, found.around) if found.around else None,
    )


def _kinds(record: Record, found: Found) -> Iterable[tuple[str, str]]:
    """The kinds of evidence that there is in an article."""
    if found.in_title or found.in_text:
        yield "words", "Words of the search"
    if any(m.kind != "place" for m in record.mentions):
        yield "actors", "Actors"
    if any(m.kind == "place" for m in record.mentions):
        yield "places", "Places"
    if record.dates:
        yield "dates", "Dates"


def _turning(record: Record, request: SearchRequest, around: Around) -> Turning | None:
    """None if another article stands at the rank now: the archive has changed."""
    if around.here != record.id:
        return None
    at = around.position
    return Turning(
        place=f"{at + 1:,} of {around.total:,}",
        back=link(replace(request, cursor=around.page)),
        previous=article_link(around.before, request, at - 1) if around.before else "",
        next=article_link(around.after, request, at + 1) if around.after else "",
    )


def _kinship(related: Related) -> str:
    both = f"both name {', '.join(related.shared)}" if related.shared else ""
    return "; ".join(filter(None, ("same story" if related.same_story else "", both)))


@dataclass(frozen=True, slots=True)
class _Marked:
    """A span of a text with what it is shown as."""

    start: int
    end: int
    piece: Piece


def _evidence(record: Record, field: str) -> list[_Marked]:
    """Names and times in a field, in order; where a name and a time overlap the name is shown."""
    names = [_Marked(m.start, m.end, _name_piece(m)) for m in record.mentions if m.field == field]
    taken = [(m.start, m.end) for m in names]
    times = [
        _Marked(d.start, d.end, _date_piece(d))
        for d in record.dates
        if d.field == field and not any(a < d.end and d.start < b for a, b in taken)
    ]
    return sorted([*names, *times], key=lambda m: m.start)


def _name_piece(mention: Mention) -> Piece:
    facet = "place" if mention.kind == "place" else "actor"
    return Piece(
        mention.surface,
        href=page_of(facet, mention.value),
        title=mention.label,
        kind=mention.kind,
    )


def _date_piece(date: DateMention) -> Piece:
    """A time with what it was understood as and by which rule; it leads to what else speaks of
    the same time.
    """
    covered = period_of(date)
    search = with_filter(SearchRequest(), FacetFilter("mentions", covered))
    days = f": {period(covered)}" if covered and covered != date.value else ""
    return Piece(
        date.surface,
        href=link(search) if covered else "",
        title=f"{date.value}{days} (rule: {date.rule}, confidence {date.confidence:.0%})",
        kind="date",
    )


def period_of(date: DateMention) -> str:
    """The days of a mention as a filter takes them; "" if it has no place in the calendar."""
    if date.first is None and date.last is None:
        return ""
    if calendar_period(date.value) is not None:
        return date.value
    last = date.last - timedelta(days=1) if date.last else None
    if date.first == last and date.first is not None:
        return date.first.isoformat()
    return f"{date.first or ''}..{last or ''}"


def _paragraphs(
    text: str, marked: Sequence[_Marked], words: Sequence[Span]
) -> Iterable[tuple[Piece, ...]]:
    start = 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        inside = [m for m in marked if start <= m.start < end]
        yield _linked(text, inside, [w for w in words if start <= w[0] < end], start, end)
        start = end + 2


def _linked(
    text: str, marked: Sequence[_Marked], words: Sequence[Span], start: int, end: int
) -> tuple[Piece, ...]:
    """Part of a text with its names and times as links to what else there is about them, and the
    words of the search marked.
    """
    found: list[Piece] = []
    at = start

    def plain(until: int) -> Iterable[Piece]:
        inside = [(a - at, b - at) for a, b in words if at <= a and b <= until]
        return pieces(text[at:until], inside)

    for mark in marked:
        if mark.start < at or mark.end > end:
            continue
        found += plain(mark.start)
        asked = any(a < mark.end and mark.start < b for a, b in words)
        found.append(replace(mark.piece, mark=asked))
        at = mark.end
    found += plain(end)
    return tuple(found)


def _named(record: Record, facet: str, evidence: Sequence[Evidence]) -> Iterable[Named]:
    """Each actor or place once, most mentioned first."""
    counts: dict[str, int] = {}
    first: dict[str, Mention] = {}
    reasons = {e.value: e for e in evidence if e.facet == facet and not e.hidden}
    for mention in record.mentions:
        if (mention.kind == "place") == (facet == "place"):
            counts[mention.value] = counts.get(mention.value, 0) + 1
            first.setdefault(mention.value, mention)
    for value in sorted(counts, key=lambda v: -counts[v]):
        why = tuple(_reasons(record, reasons[value])) if value in reasons else ()
        yield Named(
            first[value].label, page_of(facet, value), counts[value], first[value].kind, why
        )


def _reasons(record: Record, evidence: Evidence) -> Iterable[Reason]:
    for mention in evidence.mentions[:_REASONS]:
        text = record.article.title if mention.field == "title" else record.article.text
        start, end = max(0, mention.start - _AROUND), min(len(text), mention.end + _AROUND)
        yield Reason(
            before=("…" if start else "") + text[start : mention.start].replace("\n", " "),
            surface=mention.surface,
            after=text[mention.end : end].replace("\n", " ") + ("…" if end < len(text) else ""),
            note=f"{RULES.get(mention.rule, mention.rule)}; confidence {mention.confidence:.0%}",
        )
    if evidence.uncertain:
        yield Reason(note=UNCERTAIN)
    for decision in evidence.decisions:
        note = f"decision {decision.seq} by {decision.by}, {decision.at:%d %b %Y}: {decision.kind}"
        yield Reason(note=note)
