"""The way in: raw documents are cleaned, compared with what is known, enriched and stored."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from archive.chunk import passages_of
from archive.clean import clean
from archive.errors import DocumentError
from archive.extract import Extractor, Workers
from archive.extract.dates import dates_of
from archive.extract.places import Home, home_of
from archive.identity import Status, Verdict, bars, digests, judge
from archive.rebuild import Indexer, passage_texts
from archive.repeats import repeated, without
from archive.store import Store
from archive.stream import Beside, Progress, batched, beside, silent
from archive.types import Article, Enriched, RawDocument, Record
from archive.vectors import CacheFile, embed_cached

# Articles per transaction: small enough that a stop loses little work, large enough that
# committing costs little.
_BATCH = 32
# So many of a source's last articles tell where it is at home.
_ARTICLES_OF_SOURCE = 200
# And so many of its last pages what it prints on all of them.
_PAGES_OF_SOURCE = 40


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of everything that came in."""

    added: int
    unchanged: int
    updated: int
    duplicates: int
    barred: int
    rejected: tuple[DocumentError, ...]


@dataclass(frozen=True)
class Ingester:
    """All that the way in needs. `extractor` and `indexer`, which will index the articles, are
    loaded when first needed, so that a run that brings nothing new is quick.
    """

    store: Store
    extractor: Callable[[], Extractor | Workers]
    indexer: Callable[[], Indexer]

    def ingest(
        self, documents: Iterable[RawDocument | DocumentError], *, progress: Progress = silent
    ) -> IngestReport:
        """Take in a stream of raw documents. Each batch is stored before the next is read, so
        what was counted is kept even if the process is killed.
        """
        counts: Counter[Status] = Counter()
        rejected: list[DocumentError] = []
        done = 0
        quarantined = self.store.refused_count() > 0
        with beside() as aside:
            for batch in batched(documents, _BATCH):
                raws = [item for item in batch if isinstance(item, RawDocument)]
                refused: list[tuple[DocumentError, RawDocument | None]] = [
                    (item, None) for item in batch if isinstance(item, DocumentError)
                ]
                fresh = self._not_seen(raws)
                counts[Status.UNCHANGED] += len(raws) - len(fresh)
                now = datetime.now(UTC)
                cleaned = [(raw, clean(raw, now=now)) for raw in fresh]
                refused += [(r, raw) for raw, r in cleaned if isinstance(r, DocumentError)]
                rejected.extend(error for error, _ in refused)
                read = [(raw, a) for raw, a in cleaned if isinstance(a, Article)]
                whole = self.without_repeats(read)
                articles = self._not_barred(whole)
                counts[Status.BARRED] += len(whole) - len(articles)
                while articles:
                    distinct = _distinct(articles)
                    counts.update(self._take(articles[:distinct], now, aside))
                    articles = articles[distinct:]
                if refused or quarantined:
                    gone = {raw.origin for raw in raws} - {error.origin for error, _ in refused}
                    with self.store.writing() as writer:
                        writer.quarantine.release(gone)
                        writer.quarantine.keep(refused, now=now)
                    quarantined = True
                done += len(batch)
                progress("read", done, None)
        return IngestReport(
            added=counts[Status.ADDED],
            unchanged=counts[Status.UNCHANGED],
            updated=counts[Status.UPDATED],
            duplicates=counts[Status.DUPLICATE],
            barred=counts[Status.BARRED],
            rejected=tuple(rejected),
        )

    def _not_seen(self, raws: Sequence[RawDocument]) -> list[RawDocument]:
        """Without those that were read before from the same place with the same bytes: a run
        that was stopped goes on where it was, without cleaning everything again.
        """
        known = self.store.known(origins=[raw.origin for raw in raws]).by_origin
        return [
            raw
            for raw in raws
            if raw.origin not in known
            or known[raw.origin].raw_hash != hashlib.sha256(raw.content).hexdigest()
        ]

    def _not_barred(
        self, items: Sequence[tuple[RawDocument, Article]]
    ) -> list[tuple[RawDocument, Article]]:
        """Without articles that were taken down."""
        hashes = [bars(article, raw.origin) for raw, article in items]
        barred = self.store.tombstones.barred(chain.from_iterable(hashes))
        return [item for item, own in zip(items, hashes, strict=True) if barred.isdisjoint(own)]

    def without_repeats(
        self, items: Sequence[tuple[RawDocument, Article]]
    ) -> list[tuple[RawDocument, Article]]:
        """Pages without the paragraphs that their sites print everywhere, as told from the last
        pages of each; what was told once is remembered.
        """
        texts: dict[str, list[str]] = {}
        for raw, article in items:
            if raw.format == "html" and article.source:
                texts.setdefault(article.source, []).append(article.text)
        repeats: dict[str, frozenset[str]] = {}
        for source, new in texts.items():
            known = self.store.repeated(source)
            last = self.store.texts_of_source(source, articles=_PAGES_OF_SOURCE)
            found = repeated([*new, *last]) - known
            if found:
                with self.store.writing() as writer:
                    writer.note_repeated(source, found)
            repeats[source] = known | found
        return [
            (raw, without(article, repeats[article.source]))
            if raw.format == "html" and article.source
            else (raw, article)
            for raw, article in items
        ]

    def _take(
        self, items: Sequence[tuple[RawDocument, Article]], now: datetime, aside: Beside
    ) -> list[Status]:
        """Compare, enrich and store articles that have nothing in common with each other. They are
        embedded while the next ones are read.
        """
        marks = [digests(article) for _, article in items]
        known = self.store.known(
            keys=[article.key for _, article in items if article.key],
            origins=[raw.origin for raw, _ in items],
            text_hashes=[text for text, _ in marks],
        )
        verdicts = [
            judge(
                article,
                by_key=known.by_key.get(article.key) if article.key else None,
                by_origin=known.by_origin.get(raw.origin),
                by_text=known.by_text.get(text),
            )
            for (raw, article), (text, _) in zip(items, marks, strict=True)
        ]
        enriched = iter(
            self.enrich([a for (_, a), v in zip(items, verdicts, strict=True) if _is_stored(v)])
        )
        found = [next(enriched) if _is_stored(verdict) else None for verdict in verdicts]
        stored: list[Record] = []
        with self.store.writing() as writer:
            # Once more, now that no other process can write: finding names takes seconds, in which
            # an article may have been taken down.
            wanted = {raw.origin for raw, _ in self._not_barred(items)}
            for (raw, article), verdict, new in zip(items, verdicts, found, strict=True):
                if raw.origin not in wanted:
                    continue
                if verdict.status is Status.UPDATED and verdict.known and new:
                    stored.append(writer.replace(verdict.known.number, new, raw, now=now))
                elif new:
                    stored.append(writer.add(new, raw, now=now))
                elif verdict.known:
                    writer.see(verdict.known.number, raw, source=article.source, now=now)
        if stored:
            aside(lambda: self._embed(stored))
        return [
            verdict.status if raw.origin in wanted else Status.BARRED
            for (raw, _), verdict in zip(items, verdicts, strict=True)
        ]

    def _embed(self, stored: Sequence[Record]) -> None:
        """Have the vectors of articles in the cache before they are indexed."""
        embedder, cache = self.indexer().embedder, self.indexer().cache
        texts = [(text, record) for record in stored for text in passage_texts(record, embedder)]
        numbers = [record.number for _, record in texts]
        embed_cached(embedder, cache, [text for text, _ in texts], numbers)
        # What was taken down meanwhile was cleared before there were vectors of it.
        CacheFile(cache.path).forget(set(numbers) - self.store.ids(numbers).keys())

    def enrich(self, articles: Sequence[Article]) -> list[Enriched]:
        """Find names, places and dates, and cut into passages."""
        if not articles:
            return []
        embedder = self.indexer().embedder
        return [
            Enriched(
                article=article,
                mentions=extraction.mentions,
                places=extraction.places,
                reported=extraction.reported_from.value if extraction.reported_from else None,
                passages=passages_of(article, embedder),
                dates=dates_of(article),
            )
            for article, extraction in zip(
                articles, self.extractor().extract(articles, self._homes(articles)), strict=True
            )
        ]

    def _homes(self, articles: Sequence[Article]) -> dict[str, Home]:
        """Where the sources of some articles are at home, by what they were stored with before."""
        sources = {article.source for article in articles if article.source}
        return {
            source: home_of(
                source, self.store.places_of_source(source, articles=_ARTICLES_OF_SOURCE)
            )
            for source in sorted(sources)
        }


def _is_stored(verdict: Verdict) -> bool:
    return verdict.status is not Status.UNCHANGED and verdict.stored


def _distinct(items: Sequence[tuple[RawDocument, Article]]) -> int:
    """How many articles from the first on share neither key, origin nor text: what comes after
    must be compared with them once they are stored.
    """
    seen: set[str] = set()
    for count, (raw, article) in enumerate(items):
        text, _ = digests(article)
        marks = {mark for mark in (article.key, raw.origin, text) if mark}
        if marks & seen:
            return count
        seen |= marks
    return len(items)
