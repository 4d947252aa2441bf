"""Answers as JSON: the one form that the API and `--json` print."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from archive.chunk import sentences
from archive.query.syntax import Node
from archive.query.tree import node_json
from archive.search.answer import (
    Answer,
    ArticleView,
    Facet,
    FacetValue,
    Hit,
    Related,
    Suggestion,
)
from archive.search.profile import Profile
from archive.search.source import Source
from archive.search.story import Story
from archive.stated import confidence
from archive.types import DateMention, Mention, PublishedDate, Record

_AS_THEY_ARE = frozenset({str, int, float, bool})


def plain(value: Any) -> Any:
    """Dataclasses, enums, dates and tuples as what JSON has."""
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, PublishedDate):
        return published_json(value)
    if isinstance(value, Node):
        return node_json(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def published_json(published: PublishedDate | None) -> dict[str, Any] | None:
    """A date as stated, how exactly, and where it was found; None for an undated article."""
    if published is None:
        return None
    return {
        "value": published.value,
        "precision": published.precision.value,
        "origin": published.origin,
        "zone": published.zone,
        "confidence": confidence(published.origin),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """One page of a result set."""
    return {
        "query": plain(answer.query),
        "total": answer.total,
        "hits": [hit_json(hit) for hit in answer.hits],
        "facets": {name: [value_json(v) for v in vs] for name, vs in answer.facets.items()},
        "position": answer.position,
        "next": answer.next,
        "previous": answer.previous,
        "generation": answer.generation,
        "notices": plain(answer.notices),
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One article of a result set."""
    return {**plain(hit), "published": published_json(hit.published)}


def value_json(value: FacetValue) -> dict[str, Any]:
    """A facet value; what is unset is left out."""
    return {name: item for name, item in plain(value).items() if item is not None}


def facet_json(facet: Facet) -> dict[str, Any]:
    """Part of a facet's list."""
    return {
        "name": facet.name,
        "values": [value_json(v) for v in facet.values],
        "total": facet.total,
        "position": facet.position,
        "next": facet.next,
        "previous": facet.previous,
    }


def suggestions_json(suggestions: tuple[Suggestion, ...]) -> dict[str, Any]:
    """What may follow what was typed."""
    return {"suggestions": plain(suggestions)}


def versions_json(versions: Sequence[Record]) -> dict[str, Any]:
    """All versions of an article, oldest first, without their texts."""
    told = []
    for at, record in enumerate(versions):
        earlier = versions[at - 1] if at else None
        told.append(
            {
                "version": record.version,
                "title": record.article.title,
                "updated_at": record.updated_at.isoformat(),
                "headline_changed": bool(earlier and earlier.article.title != record.article.title),
            }
        )
    return {"id": versions[-1].id, "versions": told}


def version_json(record: Record) -> dict[str, Any]:
    """One version of an article, as it was."""
    article = record.article
    return {
        "id": record.id,
        "version": record.version,
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "published": published_json(article.published),
        "updated_at": record.updated_at.isoformat(),
    }


def article_json(view: ArticleView) -> dict[str, Any]:
    """An article with its names, copies and related articles."""
    record, article = view.record, view.record.article
    return {
        "id": record.id,
        "version": record.version,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "authors": list(article.authors),
        "section": article.section,
        "language": article.language,
        "dateline": article.dateline,
        "published": published_json(article.published),
        "stated_dates": [published_json(stated) for stated in article.stated_dates],
        "refused_dates": list(article.refused_dates),
        "ingested_at": record.ingested_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "origin": article.origin,
        "copy_of": record.copy_of,
        "actors": _named(record.mentions, places=False),
        "places": _named(record.mentions, places=True),
        "mentions": plain(record.mentions),
        "dates": plain(record.dates),
        "passages": plain(record.passages),
        "copies": [_brief(hit) for hit in view.copies],
        "story": plain(view.story),
        "related": related_json(view.related),
    }


def related_json(related: Sequence[Related]) -> list[dict[str, Any]]:
    """Articles that go together with another, and why."""
    return [
        {**_brief(r.hit), "same_story": r.same_story, "shared": list(r.shared)} for r in related
    ]


def mentions_json(record: Record, *, facet: str = "", value: str = "") -> dict[str, Any]:
    """The names and times in an article, each with the sentence that it stands in: those of one
    facet or of one value, if either is given.
    """
    article = record.article
    spans = sentences(article.text, article.language)
    starts = [start for start, _ in spans]

    def told(mention: Mention | DateMention) -> dict[str, Any]:
        if mention.field == "title":
            return {**plain(mention), "sentence": article.title}
        start = spans[max(0, bisect_right(starts, mention.start) - 1)][0]
        end = spans[max(0, bisect_left(starts, mention.end) - 1)][1]
        return {**plain(mention), "sentence": article.text[start : max(end, mention.end)].strip()}

    wanted = (
        mention
        for mention in record.mentions
        if facet in ("", "place" if mention.kind == "place" else "actor")
        and value in ("", mention.value)
    )
    return {
        "id": record.id,
        "mentions": [told(mention) for mention in wanted],
        "dates": [] if facet or value else [told(mention) for mention in record.dates],
    }


def profile_json(profile: Profile) -> dict[str, Any]:
    """What the archive knows of an actor or a place."""
    place = profile.place
    return {
        "facet": profile.facet,
        **plain(profile.name),
        "articles": profile.articles,
        "main": profile.main,
        "first": plain(profile.first),
        "last": plain(profile.last),
        "dates": [value_json(v) for v in profile.dates],
        "actors": plain(profile.actors),
        "places": plain(profile.places),
        "latest": [_brief(hit) for hit in profile.latest],
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "parents": [{"value": p.value, "label": p.label} for p in profile.parents],
    }


def source_json(source: Source) -> dict[str, Any]:
    """What the archive has of a source."""
    facets = {"actor": "actors", "place": "places", "section": "sections", "author": "authors"}
    return {
        "value": source.value,
        "label": source.label,
        "articles": source.articles,
        **{
            many: [value_json(v) for v in source.facets.get(facet, ())]
            for facet, many in {**facets, "language": "languages"}.items()
        },
        "timeline": plain(source.timeline),
        "latest": [_brief(hit) for hit in source.latest],
    }


def story_json(story: Story) -> dict[str, Any]:
    """How a story was told."""
    return {
        "id": story.id,
        "title": story.title,
        "articles": story.articles,
        "texts": story.texts,
        "first": plain(story.first),
        "last": plain(story.last),
        "tellings": [
            {
                **_brief(telling.hit),
                "new": plain(telling.new),
                "copies": [_brief(hit) for hit in telling.copies],
            }
            for telling in story.tellings
        ],
        "omitted": story.omitted,
        **{
            facet: [value_json(v) for v in getattr(story, facet)]
            for facet in ("sources", "actors", "places")
        },
    }


def _named(mentions: tuple[Mention, ...], *, places: bool) -> list[dict[str, Any]]:
    """Each actor or place once, in the order of first mention, with its number of mentions."""
    found: dict[str, dict[str, Any]] = {}
    for mention in mentions:
        if (mention.kind == "place") == places:
            entry = {"value": mention.value, "label": mention.label, "kind": mention.kind}
            found.setdefault(mention.value, {**entry, "mentions": 0})["mentions"] += 1
    return list(found.values())


def _brief(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "source": hit.source,
        "published": published_json(hit.published),
        "similarity": hit.similarity,
        "url": hit.url,
    }
