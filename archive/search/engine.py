"""One search over one generation: request in, answer out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import islice
from time import perf_counter
from typing import Literal

import numpy as np

from archive.calibration import Calibration
from archive.embed import Embedder
from archive.errors import NotFound, QueryError
from archive.novelty import Numbers
from archive.query.parse import parse
from archive.query.request import CALENDARS, Count, FacetList, Mode, SearchRequest, Sort
from archive.query.syntax import Node, Published, Query, SpokenOf, dates_in, render
from archive.rerank import Reranker
from archive.search import cursor
from archive.search.answer import (
    Answer,
    Around,
    Facet,
    FacetValue,
    GroupFilter,
    Hit,
    Notice,
    Related,
    ResolvedDate,
    Snippet,
    StoryCount,
    Suggestion,
    Understood,
    Why,
)
from archive.search.collapse import foremost, groups_of
from archive.search.expression import LONGEST_CONJUNCTION, Evaluator, Wanted
from archive.search.facet_list import listed
from archive.search.loosening import Looser, looser
from archive.search.meant import meant
from archive.search.names import Names
from archive.search.place_tree import WORLD, PlaceTree
from archive.search.plan import WITHOUT, Plan, period_mask, plan
from archive.search.profile import Profile, beside, dated, having, newest, periods
from archive.search.raising import NOTHING, Raising, freshness, named_share
from archive.search.ranking import keys, order
from archive.search.result_set import Matcher, Matches, ResultSet
from archive.search.snippets import (
    best_by_words,
    closest_sentences,
    counted,
    marks,
    word_matches,
)
from archive.search.story import Story, shared, story_of
from archive.search.timeline import Timeline, timeline
from archive.search.times import times_in
from archive.search.together import Together
from archive.search.why import explain, parts_of
from archive.store import Store
from archive.types import Actor, MentionKind, Place, PlaceKind, Record
from indexes.columns import Unit
from indexes.generation import Generation
from indexes.names import Codes, fold
from indexes.terms import TITLE_WEIGHT
from indexes.types import Label, Mask, Ordinals, Scores, Vectors
from indexes.values import Values

SHOWN_VALUES = 20
_HIT_VALUES = 4
_NAMES_OFFERED = 4
_LATEST = 6
# Hits that a reranker reads: it takes far longer than all the rest of a search.
_RERANKED = 50
_OF_SUBJECTS = ("actor", "place")
CONTINENT = "continent"
# Matches of a common word at a million passages are some megabytes.
_CACHED_QUERIES = 16
# Masks and counts of all values of one at a million passages are some megabytes.
_RESULT_SETS_KEPT = 4
_LEAD_CHARACTERS = 320
# Periods spoken of that an answer holds; the facet's own list has them all.
_MOST_YEARS = 60
_MOST_MONTHS = 36


@dataclass(frozen=True)
class Engine:
    """Answers searches from one generation; it holds nothing that changes."""

    generation: Generation
    store: Store
    embedder: Embedder
    calibration: Calibration
    raising: Raising = NOTHING
    reranker: Reranker | None = None

    @cached_property
    def names(self) -> Names:
        """The names of all facet values."""
        live = self.generation.live
        columns = self.generation.columns
        return Names(columns, {f: c.counts(live) for f, c in columns.items()})

    def search(self, request: SearchRequest, *, today: date) -> Answer:
        """One page of the result set of a checked request (`plan.check`). QueryError names a date
        or a cursor that cannot be used.
        """
        clock = _Clock()
        at = cursor.decode(request)
        position = at[1] if at else 0
        results, query, planned, notices = self._results(request, today)
        clock.lap("match")
        last = position + request.size
        matches, ranked, total = self._ranked(results, request, query, first=last)
        page = ranked[position:last]
        clock.lap("rank")
        folded = self._folded(results, page)
        hits = self._hits(page, matches, request, query, folded)
        clock.lap("hits")
        facets = {facet: self.facet_values(results, planned, facet) for facet in self._facets}
        clock.lap("facets")
        return Answer(
            query=self._understood(request, query, planned, matches, today),
            total=total,
            hits=hits,
            facets=facets,
            position=position,
            next=self._cursor(request, position + request.size, total),
            previous=self._cursor(request, max(0, position - request.size), total)
            if position
            else None,
            generation=self.generation.id,
            notices=tuple(dict.fromkeys(notices)),
            milliseconds=clock.laps,
        )

    def ranked(self, request: SearchRequest, *, most: int, today: date) -> list[int]:
        """The numbers of the first articles of a result set, best first."""
        results, query, *_ = self._results(request, today)
        matches, rows, _ = self._ranked(results, request, query, first=most)
        return [int(n) for n in self.generation.numbers[matches.articles[rows]]]

    def members(self, request: SearchRequest, *, today: date) -> Numbers:
        """The numbers of all articles of a result set, ascending."""
        results = self._results(request, today)[0]
        return np.sort(self.generation.numbers[results.filtered])

    def timeline(self, request: SearchRequest, *, today: date) -> Timeline:
        """The articles of a result set over time, beside all that the archive holds."""
        results, _, planned, _ = self._results(request, today)
        return timeline(results, planned.resolved, self._held)

    @cached_property
    def _held(self) -> Callable[[Unit], dict[str, int]]:
        """How many articles there are in each period; counted once."""

        @lru_cache
        def counted(unit: Unit) -> dict[str, int]:
            return dict(self.generation.days.periods(self.generation.live, unit))

        return counted

    def stories(self, request: SearchRequest, most: int, *, today: date) -> tuple[StoryCount, ...]:
        """The stories with most articles in a result set; those with one alone are left out."""
        results = self._results(request, today)[0]
        groups, members = self.generation.groups[Count.STORIES], results.filtered
        counts = np.bincount(groups.first[members], minlength=len(members))
        firsts = np.flatnonzero(counts > 1)
        firsts = firsts[np.lexsort((firsts, -counts[firsts]))[:most]]
        records = self.store.records(self.generation.numbers[firsts].tolist())
        found = []
        for first in firsts.tolist():
            if record := records.get(int(self.generation.numbers[first])):
                total = results.counted(members & groups.having(first))
                found.append(StoryCount(record.id, record.article.title, total))
        return tuple(found)

    def looser(self, request: SearchRequest, *, today: date) -> tuple[Looser, ...]:
        """What to give up for a request to find something, most articles first."""
        found: dict[SearchRequest, Looser] = {}
        for less in looser(request, today=today):
            results, *_ = self._results(less.request, today)
            if total := results.counted(results.filtered):
                found.setdefault(less.request, replace(less, total=total))
        return tuple(sorted(found.values(), key=lambda less: -less.total))

    def around(self, request: SearchRequest, position: int, *, today: date) -> Around:
        """The articles beside the one at a rank (from 0) of a result set."""
        results, query, *_ = self._results(request, today)
        matches, rows, total = self._ranked(results, request, query, first=position + 2)
        numbers = self.generation.numbers[matches.articles[rows]].tolist()
        ids = self.store.ids(numbers[max(0, position - 1) :])
        before, here, after = (
            ids.get(numbers[at]) if 0 <= at < len(numbers) else None
            for at in (position - 1, position, position + 1)
        )
        start = position - position % request.size
        return Around(
            position=position,
            total=total,
            before=before,
            here=here,
            after=after,
            page=self._cursor(request, start, total) if start else None,
        )

    def facet(
        self,
        request: SearchRequest,
        asked: FacetList,
        *,
        size: int,
        today: date,
        around: Callable[[], Mapping[str, tuple[str, ...]]] = dict,
    ) -> Facet:
        """Part of the whole list of a facet's values for a checked request. `around` tells what
        each place lies in, the nearest first; it is asked once.
        """
        at = cursor.decode(request, asked)
        position = at[1] if at else 0
        last = position + size
        results, _, planned, _ = self._results(request, today)
        chosen = _chosen(planned, asked.name)
        shown: Sequence[FacetValue]
        initials: tuple[str, ...] = ()
        if asked.name in CALENDARS:
            periods = self._period_values(results, asked.name, chosen, whole=True)
            found = [
                v for v in periods if v.label.startswith(asked.initial) and asked.find in v.label
            ]
            shown, total = found[position:last], len(found)
        else:
            counts, value_of = self._valued(results, asked.name, chosen)
            values = self.generation.columns[asked.name].values
            kept = _codes(values, chosen)
            codes = np.union1d(np.flatnonzero(counts), kept)
            inside = None
            if asked.under:
                codes, inside = self._level(asked, codes, around)
            codes, initials = listed(values, counts, kept, asked, codes)
            shown = [
                replace(value_of(code), inside=int(inside[code]) if inside is not None else None)
                for code in codes[position:last].tolist()
            ]
            total = len(codes)

        def cursor_to(start: int) -> str:
            return cursor.encode(self.generation.id, request, start, asked)

        return Facet(
            name=asked.name,
            values=tuple(shown),
            total=total,
            initials=initials,
            position=position,
            next=cursor_to(last) if last < total else None,
            previous=cursor_to(max(0, position - size)) if position else None,
        )

    def _level(
        self,
        asked: FacetList,
        found: Codes,
        around: Callable[[], Mapping[str, tuple[str, ...]]],
    ) -> tuple[Codes, Ordinals]:
        """Those of the places found that lie directly in the one asked for; and by code, how many
        of those found lie directly in each.
        """
        values = self.generation.columns[asked.name].values
        if asked.name not in self._trees:
            self._trees[asked.name] = PlaceTree.of(values, around())
        shown = np.zeros(len(values), np.bool_)
        shown[found] = True
        parents = self._trees[asked.name].parents(shown)[found]
        at = -1 if asked.under == WORLD else values.code(asked.under)
        inside = np.bincount(parents[parents >= 0], minlength=len(values))
        return found[parents == at] if at is not None else found[:0], inside

    @cached_property
    def _trees(self) -> dict[str, PlaceTree]:
        return {}

    def why(self, request: SearchRequest, record: Record, *, today: date) -> Why:
        """Why an article is in the result set of a checked request, or why not."""
        results, query, planned, notices = self._results(request, today)
        matches, *_ = self._ranked(results, request, query, first=1)
        meaning = request.mode is not Mode.WORDS and query.plain.strip()
        return explain(
            record,
            request,
            replace(results, matches=matches),
            planned,
            evaluator=Evaluator(self.generation, self.names, notices),
            calibration=self.calibration,
            query=query,
            vector=self._query_vector(query.plain) if meaning else None,
        )

    def suggest(self, prefix: str, size: int) -> tuple[Suggestion, ...]:
        """Facet values with a word that begins like this."""
        return self.names.suggest(prefix, size)

    def story(self, number: int) -> Story:
        """The story of an article. NotFound if the generation does not hold it."""
        ordinal = int(self.generation.ordinals(np.array([number]))[0])
        if ordinal < 0:
            raise NotFound(
                "this article is stored, but not indexed yet",
                hint="`archive ingest` or `archive rebuild` does that",
            )
        return story_of(self.generation, ordinal, self.by_number)

    def related(self, number: int, size: int) -> tuple[Related, ...]:
        """Articles nearest in meaning to an article, those of its story first; itself, its
        copies, and what is not near are left out.
        """
        ordinal = int(self.generation.ordinals(np.array([number]))[0])
        if ordinal < 0:
            return ()
        stories = self.generation.groups["stories"].first
        related = []
        for other, hit in self._near(ordinal, size):
            same = bool(stories[other] == stories[ordinal])
            labels = shared(self.generation, self.names.totals, ordinal, other)
            related.append(Related(hit, same, labels))
        return tuple(sorted(related, key=lambda r: not r.same_story))

    def _near(self, ordinal: int, size: int) -> list[tuple[int, Hit]]:
        vectors = self.generation.dense.vectors(self.generation.passages_of(ordinal))
        if not len(vectors):
            return []
        centre = vectors.mean(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        matches = self._matcher.near(centre, leaving_out=ordinal)
        # Each text once, the nearest of its articles.
        copies = self.generation.groups["copies"].first
        texts = copies[matches.articles]
        by = (-matches.scores.astype(np.float64), self.generation.numbers[matches.articles])
        rows = foremost(texts, by)
        rows = rows[texts[rows] != copies[ordinal]]
        page = rows[self._order(SearchRequest(), matches, rows, first=size)]
        ordinals = matches.articles[page].tolist()
        numbers = self.generation.numbers[ordinals].tolist()
        found = self._hits(page, matches, SearchRequest(), parse("", today=date.min))
        hits = self._numbered(numbers, found)
        return [(at, hits[n]) for at, n in zip(ordinals, numbers, strict=True) if n in hits]

    def hits(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        """Given articles as hits without a query; those that are not indexed are left out."""
        ordinals = self.generation.ordinals(np.array(numbers, np.int64))
        matches = self._matcher.these(ordinals[ordinals >= 0])
        query = parse("", today=date.min)
        return self._hits(np.arange(len(matches.articles)), matches, SearchRequest(), query)

    def by_number(self, numbers: Sequence[int]) -> dict[int, Hit]:
        """The same, by number."""
        return self._numbered(numbers, self.hits(numbers))

    def _numbered(self, numbers: Sequence[int], hits: Iterable[Hit]) -> dict[int, Hit]:
        """Hits of some articles, by number."""
        by_id = {hit.id: hit for hit in hits}
        ids = self.store.ids(numbers)
        return {number: by_id[id_] for number, id_ in ids.items() if id_ in by_id}

    def facet_values(self, results: ResultSet, planned: Plan, facet: str) -> tuple[FacetValue, ...]:
        """The first values of a facet with their counts: those chosen, then by count and name.
        Dates stand in their own order: years, months, undated. What is too large to tell much is
        left out: continents would head every list.
        """
        chosen = _chosen(planned, facet)
        if facet in CALENDARS:
            return self._period_values(results, facet, chosen, whole=False)
        values = self.generation.columns[facet].values
        counts, value_of = self._valued(results, facet, chosen)
        codes = np.union1d(_most_counted(counts, values.is_kind(CONTINENT)), _codes(values, chosen))
        shown = [value_of(code) for code in codes.tolist()]
        shown.sort(key=lambda v: (v.chosen is None, -v.count, fold(v.label), v.value))
        return tuple(shown[: max(SHOWN_VALUES, len(chosen))])

    def _valued(
        self, results: ResultSet, facet: str, chosen: Mapping[str, str]
    ) -> tuple[Ordinals, Callable[[int], FacetValue]]:
        """The total that choosing each value of a facet gives, or for one excluded what it takes
        away, by code; and how a value is told.
        """
        values = self.generation.columns[facet].values
        counts, taken_away = results.counts(facet)
        about = results.counts("about") if facet in _OF_SUBJECTS else None
        if taken_away:
            counts = counts.copy()
            for name, count in taken_away.items():
                if (code := values.code(name)) is not None:
                    counts[code] = count

        def value_of(code: int) -> FacetValue:
            name, label = values[code], values.label(code)
            return FacetValue(
                value=name,
                label=label.name,
                count=int(counts[code]),
                chosen=chosen.get(name),
                kind=_kind(label.kind),
                main=self._main(name, *about) if about else None,
            )

        return counts, value_of

    def _main(self, name: str, counts: Ordinals, taken_away: Mapping[str, int]) -> int:
        """How many articles are about a value, in the words of the facet "about"."""
        code = self.generation.columns["about"].values.code(name)
        return taken_away.get(name, int(counts[code]) if code is not None else 0)

    def named(self, facet: str, name: str) -> Actor:
        """What a value or a name stands for. NotFound, or QueryError if it could be several."""
        values = self.names.resolve(facet, name)
        if not values:
            raise NotFound(
                f"the archive knows no {facet} “{name[:60]}”",
                hint=f"`archive {facet}s list --find …` lists names with a part in them",
            )
        known = self.generation.columns[facet].values
        if len(values) > 1:
            raise QueryError(
                f"“{name[:60]}” could be {len(values)} of them",
                hint="name one: " + ", ".join(values[:6]),
                field=facet,
            )
        code = known.code(values[0])
        label = known.label(code) if code is not None else Label(values[0])
        # A country is a place among places, and acts among actors.
        kind = (_actor_kind(label.kind) if facet == "actor" else None) or "place"
        return Actor(value=values[0], label=label.name, kind=kind, aliases=label.aliases)

    def profile(
        self,
        facet: Literal["actor", "place"],
        name: Actor,
        *,
        place: Place | None = None,
        parents: tuple[Place, ...] = (),
        related: Callable[[Sequence[str]], Collection[str]],
    ) -> Profile:
        """What the generation knows of an actor or a place; of some values `related` ones are no
        company.
        """
        generation = self.generation
        mask = having(generation, facet, name.value)
        first, last = dated(generation, mask)
        return Profile(
            facet=facet,
            name=name,
            articles=int(mask.sum()),
            main=int(having(generation, "about", name.value).sum()),
            first=first,
            last=last,
            dates=periods(generation, mask),
            actors=beside(generation, "actor", mask, related),
            places=beside(generation, "place", mask, related),
            latest=self.hits(newest(generation, mask, _LATEST)),
            place=place,
            parents=parents,
        )

    @property
    def _facets(self) -> Iterable[str]:
        return (*CALENDARS, *self.generation.columns)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.generation, self.calibration)

    def _results(
        self, request: SearchRequest, today: date
    ) -> tuple[ResultSet, Query, Plan, list[Notice]]:
        results, query, planned, notices = self._laid(_bare(request), today)
        return results, query, planned, [*notices]

    @cached_property
    def _laid(
        self,
    ) -> Callable[[SearchRequest, date], tuple[ResultSet, Query, Plan, Sequence[Notice]]]:
        """Result sets with all that was counted of them. The last ones are remembered: a page asks
        one for its hits, facets, times and stories.
        """

        @lru_cache(maxsize=_RESULT_SETS_KEPT)
        def remembered(
            request: SearchRequest, today: date
        ) -> tuple[ResultSet, Query, Plan, Sequence[Notice]]:
            query = parse(request.q, today=today)
            notices = [Notice(n.message) for n in query.notices]
            evaluator = Evaluator(self.generation, self.names, notices)
            planned = plan(request, query, evaluator, self._grouped(request, notices))
            matches = self._matches(query, request.mode, today)
            notices.extend(matches.notices)
            groups = self.generation.groups.get(request.count)
            if request.together:
                planned, matches = self._together(request, query, planned, matches, notices)
            results = ResultSet(self.generation, matches, planned.filters, groups)
            return results, query, planned, notices

        return remembered

    def _together(
        self,
        request: SearchRequest,
        query: Query,
        planned: Plan,
        matches: Matches,
        notices: list[Notice],
    ) -> tuple[Plan, Matches]:
        """The plan that wants actor, place and meaning in one passage, and matches that show that
        passage; as they are, with a notice, where no passage is near in meaning.
        """
        if request.mode is Mode.WORDS or query.words is None or not query.plain.strip():
            message = "“in one passage” wants words to be near in meaning; it was left aside"
            notices.append(Notice(message, field="together"))
            return planned, matches
        vector = self._query_vector(query.plain)
        near = self.generation.dense.similar(vector, self.calibration.cutoff)
        together = Together.of(self.generation, near, planned.resolved)
        articles, passages, scores = together.best()
        rows = np.searchsorted(matches.articles, articles)
        rows[rows == len(matches.articles)] = 0
        same = matches.articles[rows] == articles if len(matches.articles) else rows == -1
        passage, similarity = matches.passage.copy(), matches.similarity.copy()
        passage[rows[same]], similarity[rows[same]] = passages[same], scores[same]
        shown = replace(matches, passage=passage, similarity=similarity)
        return replace(planned, filters=replace(planned.filters, together=together)), shown

    def _grouped(
        self, request: SearchRequest, notices: list[Notice]
    ) -> list[tuple[GroupFilter, Mask]]:
        """The filters by a story or by copies, with the articles that pass each."""
        found = []
        for field, name, id_ in (
            ("story", Count.STORIES, request.story),
            ("copies-of", Count.COPIES, request.copies_of),
        ):
            if not id_:
                continue
            number, title = self.store.title(id_) or (0, "")
            ordinal = int(self.generation.ordinals(np.array([number]))[0])
            mask = np.zeros(len(self.generation.numbers), np.bool_)
            if ordinal >= 0:
                mask = self.generation.groups[name].having(ordinal)
            else:
                notices.append(Notice(f"the archive knows no article “{id_[:40]}”", field=field))
            found.append((GroupFilter(field, id_, title), mask))
        return found

    @cached_property
    def _matches(self) -> Callable[[Query, Mode, date], Matches]:
        """Matches of a query; the last ones are remembered, so that choosing filters and
        turning pages does not search again.
        """

        @lru_cache(maxsize=_CACHED_QUERIES)
        def remembered(query: Query, mode: Mode, today: date) -> Matches:
            meaning = mode is not Mode.WORDS and query.words is not None and query.plain.strip()
            vector = self._query_vector(query.plain) if meaning else None
            evaluator = Evaluator(self.generation, self.names, [])
            matches = self._matcher.matches(query, mode, vector, evaluator)
            if self.raising.is_on and query.words is not None:
                matches = self._raised(matches, query, today)
            return matches

        return remembered

    def _raised(self, matches: Matches, query: Query, today: date) -> Matches:
        """The matches with what names and being new add."""
        generation, articles, raising = self.generation, matches.articles, self.raising
        names = self._recognised(query, today)
        fresh = freshness(generation.moments, articles, raising.half_life)
        return replace(
            matches,
            from_names=raising.names * named_share(generation, names, articles),
            from_recency=raising.recency * fresh,
        )

    def _recognised(self, query: Query, today: date) -> tuple[Suggestion, ...]:
        """The names and times in the plain words of a query, as filters that could be chosen."""
        times = islice(times_in(query.plain, today, self.generation), _NAMES_OFFERED)
        return (*self.names.recognised(query.plain, _NAMES_OFFERED), *times)

    @cached_property
    def _meant(self) -> Callable[[Node], str | None]:
        def texts(numbers: Sequence[int]) -> Iterable[str]:
            found = self.store.records(list(numbers)).values()
            return (f"{record.article.title}\n{record.article.text}" for record in found)

        @lru_cache(maxsize=_CACHED_QUERIES)
        def remembered(root: Node) -> str | None:
            tree = meant(root, self.generation, texts)
            return render(tree) if tree is not None else None

        return remembered

    @cached_property
    def _query_vector(self) -> Callable[[str], Vectors]:
        @lru_cache(maxsize=_CACHED_QUERIES)
        def remembered(text: str) -> Vectors:
            vector: Vectors = self.embedder.queries([text])[0]
            return vector

        return remembered

    def _ranked(
        self, results: ResultSet, request: SearchRequest, query: Query, *, first: int
    ) -> tuple[Matches, Ordinals, int]:
        """All matches, the rows of the first ones in the result set, and how many there are:
        of articles that count as one the one that comes first.
        """
        members, matches = results.members, results.matches
        if results.groups is not None:
            articles = matches.articles[members]
            by = keys(request.sort, matches.scores[members], self.generation.moments[articles])
            numbers = self.generation.numbers[articles]
            members = members[foremost(results.groups.first[articles], (*by, numbers))]
        if self.reranker and request.sort is Sort.RELEVANCE and query.plain.strip():
            best = members[self._order(request, matches, members, first=_RERANKED)]
            added = np.zeros(len(matches.articles), np.float32)
            added[best] = self._reranking(query.plain, self._best_texts(matches, best))
            matches = replace(matches, from_reranking=added)
        rows = members[self._order(request, matches, members, first=first)]
        return matches, rows, len(members)

    def _best_texts(self, matches: Matches, rows: Ordinals) -> tuple[str, ...]:
        """For each of some matches its headline and best passage, or its first."""
        articles = matches.articles[rows].tolist()
        numbers = self.generation.numbers[articles].tolist()
        records = self.store.records(numbers)
        texts = []
        for number, article, nearest in zip(
            numbers, articles, matches.passage[rows].tolist(), strict=True
        ):
            own = self.generation.passages_of(article)
            if number not in records or not len(own):
                texts.append("")
                continue
            start, end = self.generation.passage_spans[nearest if nearest >= 0 else own[0]]
            found = records[number].article
            texts.append(f"{found.title}\n{found.text[start:end]}")
        return tuple(texts)

    @cached_property
    def _reranking(self) -> Callable[[str, tuple[str, ...]], Scores]:
        """The reranker's scores; the last ones are remembered for the next page."""

        @lru_cache(maxsize=_CACHED_QUERIES)
        def remembered(query: str, texts: tuple[str, ...]) -> Scores:
            if self.reranker is None or not texts:
                return np.zeros(len(texts), np.float32)
            return self.reranker.scores(query, texts)

        return remembered

    def _folded(self, results: ResultSet, rows: Ordinals) -> list[int]:
        """How many other articles of the result set each row stands for."""
        if results.groups is None:
            return [0] * len(rows)
        articles = results.matches.articles
        members = np.bincount(results.groups.first[articles[results.members]])
        return [int(n) - 1 for n in members[results.groups.first[articles[rows]]]]

    def _order(
        self, request: SearchRequest, matches: Matches, rows: Ordinals, *, first: int
    ) -> Ordinals:
        articles = matches.articles[rows]
        return order(
            request.sort,
            scores=matches.scores[rows],
            moments=self.generation.moments[articles],
            numbers=self.generation.numbers[articles],
            first=first,
        )

    def _hits(
        self,
        rows: Ordinals,
        matches: Matches,
        request: SearchRequest,
        query: Query,
        folded: Sequence[int] = (),
    ) -> tuple[Hit, ...]:
        ordinals = matches.articles[rows].tolist()
        numbers = self.generation.numbers[ordinals].tolist()
        records = self.store.records(numbers)
        # An article that was taken down a moment ago is in the index but not in the store.
        rows_of = {n: r for n, r in zip(numbers, rows.tolist(), strict=True) if n in records}
        snippets = {n: self._snippet(records[n], matches, r) for n, r in rows_of.items()}
        if request.mode is not Mode.WORDS and query.plain.strip() and snippets:
            near = [n for n, r in rows_of.items() if not np.isnan(matches.similarity[r])]
            closest = closest_sentences(
                [snippets[n] for n in near],
                [records[n].article.language for n in near],
                query.plain,
                self.embedder.gists,
            )
            for n, span in zip(near, closest, strict=True):
                snippets[n] = replace(snippets[n], closest=span)
        copies, stories = (
            dict(
                zip(
                    numbers, groups_of(self.generation, name, ordinals, self.store.ids), strict=True
                )
            )
            for name in (Count.COPIES, Count.STORIES)
        )
        standing = dict(zip(numbers, folded, strict=True)) if folded else {}
        times = dict(zip(numbers, self._times(matches.wanted, ordinals), strict=True))
        return tuple(
            replace(
                self._hit(records[n], matches, row, snippets[n], times[n]),
                copies=copies[n],
                story=stories[n],
                folded=standing.get(n, 0),
            )
            for n, row in rows_of.items()
        )

    def _times(self, asked: Wanted, ordinals: Sequence[int]) -> list[dict[str, int]]:
        """How often each term asked for stands in each article, as it is weighed."""
        words, articles = self.generation.words, np.array(ordinals, np.int64)
        found = {term: words.times(term, articles).tolist() for term in asked.terms}
        return [{term: times[at] for term, times in found.items()} for at in range(len(articles))]

    def _hit(
        self,
        record: Record,
        matches: Matches,
        row: int,
        snippet: Snippet,
        times: Mapping[str, int],
    ) -> Hit:
        article = record.article
        asked = matches.wanted
        similarity = float(matches.similarity[row])
        near = not np.isnan(similarity)
        ordinal = int(matches.articles[row])
        in_title = counted(article.title, asked.terms)
        # The index may not have seen the last correction of the text yet.
        in_text = {t: max(0, n - TITLE_WEIGHT * in_title[t]) for t, n in times.items()}
        words = word_matches(asked.texts, in_title, in_text)
        return Hit(
            id=record.id,
            title=article.title,
            title_marks=marks(article.title, asked.terms, asked.prefixes),
            source=article.source,
            published=article.published,
            dates_disagree=bool(article.stated_dates),
            language=article.language,
            url=article.url,
            score=round(float(matches.scores[row]), 6),
            parts=parts_of(matches, row),
            passage=snippet,
            similarity=round(similarity, 4) if near else None,
            band=self.calibration.band(similarity) if near else None,
            words=tuple(w for w in words if w.title or w.text),
            actors=self._values_of(ordinal, "actor"),
            places=self._values_of(ordinal, "place"),
        )

    def _values_of(self, ordinal: int, facet: str) -> tuple[FacetValue, ...]:
        column = self.generation.columns[facet]
        values, totals = column.values, self.names.totals[facet]
        told = column.row(ordinal)
        told = told[~values.is_kind(CONTINENT)[told]]
        codes = told[np.lexsort((told, -totals[told]))[:_HIT_VALUES]].tolist()
        return tuple(
            FacetValue(
                value=values[code],
                label=label.name,
                count=int(totals[code]),
                kind=_kind(label.kind),
            )
            for code in codes
            for label in [values.label(code)]
        )

    def _snippet(self, record: Record, matches: Matches, row: int) -> Snippet:
        """The passage nearest in meaning; without one the passage with most of the words; for
        a query without words the beginning.
        """
        text, asked = record.article.text, matches.wanted
        passage = int(matches.passage[row])
        if passage >= 0:
            start, end = (int(at) for at in self.generation.passage_spans[passage])
        else:
            own = self.generation.passages_of(int(matches.articles[row]))
            spans = [(int(a), int(b)) for a, b in self.generation.passage_spans[own]]
            spans = spans or [(0, len(text))]
            best = best_by_words([text[a:b] for a, b in spans], asked.terms, asked.prefixes)
            start, end = spans[best]
            if not asked.texts and not asked.prefixes:
                end = _shortened(text, start, end)
        shown = text[start:end]
        return Snippet(
            text=shown, start=start, end=end, marks=marks(shown, asked.terms, asked.prefixes)
        )

    def _period_values(
        self, results: ResultSet, facet: str, chosen: Mapping[str, str], *, whole: bool
    ) -> tuple[FacetValue, ...]:
        years, months, without = results.periods(facet)
        if facet == "mentions" and not whole:
            # One mention of a century would bring hundreds of months.
            years = sorted(years, key=lambda y: -y[1])[:_MOST_YEARS]
            months = _around(months, results.published())
        nothing = WITHOUT[facet]
        counts = dict(years) | dict(months) | ({nothing: without} if without else {})
        for (of, value), shunned in results.filters.excluded.items():
            if of == facet:
                counts[value] = results.taken_away(of, value, shunned)
        for value in chosen:
            if value not in counts:  # a day, a range, or a period that is not among those shown
                counts[value] = results.having(facet, period_mask(facet, value, self.generation))
        names = sorted((n for n in counts if n != nothing), key=lambda n: (len(n), n))
        return tuple(
            FacetValue(value=name, label=name, count=counts[name], chosen=chosen.get(name))
            for name in [*names, *([nothing] if nothing in counts else [])]
        )

    def _understood(
        self,
        request: SearchRequest,
        query: Query,
        planned: Plan,
        matches: Matches,
        today: date,
    ) -> Understood:
        return Understood(
            q=request.q,
            mode=request.mode,
            sort=request.sort,
            expression=render(query.root),
            tree=query.root,
            words=matches.wanted.texts,
            filters=planned.resolved,
            after=planned.after.isoformat() if planned.after else None,
            before=planned.before.isoformat() if planned.before else None,
            cutoff=self.calibration.cutoff if request.mode is not Mode.WORDS else None,
            dates=tuple(map(_resolved, dates_in(query.root))),
            names=self._recognised(query, today),
            meant=self._meant(query.root) if _finds_little(matches) else None,
            count=request.count,
            groups=tuple(group for group, _ in planned.grouped),
        )

    def _cursor(self, request: SearchRequest, position: int, total: int) -> str | None:
        if position >= total and position:
            return None
        return cursor.encode(self.generation.id, request, position)


class _Clock:
    """Milliseconds from one lap to the next."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round((now - self._last) * 1_000, 2)
        self._last = now


def _bare(request: SearchRequest) -> SearchRequest:
    """What of a request says which articles are found."""
    return replace(request, sort=Sort.RELEVANCE, size=1, cursor=None)


def _chosen(planned: Plan, facet: str) -> dict[str, str]:
    """What is done with the values of a facet that are chosen."""
    return {
        f.value: "exclude" if f.exclude else "include" for f in planned.resolved if f.facet == facet
    }


def _codes(values: Values, names: Iterable[str]) -> Codes:
    """The codes of those values that are known."""
    codes = (values.code(name) for name in names)
    return np.array([code for code in codes if code is not None], np.int64)


def _most_counted(counts: Ordinals, left_out: Mask) -> Ordinals:
    """The codes with most articles, ascending, without those left out. Those that equal the last
    one are all there: labels will tell which comes first.
    """
    counts = np.where(left_out, 0, counts) if left_out.any() else counts
    having = np.cumsum(np.bincount(counts)[::-1])[::-1]  # codes with n articles or more
    enough = len(counts) >= SHOWN_VALUES
    least = int(np.flatnonzero(having >= SHOWN_VALUES)[-1]) if enough else 0
    return np.flatnonzero(counts >= max(least, 1))


def _finds_little(matches: Matches) -> bool:
    """Whether a word that no article has keeps much from being found: all of a few words are
    demanded, and of a sentence some. Only then other spellings are worth a look at the texts.
    """
    return len(matches.wanted.texts) <= LONGEST_CONJUNCTION or not matches.lexical.any()


def _around(
    months: Sequence[tuple[str, int]], published: tuple[date, date] | None
) -> list[tuple[str, int]]:
    """The months that lie within a year of those when articles were published, if these are
    few enough to be shown one by one.
    """
    if published is None:
        return []
    first, last = published
    if (last.year - first.year) * 12 + last.month - first.month >= _MOST_MONTHS:
        return []
    near = range(first.year - 1, last.year + 2)
    return [(month, count) for month, count in months if int(month[:4]) in near]


def _actor_kind(kind: str) -> MentionKind | None:
    match kind:
        case "person" | "organisation" | "group" | "country" | "place":
            return kind
    return None


def _kind(kind: str) -> MentionKind | PlaceKind | None:
    match kind:
        case "continent" | "region" | "division" | "county" | "city":
            return kind
    return _actor_kind(kind)


def _resolved(node: Published | SpokenOf) -> ResolvedDate:
    first, after = node.interval.start, node.interval.end
    last = after - timedelta(days=1) if after else None
    return ResolvedDate(
        asked=node.text,
        first=first.isoformat() if first else None,
        last=last.isoformat() if last else None,
    )


def _shortened(text: str, start: int, end: int) -> int:
    """Where to end the beginning of an article: at a space, if it is long."""
    if end - start <= _LEAD_CHARACTERS:
        return end
    space = text.rfind(" ", start, start + _LEAD_CHARACTERS)
    return space if space > start else start + _LEAD_CHARACTERS
