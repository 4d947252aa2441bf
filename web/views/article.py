"""The page of an article."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import ArticleView
from archive.types import Mention
from web.params import link, with_filter
from web.views.parts import Box, Card, Link, Piece, card, date_note, shown_date


@dataclass(frozen=True, slots=True)
class Named:
    """An actor or place of an article."""

    label: str
    href: str
    mentions: int
    kind: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """article.html"""

    box: Box
    id: str
    title: tuple[Piece, ...]
    source: Link | None
    authors: str
    published: str
    published_note: str
    url: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    actors: tuple[Named, ...]
    places: tuple[Named, ...]
    related: tuple[Card, ...]
    copies: tuple[Card, ...]
    facts: tuple[tuple[str, str], ...]
    language: str


def article_page(view: ArticleView) -> ArticlePage:
    """The page of an article."""
    record, article = view.record, view.record.article
    in_title = [m for m in record.mentions if m.field == "title"]
    in_text = [m for m in record.mentions if m.field == "text"]
    none = SearchRequest()
    source = article.source
    facts = {
        "Language": article.language or "",
        "Section": article.section or "",
        "Written at": article.dateline or "",
        "Read from": article.origin,
        "Taken in": record.ingested_at.strftime("%d %b %Y"),
        "Version": str(record.version) if record.version > 1 else "",
        "Id": record.id,
    }
    return ArticlePage(
        box=Box(),
        id=record.id,
        title=_linked(article.title, in_title, 0, len(article.title)),
        source=Link(source, link(with_filter(none, FacetFilter("source", source))))
        if source
        else None,
        authors=", ".join(article.authors),
        published=shown_date(article.published),
        published_note=date_note(article.published),
        url=article.url or "",
        paragraphs=tuple(_paragraphs(article.text, in_text)),
        actors=tuple(_named(record.mentions, "actor")),
        places=tuple(_named(record.mentions, "place")),
        related=tuple(card(hit, none) for hit in view.related),
        copies=tuple(card(hit, none) for hit in view.copies),
        facts=tuple((name, value) for name, value in facts.items() if value),
        language=article.language or "",
    )


def _paragraphs(text: str, mentions: Sequence[Mention]) -> Iterable[tuple[Piece, ...]]:
    start = 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        yield _linked(text, [m for m in mentions if start <= m.start < end], start, end)
        start = end + 2


def _linked(text: str, mentions: Sequence[Mention], start: int, end: int) -> tuple[Piece, ...]:
    """Part of a text with its names as links to what else there is about them."""
    found: list[Piece] = []
    at = start
    for mention in sorted(mentions, key=lambda m: m.start):
        if mention.start < at or mention.end > end:
            continue
        if at < mention.start:
            found.append(Piece(text[at : mention.start]))
        facet = "place" if mention.kind == "place" else "actor"
        found.append(
            Piece(
                text[mention.start : mention.end],
                href=link(with_filter(SearchRequest(), FacetFilter(facet, mention.value))),
                title=mention.label,
                kind=mention.kind,
            )
        )
        at = mention.end
    if at < end:
        found.append(Piece(text[at:end]))
    return tuple(found)


def _named(mentions: Sequence[Mention], facet: str) -> Iterable[Named]:
    """Each actor or place once, most mentioned first."""
    counts: dict[str, int] = {}
    first: dict[str, Mention] = {}
    for mention in mentions:
        if (mention.kind == "place") == (facet == "place"):
            counts[mention.value] = counts.get(mention.value, 0) + 1
            first.setdefault(mention.value, mention)
    for value in sorted(counts, key=lambda v: -counts[v]):
        chosen = with_filter(SearchRequest(), FacetFilter(facet, value))
        yield Named(first[value].label, link(chosen), counts[value], first[value].kind)
