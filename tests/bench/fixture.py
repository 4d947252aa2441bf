"""Archives of any size for measuring: real passages first, made ones beyond.

A made article is a real one with the words of each passage shuffled; each of its vectors leans
to its passage's and by a smaller part to that of another passage, so that similarities spread as
real ones do. Some rare names get new forms, so that facets grow as Heaps' law has them grow in
the real articles. The names are runs of capital letters: what a recogniser would find does not
matter for speed.
"""

import gzip
import json
import pickle
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from archive.chunk import heading, passage_text, passages_of
from archive.core import Archive
from archive.identity import digests
from archive.store.rows import article_values
from archive.store.tables import ActorRow, ArticleRow, MentionRow, PassageRow, PlaceRow, RawRow
from archive.store.writer import public_id
from archive.stream import batched
from archive.text import slug
from archive.types import Article, Precision, PublishedDate
from archive.vectors import VectorCache, embed_cached
from indexes.types import Vectors

# Passages of real articles that are used; the headlines of the rest are queries.
REAL = 50_000
# Cosine between a made vector and the real one that it comes from, nearly.
LEANING = 0.9
_ACTOR = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}\b")
_PLACE = re.compile(r"\b(?:in|at|from|near|to) ([A-Z][a-z]{3,}(?: [A-Z][a-z]+)?)\b")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = 15_340  # 2012-01-01
_DAYS = 3_200
_TOGETHER = 500
_TABLES: tuple[type[Any], ...] = (RawRow, ArticleRow, PassageRow, ActorRow, PlaceRow, MentionRow)
# Names that so few of the real articles have may be replaced by new ones.
_RARE = 3
# With n times as many articles there are n ** GROWTH times as many names: measured on the real
# ones, by halves from 400 to 6,414 articles (0.77 to 0.81, and 0.68 to 0.73).
GROWTH = {"actor": 0.78, "place": 0.70}


@dataclass(frozen=True)
class Piece:
    """An article with what is measured of it: spans and vectors of its passages, its names."""

    article: Article
    spans: tuple[tuple[int, int], ...]
    vectors: Vectors
    actors: tuple[str, ...]
    places: tuple[str, ...]


def real_articles(data: Path) -> list[Article]:
    """The articles of a `scale` folder, in the order of its file."""
    [file] = data.glob("*.jsonl.gz")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Article(
            title=row["title"] or "",
            text=row["text"],
            origin=f"scale/{row['id']}",
            key=row["id"],
            url=row["url"],
            source=row["source"],
            authors=tuple(a.strip() for a in (row["authors"] or "").split(",") if a.strip())[:3],
            language="en",
        )
        for row in rows
    ]


def real_pieces(
    archive: Archive, data: Path, cache: Path, *, most: int = REAL
) -> tuple[list[Piece], list[str]]:
    """Articles with `most` passages at most, and the headlines of those beyond; kept in the cache,
    since to chunk them takes minutes.
    """
    kept = cache / f"pieces-{most}.pickle"
    if not kept.is_file():
        beside = kept.with_suffix(".part")
        beside.write_bytes(pickle.dumps(_real_pieces(archive, data, cache, most)))
        beside.replace(kept)
    pieces, headlines = pickle.loads(kept.read_bytes())
    return pieces, headlines


def _real_pieces(
    archive: Archive, data: Path, cache: Path, most: int
) -> tuple[list[Piece], list[str]]:
    embedder = archive.embedder
    vectors = VectorCache(cache / "vectors", embedder.key)
    pieces: list[Piece] = []
    total = 0
    articles = real_articles(data)
    for at, article in enumerate(articles):
        spans = tuple((p.start, p.end) for p in passages_of(article, embedder))
        if total + len(spans) > most:
            return pieces, [a.title for a in articles[at:] if a.title]
        total += len(spans)
        head = heading(article.title, embedder)
        texts = [passage_text(head, article.text[a:b]) for a, b in spans]
        pieces.append(
            Piece(
                article=article,
                spans=spans,
                vectors=embed_cached(embedder, vectors, texts, [at] * len(texts)),
                actors=tuple(dict.fromkeys(_ACTOR.findall(article.text)))[:40],
                places=tuple(dict.fromkeys(_PLACE.findall(article.text)))[:20],
            )
        )
    return pieces, []


def pieces_up_to(real: list[Piece], passages: int) -> Iterator[Piece]:
    """Pieces with so many passages in all: the real ones, then made ones. Always the same."""
    rng, noise = random.Random(1), np.random.default_rng(1)
    pool = np.concatenate([piece.vectors for piece in real])
    renewed = {
        "actor": _Renewal.of([piece.actors for piece in real], GROWTH["actor"]),
        "place": _Renewal.of([piece.places for piece in real], GROWTH["place"]),
    }
    total, turn = 0, 0
    while True:
        for piece in real:
            made = _dated(piece, rng)
            if turn:
                made = _made(made, turn, renewed, pool, rng, noise)
            total += len(made.spans)
            if total > passages:
                return
            yield made
        turn += 1


def _dated(piece: Piece, rng: random.Random) -> Piece:
    day = _EPOCH + timedelta(days=_FIRST_DAY + rng.randrange(_DAYS))
    published = PublishedDate(
        f"{day:%Y-%m-%d}", Precision.DAY, "bench", day, day + timedelta(days=1)
    )
    return replace(piece, article=replace(piece.article, published=published))


def _made(
    piece: Piece,
    turn: int,
    renewed: "dict[str, _Renewal]",
    pool: Vectors,
    rng: random.Random,
    noise: np.random.Generator,
) -> Piece:
    parts, spans, at = [], [], 0
    for start, end in piece.spans:
        words = piece.article.text[start:end].split()
        rng.shuffle(words)
        parts.append(" ".join(words))
        spans.append((at, at + len(parts[-1])))
        at += len(parts[-1]) + 2
    others = pool[noise.integers(0, len(pool), len(piece.vectors))]
    vectors = LEANING * piece.vectors + np.sqrt(1 - LEANING**2) * others
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    key = f"{piece.article.key}-{turn}"
    return Piece(
        article=replace(
            piece.article,
            text="\n\n".join(parts),
            key=key,
            origin=f"scale/{key}",
            url=f"{piece.article.url}#{turn}",
        ),
        spans=tuple(spans),
        vectors=vectors.astype(np.float32),
        actors=renewed["actor"].names(piece.actors, turn),
        places=renewed["place"].names(piece.places, turn),
    )


@dataclass(frozen=True)
class _Renewal:
    """Which rare names become new ones, so that names grow by a power of the articles."""

    rare: frozenset[str]
    names_in_all: int
    growth: float

    @classmethod
    def of(cls, rows: list[tuple[str, ...]], growth: float) -> "_Renewal":
        seen = Counter(name for row in rows for name in row)
        return cls(frozenset(n for n, c in seen.items() if c <= _RARE), len(seen), growth)

    def names(self, names: tuple[str, ...], turn: int) -> tuple[str, ...]:
        """The names of an article in a later turn of all articles."""
        new = self.names_in_all * ((turn + 1) ** self.growth - turn**self.growth)
        share = min(1.0, new / max(len(self.rare), 1))
        return tuple(
            # Another surname: names that share one are compared with each other.
            f"{n}{chr(ord('a') + turn)}" if n in self.rare and _chance(n, turn) < share else n
            for n in names
        )


def _chance(name: str, turn: int) -> float:
    """From 0 to 1, the same for a name wherever it stands in a turn."""
    return zlib.crc32(f"{name} {turn}".encode()) / 2**32


def fill(archive: Archive, pieces: Iterator[Piece]) -> None:
    """Fill an empty archive: rows into the store, past all that ingest does, and vectors into the
    cache. What is left for a rebuild is what it does with an archive that is large.
    """
    engine = archive.store._engine
    number = 0
    known: dict[str, set[str]] = {"actor": set(), "place": set()}
    for group in batched(pieces, _TOGETHER):
        rows: dict[type[Any], list[dict[str, object]]] = {table: [] for table in _TABLES}
        if not number:
            raw = {"number": 1, "sha256": "", "format": "json", "content": b"", "size": 0}
            rows[RawRow].append(raw)
        texts, owners = [], []
        for piece in group:
            number += 1
            rows[ArticleRow].append(_row(number, piece.article))
            rows[PassageRow] += [
                {"article": number, "start": a, "end": b, "tokens": 0} for a, b in piece.spans
            ]
            rows[MentionRow] += _mentions(number, piece)
            for facet, table, names in (
                ("actor", ActorRow, piece.actors),
                ("place", PlaceRow, piece.places),
            ):
                for name in names:
                    if slug(name) not in known[facet]:
                        known[facet].add(slug(name))
                        rows[table].append(_known(facet, name))
            head = heading(piece.article.title, archive.embedder)
            texts += [passage_text(head, piece.article.text[a:b]) for a, b in piece.spans]
            owners += [number] * len(piece.spans)
        archive.vectors.put(texts, np.concatenate([piece.vectors for piece in group]), owners)
        with engine.connect().execution_options(writes=True) as connection:
            for table, found in rows.items():
                if found:
                    connection.execute(sa.insert(table), found)
            connection.commit()


def _known(facet: str, name: str) -> dict[str, object]:
    named: dict[str, object] = {"value": slug(name), "label": name}
    if facet == "actor":
        return named | {"kind": "person"}
    place = {"latitude": 0.0, "longitude": 0.0, "kind": "city", "country": ""}
    return named | place | {"parents": [], "aliases": []}


def _mentions(number: int, piece: Piece) -> list[dict[str, object]]:
    """Names one after another, as far as the text goes: where they stand costs the same."""
    found: list[dict[str, object]] = []
    step = len(piece.article.text) // (len(piece.actors) + len(piece.places) + 1)
    for kind, names in (("person", piece.actors), ("place", piece.places)):
        for name in names:
            at = len(found) * max(step, 1)
            found.append(
                {
                    "article": number,
                    "field": "text",
                    "start": at,
                    "end": at + len(name),
                    "surface": name,
                    "value": slug(name),
                    "kind": kind,
                    "rule": "bench",
                    "confidence": 1.0,
                }
            )
    return found


def _row(number: int, article: Article) -> dict[str, object]:
    text_hash, content_hash = digests(article)
    now = datetime(2025, 1, 1, tzinfo=UTC)
    return {
        **article_values(article),
        "number": number,
        "id": public_id(article.key or ""),
        "key": article.key,
        "version": 1,
        "changed": [],
        "text_hash": text_hash,
        "content_hash": content_hash,
        "raw": 1,
        "ingested_at": now,
        "updated_at": now,
    }
