"""Nouns to rows and back."""

import zlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from archive.store.tables import (
    ArticleRow,
    CanonicalRow,
    DecisionRow,
    PlaceRow,
    VersionRow,
)
from archive.types import (
    Actor,
    Article,
    DateMention,
    Decision,
    Passage,
    Place,
    Precision,
    PublishedDate,
    RawDocument,
)

# Fields that an article's row has under the same name.
_SAME = ("title", "text", "origin", "url", "source", "section", "language", "dateline")
_DATE_COLUMNS = tuple(field.name for field in fields(DateMention))


def article_values(article: Article) -> dict[str, Any]:
    """The columns that an article and its old versions share."""
    published = article.published
    return {
        **{name: getattr(article, name) for name in _SAME},
        "authors": list(article.authors),
        "published_value": published.value if published else None,
        "published_precision": published.precision.value if published else None,
        "published_origin": published.origin if published else None,
        "published_start": published.start if published else None,
        "published_end": published.end if published else None,
        "stated_dates": [_stated_values(stated) for stated in article.stated_dates],
        "refused_dates": list(article.refused_dates),
    }


def article_of(row: ArticleRow | VersionRow, key: str | None) -> Article:
    """The article that a row holds."""
    return Article(
        **{name: getattr(row, name) for name in _SAME},
        key=key,
        authors=tuple(row.authors),
        published=_published(row),
        stated_dates=tuple(_stated(values) for values in row.stated_dates),
        refused_dates=tuple(row.refused_dates),
    )


def _stated_values(stated: PublishedDate) -> dict[str, str]:
    return {
        "value": stated.value,
        "precision": stated.precision.value,
        "origin": stated.origin,
        "start": stated.start.isoformat(),
        "end": stated.end.isoformat(),
    }


def _stated(values: Mapping[str, str]) -> PublishedDate:
    return PublishedDate(
        value=values["value"],
        precision=Precision(values["precision"]),
        origin=values["origin"],
        start=datetime.fromisoformat(values["start"]),
        end=datetime.fromisoformat(values["end"]),
    )


def _published(row: ArticleRow | VersionRow) -> PublishedDate | None:
    if (
        row.published_value is None
        or row.published_precision is None
        or row.published_start is None
        or row.published_end is None
    ):
        return None
    return PublishedDate(
        value=row.published_value,
        precision=Precision(row.published_precision),
        origin=row.published_origin or "",
        start=row.published_start,
        end=row.published_end,
    )


def raw_values(raw: RawDocument, digest: str) -> dict[str, Any]:
    """The columns of a raw document."""
    return {
        "sha256": digest,
        "format": raw.format,
        "charset": raw.charset,
        "url": raw.url,
        "content": zlib.compress(raw.content),
        "size": len(raw.content),
    }


def place_values(place: Place) -> dict[str, Any]:
    """The columns of a place."""
    return {
        "value": place.value,
        "label": place.label,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "kind": place.kind,
        "country": place.country,
        "parents": list(place.parents),
        "aliases": list(place.aliases),
    }


def place_of(row: PlaceRow) -> Place:
    """The place that a row holds."""
    return Place(
        value=row.value,
        label=row.label,
        latitude=row.latitude,
        longitude=row.longitude,
        country=row.country,
        parents=tuple(row.parents),
        kind=row.kind,  # type: ignore[arg-type]  # only a Place's own kind was ever stored
        aliases=tuple(row.aliases),
    )


def canonical_values(value: str, actor: Actor) -> dict[str, Any]:
    """The columns that say whom a value stands for."""
    return {
        "value": value,
        "actor": actor.value,
        "label": actor.label,
        "kind": actor.kind,
        "aliases": list(actor.aliases),
        "uncertain": actor.uncertain,
    }


def actor_of(row: CanonicalRow) -> Actor:
    """The actor that a value stands for."""
    return Actor(
        value=row.actor,
        label=row.label,
        kind=row.kind,  # type: ignore[arg-type]  # only an Actor's own kind was ever stored
        aliases=tuple(row.aliases),
        uncertain=row.uncertain,
    )


def passage_values(number: int, passage: Passage) -> dict[str, int]:
    """The columns of a passage of an article."""
    where = {"start": passage.start, "end": passage.end}
    return {"article": number, **where, "tokens": passage.tokens}


def date_values(date: DateMention) -> dict[str, Any]:
    """The columns of a date mention, but for its article."""
    return {name: getattr(date, name) for name in _DATE_COLUMNS}


def decision_values(decision: Decision) -> dict[str, Any]:
    """The columns of a decision; its place in the log is given by the database."""
    return {
        "key": decision.key,
        "at": decision.at,
        "by": decision.by,
        "kind": decision.kind,
        "facet": decision.facet,
        "subject": decision.subject,
        "arguments": dict(decision.arguments),
    }


def decision_of(row: DecisionRow) -> Decision:
    """The decision that a row holds."""
    return Decision(
        at=row.at,
        by=row.by,
        kind=row.kind,  # type: ignore[arg-type]  # only a Decision's own kind was ever stored
        facet=row.facet,  # type: ignore[arg-type]  # likewise
        subject=row.subject,
        arguments=row.arguments,
        key=row.key,
        seq=row.seq or 0,
    )
