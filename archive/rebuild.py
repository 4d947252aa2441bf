"""From the store to a published generation: all of it anew, or what has changed since."""

import errno
import fcntl
import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any

import numpy as np

from archive.aboutness import main_subjects
from archive.authority import Authority
from archive.calibration import SAMPLED_PASSAGES, SAMPLED_QUERIES, Calibration, calibrate
from archive.chunk import CHUNKER_VERSION, heading, passage_text
from archive.clean import CLEANER_VERSION
from archive.embed import Embedder
from archive.errors import ArchiveError, Busy, NotFound, RebuildNeeded
from archive.grouping import grouped
from archive.query.dates import day_number
from archive.query.request import CALENDARS, FACETS, PASSAGE_FACETS
from archive.store import Store
from archive.stream import Progress, batched, silent
from archive.types import Actor, Article, DateMention, Place, Precision, PublishedDate, Record
from archive.vectors import VectorCache, embed_cached
from indexes.dense import spaced
from indexes.errors import IndexUnusable
from indexes.generation import (
    Generation,
    GenerationWriter,
    current,
    generations,
    open_named,
    prune,
    switch,
)
from indexes.merging import merge
from indexes.names import fold
from indexes.types import Entry, Label

COLUMNS = tuple(facet for facet in FACETS if facet not in CALENDARS)
# The published generation, and two more so that cursors and readers of the last ones go on.
GENERATIONS_KEPT = 3
# Seconds from one look at the lock to the next.
_PAUSE = 0.05
# Articles read, embedded and indexed at a time.
_BATCH = 500
# A change to an article that is already indexed leaves traces in word statistics. Up to this
# size a whole rebuild takes seconds and leaves none.
_REBUILT_WHOLE = 20_000
# From so many articles on, words have a process of their own.
_MANY = 5_000
# Characters of a text without a headline that stand for one where its noise is measured.
_LIKE_A_TITLE = 100
_EPOCH = date(1970, 1, 1)
_DISK_FULL = (os.strerror(errno.ENOSPC), "disk is full")


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What was published."""

    generation: str
    articles: int
    passages: int
    seconds: float


@dataclass(frozen=True)
class Indexer:
    """All that building an index needs."""

    store: Store
    embedder: Embedder
    cache: VectorCache
    root: Path

    def rebuild(
        self,
        *,
        first: Callable[[], None] = lambda: None,
        patience: float = 0,
        progress: Progress = silent,
    ) -> RebuildReport:
        """Build all indexes anew from the store, after what is to be done to it `first`, and
        publish them.

        Busy if another process is building and does not end within `patience`, in seconds.
        """
        started = monotonic()
        with self.alone(patience=patience, progress=progress):
            first()
            self._settle_actors()
            report = self._caught_up(self._build(progress, base=None, change=0), progress)
        return replace(report, seconds=round(monotonic() - started, 2))

    def refresh(self, *, patience: float = 0, progress: Progress = silent) -> RebuildReport | None:
        """Bring the published generation up to date with the store; None if it is already.
        `patience` as for `rebuild`.

        Builds everything if there is no usable generation. RebuildNeeded if the published one
        is of another model: moving to another model is a decision, not a side effect.
        """
        with self.alone(patience=patience, progress=progress):
            report = self._refreshed(progress)
            return report and self._caught_up(report, progress)

    def _caught_up(self, report: RebuildReport, progress: Progress) -> RebuildReport:
        """What was stored while an index was built comes into it, too: who found it being built
        and did not wait left that to the builder.
        """
        return self._refreshed(progress) or report

    def _refreshed(self, progress: Progress) -> RebuildReport | None:
        try:
            base = open_named(self.root, current(self.root))
        except IndexUnusable:
            self._settle_actors()
            return self._build(progress, base=None, change=0)
        self.check_model(base)
        change = int(base.manifest.facts["change"])
        changes = self.store.changes(change)
        if changes.latest == change:
            return None
        if base.live.sum() <= _REBUILT_WHOLE:
            self._settle_actors()
            changes = self.store.changes(change)
        touched = np.array([*changes.changed, *changes.deleted], np.int64)
        replaces = bool((base.ordinals(touched) >= 0).any())
        if replaces and base.live.sum() <= _REBUILT_WHOLE:
            return self._build(progress, base=None, change=0)
        report = self._build(progress, base=base, change=change)
        self._merge()
        return report

    def _merge(self) -> None:
        """Make few segments of many, now that what is new can be searched."""
        while merge(self.root, open_named(self.root, current(self.root)), now=datetime.now(UTC)):
            prune(self.root, keep=GENERATIONS_KEPT)

    def roll_back(self, name: str | None = None) -> str:
        """Publish a generation that is kept, the newest before the current one unless another
        is named; returns its name. NotFound if there is none; RebuildNeeded if it is damaged.

        What was stored since is indexed by the next `refresh`.
        """
        with self.alone():
            kept, now = generations(self.root), current(self.root)
            older = [n for n in kept if now is None or n < now]
            chosen = name or next(iter(older), None)
            if chosen not in kept:
                raise NotFound(
                    f"there is no generation {name}" if name else "there is no older generation",
                    hint="kept are: " + (", ".join(kept) or "none"),
                )
            try:
                switch(self.root, chosen)
            except IndexUnusable as error:
                raise RebuildNeeded(f"this generation cannot be used: {error}") from error
            return chosen

    def prune(self, *, keep: int, patience: float = 0) -> list[str]:
        """Delete generations but the current one and the `keep - 1` newest others; returns
        the names of those deleted. `patience` as for `rebuild`.
        """
        with self.alone(patience=patience):
            return prune(self.root, keep=keep)

    def _settle_actors(self) -> None:
        """Who is the same across the archive. Of a large archive that is decided anew when all
        is rebuilt; until then its new articles are told by what is known.
        """
        with self.store.writing() as writer:
            writer.settle_actors()

    def check_model(self, generation: Generation) -> None:
        """RebuildNeeded if the generation's vectors are not this embedder's."""
        built_for = generation.manifest.facts.get("model")
        if built_for != self.embedder.key:
            raise RebuildNeeded(
                f"the index was built for the model {built_for}, "
                f"but the model set is {self.embedder.key}",
                hint="run `archive rebuild` to move to this model, or set "
                "ARCHIVE_EMBEDDING_MODEL back to the other",
            )

    def _build(self, progress: Progress, *, base: Generation | None, change: int) -> RebuildReport:
        started = monotonic()
        changes = self.store.changes(change)
        total = self.store.counts().articles if base is None else len(changes.changed)
        writer = GenerationWriter(
            self.root,
            facets=COLUMNS,
            passage_facets=PASSAGE_FACETS,
            dimension=self.embedder.dimension,
            now=datetime.now(UTC),
            base=base,
            many=total >= _MANY,
        )
        try:
            if base is not None:
                for number in chain(changes.changed, changes.deleted):
                    writer.remove(number)
            records = self.store.scan(
                numbers=None if base is None else changes.changed, batch=_BATCH
            )
            self._add(writer, records, total, progress)
            facts = self._facts(changes.latest)
            generation = writer.write(facts)
            calibration = self._calibrate(generation)
            groups = grouped(generation, self.store, base=base, changed=changes.changed)
            writer.publish({"calibration": calibration.as_facts()}, groups)
        except BaseException:
            writer.abandon()
            raise
        prune(self.root, keep=GENERATIONS_KEPT)
        return RebuildReport(
            generation=generation.id,
            articles=generation.manifest.articles,
            passages=generation.manifest.passages,
            seconds=round(monotonic() - started, 2),
        )

    def _facts(self, change: int) -> dict[str, Any]:
        return {
            "model": self.embedder.key,
            "model_name": self.embedder.name,
            "model_asked": self.embedder.folder.asked,
            "revision": self.embedder.folder.revision,
            "weights": self.embedder.folder.weights,
            "cleaner": CLEANER_VERSION,
            "chunker": CHUNKER_VERSION,
            "change": change,
        }

    def _add(
        self, writer: GenerationWriter, records: Iterable[Record], total: int, progress: Progress
    ) -> None:
        done = 0
        authority = Authority(self.store.decisions(), self.store.actors())
        places, actors = authority.places(self.store.places()), authority.actors
        progress("index", 0, total)
        for group in batched(records, _BATCH):
            texts = [text for record in group for text in passage_texts(record, self.embedder)]
            numbers = [record.number for record in group for _ in record.passages]
            vectors = embed_cached(self.embedder, self.cache, texts, numbers)
            at = 0
            for record in map(authority.settled, group):
                for facet, value, label in labels_of(record, places, actors):
                    writer.label(facet, value, label)
                count = len(record.passages)
                entry = replace(
                    entry_of(record, places), passage_values=passage_values(record, places)
                )
                writer.add(entry, vectors[at : at + count])
                at += count
            done += len(group)
            progress("index", done, total)

    def _calibrate(self, generation: Generation) -> Calibration:
        """Titles against passages, both evenly spaced over the archive: the same articles give
        the same cut-off, however they came in.
        """
        live = np.flatnonzero(generation.live)
        live = live[np.argsort(generation.numbers[live])]
        chosen = live[spaced(len(live), SAMPLED_QUERIES)]
        numbers = generation.numbers[chosen]
        records = self.store.records(numbers.tolist())
        articles = [records[n].article for n in numbers.tolist()]
        titles = list(map(calibration_text, articles))
        order = np.lexsort(
            (
                np.arange(len(generation.passage_articles)),
                generation.numbers[generation.passage_articles],
            )
        )
        order = order[generation.live[generation.passage_articles[order]]]
        passages = order[spaced(len(order), SAMPLED_PASSAGES)]
        queries = embed_cached(self.embedder, self.cache, titles, numbers.tolist())
        own = []
        for article, query in zip(chosen.tolist(), queries, strict=True):
            cosines = generation.dense.vectors(generation.passages_of(article)) @ query
            own.append(float(cosines.max(initial=0)))
        return calibrate(
            queries,
            chosen,
            generation.dense.vectors(passages),
            generation.passage_articles[passages],
            np.array(own, np.float32),
        )

    @contextmanager
    def alone(self, *, patience: float = 0, progress: Progress = silent) -> Iterator[None]:
        """One process builds at a time; the lock goes with the process, however it ends. Busy if
        another one has it for longer than `patience`, in seconds.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        until = monotonic() + patience
        with (self.root / ".lock").open("w") as file:
            while not _is_locked(file):
                if monotonic() >= until:
                    raise Busy(
                        "another process is building the index",
                        hint="wait until it has finished; what is stored stays stored, and comes "
                        "into the index with what is built next",
                    )
                progress("wait for another", 0, None)
                sleep(_PAUSE)
            _remove_unfinished(self.root)
            with _written(), _uncollected():
                yield


def _is_locked(file: IO[str]) -> bool:
    """Whether the lock is ours by now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _written() -> Iterator[None]:
    """What a disk refuses as an error for a person. Libraries that write files of their own name
    the cause in their words alone.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        reason = reason or next((full for full in _DISK_FULL if full in str(error)), None)
        if reason is None:
            raise
        first = "make room on the disk, then" if reason in _DISK_FULL else "when that is mended,"
        raise ArchiveError(
            f"the index cannot be written: {reason}",
            hint="what is stored stays stored, and the last index goes on answering; "
            f"{first} run: archive rebuild",
        ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """A build holds millions of values, none of them in a cycle: the collector would go through all
    of them again and again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def calibration_text(article: Article) -> str:
    """What of an article stands for a query when the noise of a model is measured."""
    return article.title or article.text[:_LIKE_A_TITLE]


def passage_texts(record: Record, embedder: Embedder) -> list[str]:
    """What is embedded for each passage of an article."""
    article = record.article
    head = heading(article.title, embedder)
    return [passage_text(head, article.text[p.start : p.end]) for p in record.passages]


def entry_of(record: Record, places: Mapping[str, Place]) -> Entry:
    """An article as the index sees it."""
    article = record.article
    actors = {m.value for m in record.mentions if m.kind != "place"}
    named = _places_of(record, places)
    return Entry(
        number=record.number,
        title=article.title,
        text=article.text,
        passages=tuple((p.start, p.end) for p in record.passages),
        values={
            "actor": tuple(sorted(actors)),
            "place": tuple(sorted(named)),
            "about": tuple(sorted(main_subjects(record.mentions, places) & (actors | named))),
            "reported": tuple(sorted(_reported(record, places))),
            "source": _one(article.source),
            "language": _one(article.language),
            "section": _one(article.section),
            "author": article.authors,
            "changed": record.changed,
        },
        days=_days(article.published),
        spoken=_spoken(record.dates),
        moment=int(article.published.start.timestamp()) if article.published else None,
    )


def passage_values(
    record: Record, places: Mapping[str, Place]
) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The actors and places named in each passage of a settled article, by facet."""
    inside = [
        [m for m in record.mentions if m.field == "text" and p.start < m.end and m.start < p.end]
        for p in record.passages
    ]
    actors = (sorted({m.value for m in named if m.kind != "place"}) for named in inside)
    found = ({m.value for m in named if m.kind == "place"} for named in inside)
    return {
        "actor": tuple(map(tuple, actors)),
        "place": tuple(tuple(sorted(_with_parents(values, places))) for values in found),
    }


def labels_of(
    record: Record, places: Mapping[str, Place], actors: Mapping[str, Actor]
) -> Iterator[tuple[str, str, Label]]:
    """How the actors and places of a settled article are shown: facet, value, label."""
    named = {mention.value: mention for mention in record.mentions if mention.kind != "place"}
    for value, mention in named.items():
        actor = actors.get(value)
        label = Label(mention.label, mention.kind, actor.aliases if actor else ())
        yield "actor", value, label
        yield "about", value, label
    for value in _places_of(record, places):
        if value in places:
            yield "place", value, _place_label(places[value])
            yield "about", value, _place_label(places[value])
    for value in _reported(record, places):
        if value in places:
            yield "reported", value, _place_label(places[value])


def _place_label(place: Place) -> Label:
    """Towns and counties have a point; what is larger is not where its middle is."""
    point = (place.latitude, place.longitude) if place.kind in ("city", "county") else None
    return Label(place.label, place.kind, place.aliases, point)


def _reported(record: Record, places: Mapping[str, Place]) -> set[str]:
    """The place of the dateline and what it lies in."""
    return _with_parents({record.reported}, places) if record.reported else set()


def _places_of(record: Record, places: Mapping[str, Place]) -> set[str]:
    """Places mentioned and what they lie in."""
    return _with_parents({m.value for m in record.mentions if m.kind == "place"}, places)


def _with_parents(values: set[str], places: Mapping[str, Place]) -> set[str]:
    """Places and what they lie in, up to the continent: who asks for a country finds its towns.
    Regions named like the town that is mentioned are left out: nobody could tell the two.
    """
    around = {
        parent
        for value in values & places.keys()
        for parent in places[value].parents
        if parent in places and fold(places[parent].label) != fold(places[value].label)
    }
    return values | around


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _days(published: PublishedDate | None) -> tuple[int, int] | None:
    """The days an article may have been published on, as its own clock shows them."""
    if published is None:
        return None
    if published.precision in {Precision.MINUTE, Precision.DAY}:
        day = (date.fromisoformat(published.value[:10]) - _EPOCH).days
        return day, day + 1
    return (published.start.date() - _EPOCH).days, (published.end.date() - _EPOCH).days


def _spoken(dates: Iterable[DateMention]) -> tuple[tuple[int | None, int | None], ...]:
    """The intervals of days that a text speaks of; what has no place in the calendar is none."""
    return tuple(
        dict.fromkeys(
            (day_number(date.first), day_number(date.last))
            for date in dates
            if date.first or date.last
        )
    )


def _remove_unfinished(root: Path) -> None:
    """Generations that a process was killed over: hidden folders that nobody will finish."""
    for folder in root.glob(".*"):
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
