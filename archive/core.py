"""The archive as one thing: the only place that wires its parts together."""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain
from math import inf
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from archive.errors import (
    ArchiveError,
    Busy,
    DocumentError,
    NotFound,
    QueryError,
    RebuildNeeded,
    StoreError,
)
from archive.query.request import (
    FACETS,
    OF_PLACES,
    Count,
    FacetFilter,
    FacetList,
    SearchRequest,
    Sort,
)
from archive.settings import Settings, read_settings
from archive.stream import Progress, silent

if TYPE_CHECKING:
    from archive.accounts import Accounts
    from archive.alerts import Alerts
    from archive.authority import Authority
    from archive.backup import Backup
    from archive.citation import Cited
    from archive.collections import Collections
    from archive.decisions import Effect
    from archive.embed import Embedder
    from archive.evidence import Evidence
    from archive.export import Export, Form
    from archive.extract import Extractor
    from archive.ingest import Ingester, IngestReport
    from archive.jobs import Jobs
    from archive.keys import Keys
    from archive.novelty import Found
    from archive.readers import Web
    from archive.rebuild import Indexer, RebuildReport
    from archive.rerank import Reranker
    from archive.saved import SavedSearches
    from archive.search.answer import (
        Answer,
        Around,
        ArticleView,
        Facet,
        GenerationView,
        Group,
        Hit,
        PlaceCounts,
        Related,
        Span,
        Status,
        StoryCount,
        Suggestion,
        Why,
    )
    from archive.search.engine import Engine
    from archive.search.loosening import Looser
    from archive.search.parting import Part
    from archive.search.profile import Profile
    from archive.search.source import Source
    from archive.search.story import Story
    from archive.search.timeline import Timeline
    from archive.store import Store
    from archive.store.quarantine import Refused
    from archive.store.store import StoreCounts
    from archive.takedown import Takedown
    from archive.types import (
        Act,
        Actor,
        Change,
        Decided,
        Decision,
        Place,
        RawDocument,
        Record,
    )
    from archive.vectors import VectorCache

_ENGINES_KEPT = 3
# Threads of one interpreter that search at once; more would only take turns and keep each other
# waiting.
_SEARCHES_AT_ONCE = 2
_RELATED = 6
_ALL = 10**9
_PARTED = 500  # articles of one name that a person may want to look through


class Archive:
    """An open archive. Safe to use from several threads.

    Models and indexes are loaded when they are first needed. A search uses the generation that
    is current when it begins; a rebuild in another process is noticed by the next search.
    """

    patience = 5.0  # seconds that a decision waits for who builds the index

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._embedders: dict[str, Embedder] = {}
        self._asked: tuple[str, str] | None = None
        self._searching = threading.Semaphore(_SEARCHES_AT_ONCE)
        self._counted: tuple[int, StoreCounts] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database, of indexes and of models."""
        if "store" in self.__dict__:
            self.store.close()
        self._engines.clear()
        self._embedders.clear()

    # Searching.

    def search(self, request: SearchRequest) -> "Answer":
        """One page of the result set of a request.

        QueryError names a field that cannot be used; RebuildNeeded says what is wrong with the
        index.
        """
        engine = self._engine_for(request)
        with self._searching:
            return engine.search(request, today=_today())

    def facet(self, request: SearchRequest, asked: FacetList, *, size: int = 50) -> "Facet":
        """Part of the whole list of a facet's values, from the request's cursor on. QueryError
        names what cannot be used.
        """
        if asked.name not in FACETS:
            raise QueryError(
                f"there is no facet “{asked.name[:40]}”",
                hint="facets are: " + ", ".join(FACETS),
                field="name",
            )
        if asked.under and asked.name not in OF_PLACES:
            raise QueryError(
                f"“{asked.name}” has no levels",
                hint="one lies in another of: " + ", ".join(OF_PLACES),
                field="under",
            )
        engine = self._engine_for(request, asked)
        with self._searching:
            return engine.facet(request, asked, size=size, today=_today(), around=self._around)

    def _around(self) -> "dict[str, tuple[str, ...]]":
        """What each place lies in, the nearest first, as people decided."""
        decided = self.authority().decided_on("place")
        known = self.store.around()
        touched = {v for v in known if v in decided or not decided.isdisjoint(known[v])}
        settled = {v: p.parents for v, p in self._decided_places(touched).items()}
        return {v: known[v] for v in known if v not in touched} | settled

    def path(self, place: str) -> "tuple[Place, ...]":
        """A place and what it lies in, the largest first; nothing if it is not known."""
        known = self._decided_places([place])
        if place not in known:
            return ()
        return tuple(known[v] for v in (*reversed(known[place].parents), place) if v in known)

    def timeline(self, request: SearchRequest) -> "Timeline":
        """The articles of a result set over time, beside all that the archive holds."""
        engine = self._engine_for(request)
        with self._searching:
            return engine.timeline(request, today=_today())

    def stories(self, request: SearchRequest, *, most: int = 5) -> "tuple[StoryCount, ...]":
        """The stories with most articles in a result set."""
        engine = self._engine_for(request)
        with self._searching:
            return engine.stories(request, most, today=_today())

    def parents(self, places: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """What each place lies in, the nearest first."""
        return {value: place.parents for value, place in self._decided_places(places).items()}

    def looser(self, request: SearchRequest) -> "tuple[Looser, ...]":
        """Searches that ask for less than a request, and find something, most articles first."""
        engine = self._engine_for(request)
        with self._searching:
            return engine.looser(request, today=_today())

    def around(self, request: SearchRequest, position: int) -> "Around":
        """The articles beside the one at a rank (from 0) of a result set."""
        engine = self._engine_for(request)
        with self._searching:
            return engine.around(request, position, today=_today())

    def found(self, request: SearchRequest) -> "Found":
        """All articles of a result set, whatever is counted and in whichever order."""
        from archive.novelty import Found

        request = replace(request, cursor=None, count=Count.ARTICLES)
        engine = self._engine_for(request)
        with self._searching:
            numbers = engine.members(request, today=_today())
        return Found(numbers, int(engine.generation.manifest.facts["change"]))

    def export(self, request: SearchRequest, *, today: date | None = None) -> "Export":
        """All articles of a result set, to be written (`exported`) or told (`manifest`). Relative
        dates count from `today`, which may be an earlier day.
        """
        from archive.export import Export

        request = replace(request, count=Count.ARTICLES, cursor=None, size=1)
        engine, today = self._engine_for(request), today or _today()
        with self._searching:
            numbers = engine.ranked(request, most=_ALL, today=today)
        ids = self.store.ids(numbers)
        kept = tuple(number for number in numbers if number in ids)
        found = tuple(ids[number] for number in kept)
        return Export(request, kept, found, engine.generation.id, today)

    def exported(self, export: "Export", form: "Form", *, site: str = "") -> "Iterator[str]":
        """An export in a form (`archive.export.FORMATS`), piece by piece; `site` is where the
        archive is served.
        """
        from archive.export import written

        return written(
            export, form, store=self.store, authority=self.authority, today=_today(), site=site
        )

    def manifest(self, export: "Export") -> dict[str, Any]:
        """By what an export can be cited and asked again."""
        from archive.export import manifest

        # Another generation may have been published since the articles were found.
        engine = self._engine(export.generation)
        with self._searching:
            answer = engine.search(export.request, today=export.today or _today())
        return manifest(export, answer, model=engine.embedder.name, now=datetime.now(UTC))

    def hits(self, numbers: Sequence[int]) -> "tuple[Hit, ...]":
        """Articles as hits without a query, in this order; those not indexed are left out."""
        by_number = self.engine.by_number(numbers)
        return tuple(by_number[n] for n in numbers if n in by_number)

    def marks(self, request: SearchRequest, text: str) -> "tuple[Span, ...]":
        """Where words of a request's query stand in a text."""
        from archive.query.parse import parse
        from archive.search.expression import wanted
        from archive.search.snippets import marks

        asked = wanted(parse(request.q, today=_today()).words)
        return marks(text, asked.terms, asked.prefixes)

    def why(self, request: SearchRequest, article_id: str) -> "Why":
        """Why an article is in the result set of a request, or why not. NotFound if the archive
        has no article of that id.
        """
        record = self.store.get(article_id)
        return self._engine_for(request).why(request, record, today=_today())

    def places(
        self, request: SearchRequest, *, kinds: tuple[str, ...] = (), most: int = _ALL
    ) -> "PlaceCounts":
        """The places of a result set, of all or some kinds, with what the gazetteer says of them;
        what is not in the record is left out.
        """
        from archive.search.answer import PlaceCount, PlaceCounts

        asked = FacetList("place", kinds=kinds)
        facet = self.facet(replace(request, cursor=None), asked, size=most)
        known = self._decided_places([v.value for v in facet.values])
        shown = tuple(
            PlaceCount(
                place, v.count, v.chosen, tuple(known[p] for p in place.parents if p in known)
            )
            for v in facet.values
            if (place := known.get(v.value))
        )
        return PlaceCounts(shown, facet.total)

    def suggest(self, prefix: str, *, size: int = 8) -> "tuple[Suggestion, ...]":
        """Actors, places, sources with a word that begins like this, most articles first."""
        return self.engine.suggest(prefix, size)

    def article(self, article_id: str) -> "ArticleView":
        """An article with its copies, its story and related articles. NotFound if there is none
        of that id.
        """
        from archive.search.answer import ArticleView

        record = self.record(article_id)
        copies: tuple[Hit, ...] = ()
        related: tuple[Related, ...] = ()
        story: Group | None = None
        # The text can be read even while there is no index.
        with suppress(RebuildNeeded):
            engine = self.engine
            copies = engine.hits([copy.number for copy in self.store.copies(record.id)])
            related = engine.related(record.number, _RELATED)
            story = next((hit.story for hit in engine.hits([record.number])), None)
        return ArticleView(record=record, copies=copies, related=related, story=story)

    def record(self, article_id: str) -> "Record":
        """An article with its names as people decided on them. NotFound or Gone if there is none of
        that id.
        """
        record = self.store.get(article_id)
        return self.authority([record]).settled(record)

    def related(self, article_id: str, *, size: int = _RELATED) -> "tuple[Related, ...]":
        """Articles that go together with an article, those of its story first. NotFound or Gone if
        there is none of that id.
        """
        return self.engine.related(self.store.get(article_id).number, size)

    def source(self, name: str) -> "Source":
        """What the archive has of a source. NotFound if it knows none of that name."""
        from archive.search.source import LATEST, Source, articles_from

        asked = articles_from(name, size=LATEST)
        answer = self.search(asked)
        chosen = next((v for v in answer.facets.get("source", ()) if v.chosen), None)
        if not answer.total or chosen is None:
            raise NotFound(f"the archive knows no source “{name[:60]}”")
        return Source(
            value=chosen.value,
            label=chosen.label,
            articles=answer.total,
            timeline=self.timeline(asked),
            facets=answer.facets,
            latest=answer.hits,
        )

    def cited(self, article_id: str, *, site: str = "") -> "Cited":
        """An article to be cited today; `site` is where the archive is served. NotFound or Gone if
        there is none of that id.
        """
        from archive.citation import Cited

        record = self.store.get(article_id)
        return Cited(record, f"{site}/articles/{record.id}" if site else "", _today())

    def versions(self, article_id: str) -> "tuple[Record, ...]":
        """All versions of an article, oldest first, the current one last. NotFound or Gone if there
        is no article of that id.
        """
        current = self.store.get(article_id)
        return (*self.store.versions(article_id), current)

    def story(self, article_id: str) -> "Story":
        """The story of an article. NotFound if there is none of that id."""
        return self.engine.story(self.store.get(article_id).number)

    def status(self) -> "Status":
        """What the archive holds, and what of it can be searched."""
        from archive.search.answer import Status

        fault, engine = None, None
        try:
            engine = self.engine
        except RebuildNeeded as error:
            fault = error.message
        manifest = engine.generation.manifest if engine else None
        change = int(manifest.facts["change"]) if manifest else 0
        changes = self.store.changes(change)
        counts = self._counts(changes.latest)
        return Status(
            articles=counts.articles,
            undated=counts.undated,
            sources=counts.sources,
            passages=counts.passages,
            first=counts.first,
            last=counts.last,
            generation=manifest.id if manifest else None,
            generation_articles=manifest.articles if manifest else 0,
            behind=len(changes.changed) + len(changes.deleted),
            model=engine.embedder.name if engine else self.settings.embedding_model,
            cutoff=engine.calibration.cutoff if engine else None,
            fault=fault,
        )

    def changes(self, since: int, *, most: int = 100) -> "tuple[Change, ...]":
        """The first changes of the record after a number; 0 is before all."""
        return tuple(self.store.change_feed(since, most))

    def _counts(self, change: int) -> "StoreCounts":
        """How much the record held after a change; counted once a change, since every page
        says it.
        """
        known = self._counted
        if known is None or known[0] != change:
            known = self._counted = change, self.store.counts()
        return known[1]

    def warm_up(self) -> None:
        """Load what a search needs, so that the first reader does not wait for it. An archive
        that cannot be searched yet is not an error here: each search will say so.
        """
        with suppress(ArchiveError):
            self.search(SearchRequest(q="news", size=1))

    def ready(self) -> None:
        """Nothing if a search can be answered; else RebuildNeeded or StoreError says why not."""
        self.engine.search(SearchRequest(size=1), today=_today())

    # Deciding.

    def authority(self, records: "Iterable[Record]" = ()) -> "Authority":
        """All that people decided about actors and places; who the actors of some articles are is
        looked up at once.
        """
        from archive.authority import Authority

        named = (mention.value for record in records for mention in record.mentions)
        return Authority(self.store.decisions(), self.store.known_actors(named))

    def decisions(self) -> "tuple[Decision, ...]":
        """The log of all that people decided, in its order, with what was undone by now."""
        from archive.authority import with_undone

        return with_undone(self.store.decisions())

    def evidence(self, article_id: str) -> "tuple[Evidence, ...]":
        """Why an article has its actors and places. NotFound if there is none of that id."""
        from archive.evidence import evidence_of

        record = self.store.get(article_id)
        authority = self.authority([record])
        named = {m.value for m in record.mentions if m.kind == "place"}
        if record.reported:
            named.add(record.reported)
        return evidence_of(record, authority, self._places_around(named, authority))

    def proposed(
        self,
        facet: "Literal['actor', 'place']",
        name: str,
        kind: "Decided",
        said: "Mapping[str, Any]",
        *,
        by: str,
    ) -> "Decision":
        """A decision in the words of a command or a form (`archive.decisions.proposed`), to be
        looked at (`preview`) or carried out (`decide`).
        """
        from archive.decisions import proposed

        now = datetime.now(UTC)
        return proposed(facet, name, kind, said, named=self.named, by=by, now=now)

    def undoing(self, number: int, *, by: str) -> "Decision":
        """The decision that undoes one of the log. NotFound, or InputError if it is undone."""
        from archive.decisions import undoing

        return undoing(self.decisions(), number, by=by, now=datetime.now(UTC))

    def decide(
        self,
        decisions: "Sequence[Decision]",
        *,
        patience: float | None = None,
        progress: Progress = silent,
    ) -> "Effect":
        """Store decisions with the articles that they concern, and bring the index up to date;
        returns what changed. An index that somebody builds for longer than `patience`, in seconds,
        has it when that is done.
        """
        from archive.decisions import carry_out

        effect = carry_out(self.store, decisions)
        try:
            wait = self.patience if patience is None else patience
            self.indexer.refresh(patience=wait, progress=progress)
        except Busy:
            return replace(effect, is_indexed=False)
        return effect

    def preview(self, decisions: "Sequence[Decision]") -> "Effect":
        """What decisions would change; nothing is stored."""
        from archive.decisions import preview

        return preview(self.store, decisions)

    def named(self, facet: "Literal['actor', 'place']", name: str) -> "Actor":
        """The actor or place that a value or a name stands for. NotFound if there is none,
        QueryError if there are several.
        """
        return self.engine.named(facet, name)

    def place_of(self, facet: "Literal['actor', 'place']", name: str) -> "Place | None":
        """A place as people decided; None for an actor, and for what no gazetteer has."""
        if facet == "actor":
            return None
        value = self.named(facet, name).value
        return self._decided_places([value]).get(value)

    def _decided_places(self, values: Iterable[str]) -> "dict[str, Place]":
        """Some places, all that was decided on, and what either lie in, as people decided."""
        authority = self.authority()
        return authority.places(self._places_around(values, authority))

    def _places_around(self, values: Iterable[str], authority: "Authority") -> "dict[str, Place]":
        """The same, as the gazetteer has them."""
        known = self.store.places([*{*values, *authority.decided_on("place")}])
        parents = {parent for place in known.values() for parent in place.parents}
        return known | self.store.places([*(parents - known.keys())])

    def profile(self, facet: "Literal['actor', 'place']", value: str) -> "Profile":
        """What the archive knows of an actor or a place, by its value or a name. NotFound if
        there is none, QueryError if there are several.
        """
        engine = self.engine
        name = engine.named(facet, value)
        if facet == "actor":
            known = self.authority().actor(name.value) or name
            return engine.profile(facet, known, related=lambda _: {name.value})
        places = self._decided_places([name.value])
        place = places.get(name.value)
        if place is not None:
            name = replace(name, wikidata=place.wikidata)
        parents = tuple(places[p] for p in place.parents if p in places) if place else ()
        around = {name.value, *(parent.value for parent in parents)}

        def related(values: Sequence[str]) -> set[str]:
            others = self._decided_places(values).values()
            return around | {other.value for other in others if name.value in other.parents}

        return engine.profile(facet, name, place=place, parents=parents, related=related)

    def namesakes(self, name: str) -> "tuple[Part, ...]":
        """The articles that name an actor, the newest ones first, in parts that name nobody and
        nothing in common: of people of one name each has its own. Of very many the newest alone
        are looked at.
        """
        from archive.namesakes import most_telling
        from archive.search.parting import parted

        engine = self.engine
        value = engine.named("actor", name).value
        request = SearchRequest(filters=(FacetFilter("actor", value),), sort=Sort.NEWEST)
        numbers = engine.ranked(request, most=_PARTED, today=_today())
        records = list(self.store.scan(numbers=numbers))
        authority = self.authority(records)
        found = {record.number: authority.settled(record) for record in records}
        most = most_telling(engine.generation.manifest.articles)
        return parted(
            [found[number] for number in numbers if number in found],
            value,
            lambda facet, other: engine.names.total(facet, other) <= most,
        )

    # Changing.

    def ingest(
        self,
        paths: Sequence[Path | str],
        *,
        columns: Mapping[str, str] | None = None,
        progress: Progress = silent,
    ) -> "IngestReport":
        """Take in files, folders and what lies at addresses, and make them searchable. `columns`
        names the columns of tables that stand for fields: {"title": "Headline"}.
        """
        from archive.readers import read

        return self._take_in(read(paths, columns=columns, web=self._web()), progress)

    def _take_in(
        self, documents: "Iterable[RawDocument | DocumentError]", progress: Progress
    ) -> "IngestReport":
        with self._ingester(spare=1) as ingester:
            report = ingester.ingest(documents, progress=progress)
        self.indexer.refresh(patience=inf, progress=progress)
        self.takedown.clear(patience=inf, progress=progress)
        return report

    @contextmanager
    def _ingester(
        self, embedder: "Embedder | None" = None, *, spare: int = 0
    ) -> "Iterator[Ingester]":
        """The way in, with processes that find names, for the model of the index or another; so
        many cores are left to what else is done meanwhile.
        """
        from archive.extract import Workers
        from archive.ingest import Ingester

        model = self.settings.spacy_model
        count = self.settings.workers or max(1, (os.cpu_count() or 1) - spare)
        with Workers(lambda: self.extractor, model=model, count=count) as workers:
            yield Ingester(
                self.store, lambda: workers, lambda: self._indexer_of(embedder or self.embedder)
            )

    def retry(
        self, origins: Sequence[str] = (), *, by: str, progress: Progress = silent
    ) -> "IngestReport":
        """Try again what was refused: all of it, or what has or lies in one of some origins.
        What the quarantine kept is read from there, the rest from where it came from.
        """
        from archive.readers import read

        self._note(by, "tried the quarantine again", ", ".join(origins) or "all of it")
        wanted = set(origins)

        def chosen() -> "Iterator[Refused]":
            for item in self.store.refused():
                if not wanted or item.error.origin in wanted or item.file in wanted:
                    yield item

        files = sorted({item.file for item in chosen() if item.raw is None})
        kept = (item.raw for item in chosen() if item.raw is not None)
        return self._take_in(chain(kept, read(files, web=self._web())), progress)

    def _web(self) -> "Web":
        from archive.fetch.fetcher import Fetcher
        from archive.readers import Web

        fetcher = Fetcher(private=self.settings.private_addresses, pause=self.settings.fetch_pause)
        return Web(fetcher, lambda url: url in self.store.known(origins=[url]).by_origin)

    def follow(self, url: str, *, minutes: int, by: str) -> None:
        """Follow a feed, or change how often. FetchError if its address may not be asked."""
        from archive.fetch.guard import checked
        from archive.store.feeds import Feed

        checked(url, private=self.settings.private_addresses)
        now = datetime.now(UTC)
        with self.store.writing() as writer:
            writer.feeds.put(Feed(url, minutes, added=now, due=now))
            writer.audit.note(by, "followed a feed", f"{url} every {minutes} minutes", now=now)

    def unfollow(self, url: str, *, by: str) -> None:
        """Follow a feed no more. NotFound if it was not followed."""
        with self.store.writing() as writer:
            writer.feeds.remove(url)
            writer.audit.note(by, "unfollowed a feed", url, now=datetime.now(UTC))

    def ask_soon(self, url: str, *, by: str) -> None:
        """A feed is due at once. NotFound if it is not followed."""
        now = datetime.now(UTC)
        with self.store.writing() as writer:
            writer.feeds.hasten(url, now=now)
            writer.audit.note(by, "asked a feed", url, now=now)

    def poll(self, *, due_only: bool = True, progress: Progress = silent) -> "IngestReport":
        """Ask the feeds that are due (or all), and take in the pages that are new."""
        from archive.feeds import Poll
        from archive.ingest import IngestReport

        now = datetime.now(UTC)
        feeds = [f for f in self.store.feeds() if not f.gone and (f.due <= now or not due_only)]
        if not feeds:
            return IngestReport(0, 0, 0, 0, 0, ())
        web = self._web()
        poll = Poll(feeds, web.fetcher, web.known)
        report = self._take_in(poll.documents(), progress)
        with self.store.writing() as writer:
            for before, after in poll.asked:
                writer.feeds.put(after, before=before.url)
        return report

    def rebuild(
        self, *, model: str | None = None, reprocess: bool = False, progress: Progress = silent
    ) -> "RebuildReport":
        """Build all indexes anew from the store and publish them.

        `model` moves to another embedding model: passages are cut for it, and the old generation
        answers until the new one is there. `reprocess` makes all articles anew from their raw
        input. Either goes on where it was stopped.
        """
        from archive.reprocess import Reprocessor

        embedder = self._embedder_of(model) if model else self.embedder
        indexer = self._indexer_of(embedder)
        again = Reprocessor(self.store, embedder, self.settings.generations / ".reprocess.json")

        def first() -> None:
            if reprocess:
                with self._ingester(embedder) as ingester:
                    names = self.settings.spacy_model
                    again.from_raw(ingester, names=names, progress=progress)
            elif model:
                again.passages(progress=progress)

        report = indexer.rebuild(first=first, patience=inf, progress=progress)
        again.finish()
        self.takedown.clear(patience=inf, progress=progress)
        return report

    def back_up(self, target: Path, *, by: str, progress: Progress = silent) -> "Backup":
        """Write a backup (`archive.backup`); others read and write on meanwhile."""
        from archive.backup import back_up

        told = back_up(self.store, self.settings, target, progress=progress)
        self._note(by, "made a backup", target.name)
        return told

    def generations(self, *, thorough: bool = False) -> "tuple[GenerationView, ...]":
        """The generations that are kept, newest first, with what is wrong with each;
        `thorough` reads every byte of them, and asks the current one what brute force and the
        record answer, too.
        """
        from archive.checks import disagreements
        from archive.search.answer import GenerationView
        from indexes.errors import IndexDamaged
        from indexes.generation import Manifest, current, generations, open_named

        root = self.settings.generations
        published = current(root)
        found = []
        for name in generations(root):
            faults: tuple[str, ...] = ()
            manifest = None
            try:
                manifest = Manifest.read(root / name)
                if thorough:
                    opened = open_named(root, name)
                    faults = tuple(opened.faults(thorough=True))
                    if name == published and not faults:
                        cutoff = float(manifest.facts["calibration"]["cutoff"])
                        faults = tuple(disagreements(opened, self.store, cutoff=cutoff))
            except IndexDamaged as error:
                faults = (str(error),)
            found.append(
                GenerationView(
                    name=name,
                    current=name == published,
                    created=manifest.created if manifest else None,
                    articles=manifest.articles if manifest else 0,
                    passages=manifest.passages if manifest else 0,
                    model=str(manifest.facts.get("model", "")) if manifest else "",
                    faults=faults,
                )
            )
        return tuple(found)

    def roll_back(self, name: str | None = None, *, by: str) -> str:
        """Let an earlier generation answer (`Indexer.roll_back`); returns its name."""
        chosen = self.indexer.roll_back(name)
        self._note(by, "went back to a generation", chosen)
        return chosen

    def prune(self, *, keep: int, by: str) -> list[str]:
        """Delete old generations (`Indexer.prune`); returns their names."""
        gone = self.indexer.prune(keep=keep)
        self._note(by, "deleted generations", ", ".join(gone) or "none")
        return gone

    # Who did what.

    def audit(
        self, *, size: int, before: int | None = None, by: str = "", what: str = ""
    ) -> "tuple[Act, ...]":
        """The last acts, the newest first: those before the one of a number, by somebody, of a
        kind.
        """
        with self.store.audit() as log:
            return log.acts(size=size, before=before, by=by, what=what)

    def _note(self, by: str, what: str, about: str) -> None:
        with self.store.writing() as writer:
            writer.audit.note(by, what, about, now=datetime.now(UTC))

    # Parts, made when they are first needed.

    @cached_property
    def store(self) -> "Store":
        """The database."""
        from archive.store import Store

        if self.settings.database_url is None:
            try:
                self.settings.home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"the archive's home {self.settings.home} cannot be made: {error.strerror}",
                    hint="set ARCHIVE_HOME to a folder that you may write to",
                ) from error
        return Store.open(self.settings.store_url)

    @cached_property
    def accounts(self) -> "Accounts":
        """Who may sign in, and who is."""
        from archive.accounts import Accounts

        return Accounts(self.store)

    @cached_property
    def keys(self) -> "Keys":
        """What programs show to act for an account."""
        from archive.keys import Keys

        return Keys(self.store)

    @cached_property
    def saved(self) -> "SavedSearches":
        """Searches that accounts keep."""
        from archive.saved import SavedSearches

        return SavedSearches(self.store, self.found, lambda: self.engine.generation.id)

    @cached_property
    def alerts(self) -> "Alerts":
        """Who is told what is new to saved searches."""
        from archive.alerts import Alerts
        from archive.sending import Post

        settings = self.settings
        post = Post(settings.site_url, settings.private_addresses, settings.smtp)
        return Alerts(
            self.store, post, found=self.found, total=lambda request: self.search(request).total
        )

    @cached_property
    def collections(self) -> "Collections":
        """Articles that accounts put aside."""
        from archive.collections import Collections

        return Collections(self.store)

    @cached_property
    def jobs(self) -> "Jobs":
        """Commands that run beside a server over this archive."""
        from archive.jobs import Jobs

        return Jobs(self.settings)

    @property
    def embedder(self) -> "Embedder":
        """The embedding model: the one that is set, else that of the published generation, else
        the default one.
        """
        if "embedding_model" in self.settings.model_fields_set:
            return self._embedder_of(self.settings.embedding_model)
        return self._embedder_of(self._asked_by_index() or self.settings.embedding_model)

    def _embedder_of(self, model: str) -> "Embedder":
        from archive.embed import load_embedder

        with self._lock:
            if model not in self._embedders:
                self._embedders[model] = load_embedder(model, self.settings.models)
            return self._embedders[model]

    def _asked_by_index(self) -> str | None:
        """The model that the published generation was built for; None if there is none."""
        from indexes.errors import IndexUnusable
        from indexes.generation import Manifest, current

        name = current(self.settings.generations)
        if name is None:
            return None
        with self._lock:
            if self._asked is None or self._asked[0] != name:
                try:
                    facts = Manifest.read(self.settings.generations / name).facts
                    self._asked = name, str(facts["model_asked"])
                except (IndexUnusable, KeyError):
                    return None
            return self._asked[1]

    @cached_property
    def reranker(self) -> "Reranker | None":
        """What reads the best hits once more, if a model is set."""
        if self.settings.rerank_model is None:
            return None
        from archive.rerank import CrossEncoder

        return CrossEncoder(self.settings.rerank_model)

    @cached_property
    def extractor(self) -> "Extractor":
        """What finds names and places."""
        from archive.extract import Extractor

        return Extractor(self.settings.spacy_model)

    @property
    def vectors(self) -> "VectorCache":
        """Vectors computed before."""
        return self.indexer.cache

    @property
    def indexer(self) -> "Indexer":
        """What builds generations."""
        return self._indexer_of(self.embedder)

    def _indexer_of(self, embedder: "Embedder") -> "Indexer":
        from archive.rebuild import Indexer
        from archive.vectors import VectorCache

        cache = VectorCache(self.settings.vectors, embedder.key)
        return Indexer(self.store, embedder, cache, self.settings.generations)

    @cached_property
    def takedown(self) -> "Takedown":
        """What removes articles, and shows that they are gone."""
        from archive.takedown import Takedown

        settings = self.settings
        return Takedown(self.store, lambda: self.indexer, settings.home, settings.vectors)

    @property
    def engine(self) -> "Engine":
        """The engine of the current generation. RebuildNeeded if there is none to be used."""
        from indexes.generation import current

        return self._engine(current(self.settings.generations))

    def _engine_for(self, request: SearchRequest, of: FacetList | None = None) -> "Engine":
        """The generation that the request's cursor began in while it is kept, else the current:
        pages of one search stay one search while indexes are swapped. QueryError for a request
        that no archive could answer, even where there is no index yet.
        """
        from archive.search.cursor import decode
        from archive.search.plan import check

        check(request)
        at = decode(request, of)
        if at is not None and (self.settings.generations / at[0]).is_dir():
            return self._engine(at[0])
        return self.engine

    def _engine(self, name: str | None) -> "Engine":
        from archive.calibration import Calibration
        from archive.search.engine import Engine
        from archive.search.raising import Raising
        from indexes.errors import IndexUnusable
        from indexes.generation import open_named

        with self._lock:
            if name is not None and name in self._engines:
                self._engines.move_to_end(name)
                return self._engines[name]
            try:
                generation = open_named(self.settings.generations, name)
                asked = str(generation.manifest.facts["model_asked"])
                calibration = Calibration(**generation.manifest.facts["calibration"])
            except (IndexUnusable, KeyError, TypeError) as error:
                raise RebuildNeeded(f"the search index cannot be used: {error}") from error
            # Whatever model is set: queries are embedded as the passages of the generation were.
            embedder = self._embedder_of(asked)
            self._indexer_of(embedder).check_model(generation)
            raising = Raising(
                names=self.settings.name_weight,
                recency=self.settings.recency_weight,
                half_life=self.settings.recency_days,
            )
            engine = Engine(generation, self.store, embedder, calibration, raising, self.reranker)
            self._engines[generation.id] = engine
            while len(self._engines) > _ENGINES_KEPT:
                self._engines.popitem(last=False)
            return engine


def open_archive(settings: Settings | None = None) -> Archive:
    """Open the archive that the settings name (by default those of the environment)."""
    return Archive(settings or read_settings())


def _today() -> date:
    return datetime.now(UTC).date()
