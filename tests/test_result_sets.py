"""One query is one set of articles: totals, counts and pages never disagree."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.core import Archive
from archive.errors import QueryError
from archive.query.request import FACETS, Count, FacetFilter, FacetList, Mode, SearchRequest, Sort
from indexes.groups import Groups
from tests.searches import VALUES, filters, requests

some = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

few = settings(some, max_examples=25)


@pytest.fixture(scope="module")
def invented_archive(invented_archive) -> Iterator[Archive]:
    """With texts and stories drawn by lot: the invented articles are too much alike to have
    any of their own.
    """
    generation = invented_archive.engine.generation
    told = generation.groups
    rng = np.random.default_rng(3)
    texts = rng.integers(0, 70, len(generation.numbers))
    events = rng.integers(0, 25, 70)[texts]
    generation.groups = {}
    for name, marks in (("copies", texts), ("stories", events)):
        _, first, group = np.unique(marks, return_index=True, return_inverse=True)
        generation.groups[name] = Groups(first[group], generation.columns)
    yield invented_archive
    generation.groups = told


def ids(archive: Archive, request: SearchRequest) -> list[str]:
    """Every article of a result set, page by page."""
    found: list[str] = []
    asked = replace(request, cursor=None)
    while True:
        answer = archive.search(asked)
        found += [hit.id for hit in answer.hits]
        if answer.next is None:
            return found
        asked = replace(asked, cursor=answer.next)


@some
@given(request=requests)
def test_pages_hold_each_article_of_the_total_once(invented_archive, request):
    found = ids(invented_archive, request)
    assert len(found) == len(set(found)) == invented_archive.search(request).total


@some
@given(request=requests, facet=st.sampled_from(FACETS))
def test_the_count_beside_a_value_is_the_total_of_choosing_it(invented_archive, request, facet):
    own = tuple(f for f in request.filters if f.facet != facet or f.exclude)
    alone = replace(request, filters=own)
    values = invented_archive.search(request).facets[facet]
    for value in (*values[:5], *values[-2:]):
        if value.chosen == "exclude":
            continue
        chosen = replace(alone, filters=(*own, FacetFilter(facet, value.value)))
        assert invented_archive.search(chosen).total == value.count, value


@some
@given(request=requests, facet=st.sampled_from([f for f in FACETS if f != "date"]))
def test_an_excluded_value_counts_what_its_exclusion_takes_away(invented_archive, request, facet):
    for value in VALUES[facet]:
        without = tuple(f for f in request.filters if (f.facet, f.value) != (facet, value))
        before = invented_archive.search(replace(request, filters=without)).total
        left_out = replace(request, filters=(*without, FacetFilter(facet, value, exclude=True)))
        answer = invented_archive.search(left_out)
        shown = {v.value: v.count for v in answer.facets[facet] if v.chosen == "exclude"}
        # A value that no article has is not shown, and takes nothing away.
        assert shown.get(value, 0) == before - answer.total


@some
@given(request=requests, more=filters)
def test_a_filter_takes_articles_away_and_never_brings_others(invented_archive, request, more):
    other = {f.facet for f in request.filters}
    added = tuple(f for f in more if f.facet not in other or f.exclude)
    request = replace(request, count=Count.ARTICLES)
    narrowed = replace(request, filters=(*request.filters, *added))
    assert set(ids(invented_archive, narrowed)) <= set(ids(invented_archive, request))


@some
@given(request=requests)
def test_an_articles_score_does_not_depend_on_filters(invented_archive, request):
    wide = replace(request, filters=(), after=None, size=100, count=Count.ARTICLES)
    scores = {}
    asked = wide
    while True:
        answer = invented_archive.search(asked)
        scores |= {hit.id: hit.score for hit in answer.hits}
        if answer.next is None:
            break
        asked = replace(asked, cursor=answer.next)
    for hit in invented_archive.search(request).hits:
        assert hit.score == scores[hit.id]


def first_of(archive: Archive, count: Count) -> dict[str, int]:
    """From each article to the first of what it counts as one with."""
    generation = archive.engine.generation
    ordinals = np.arange(len(generation.numbers))
    first = generation.groups[count].first if count in generation.groups else ordinals
    named = archive.store.ids(generation.numbers.tolist())
    return {named[n]: int(f) for n, f in zip(generation.numbers.tolist(), first, strict=True)}


def test_the_collection_has_copies_and_stories(invented_archive):
    totals = [invented_archive.search(SearchRequest(count=count)).total for count in Count]
    assert totals == sorted(set(totals), reverse=True)


@few
@given(request=requests)
def test_each_hit_stands_for_what_is_left_out_of_its_group(invented_archive, request):
    """Of each group the article that comes first is shown; the others found are counted with
    it, and the link that a page makes of that finds as many.
    """
    every = replace(request, count=Count.ARTICLES)
    order = ids(invented_archive, every)
    answer = invented_archive.search(request)
    found = ids(invented_archive, request)
    assert set(found) <= set(order)
    firsts: dict[int, list[str]] = {}
    groups = first_of(invented_archive, request.count)
    for id_ in order:
        firsts.setdefault(groups[id_], []).append(id_)
    assert found == [members[0] for members in firsts.values()]
    for hit in answer.hits[:3]:
        members = next(m for m in firsts.values() if m[0] == hit.id)
        assert hit.folded == len(members) - 1
        if request.count is not Count.ARTICLES:
            field = "story" if request.count is Count.STORIES else "copies_of"
            folded = replace(every, **{field: hit.id}, size=100)
            assert ids(invented_archive, folded) == members


@few
@given(request=requests, facet=st.sampled_from(FACETS))
def test_stories_are_no_more_than_texts_and_texts_no_more_than_articles(
    invented_archive, request, facet
):
    counted = []
    for count in (Count.STORIES, Count.COPIES, Count.ARTICLES):
        asked = replace(request, count=count)
        whole = invented_archive.facet(asked, FacetList(facet), size=100_000)
        answer = invented_archive.search(asked)
        counted.append((answer.total, {v.value: v.count for v in whole.values}))
    for (fewer, some_values), (more, values) in pairwise(counted):
        assert fewer <= more
        assert all(some_values[value] <= values[value] for value in some_values)


@some
@given(request=requests)
def test_the_same_search_gives_the_same_answer(invented_archive, request):
    first, second = invented_archive.search(request), invented_archive.search(request)
    assert replace(first, milliseconds=None) == replace(second, milliseconds=None)


@some
@given(request=requests, facet=st.sampled_from(FACETS))
def test_a_facets_whole_list_begins_with_what_the_search_shows(invented_archive, request, facet):
    shown = invented_archive.search(request).facets[facet]
    whole = invented_archive.facet(request, FacetList(facet), size=100_000)
    if facet == "mentions":  # of centuries of months an answer holds those near publication
        assert set(shown) <= set(whole.values)
    else:
        assert whole.values[: len(shown)] == shown
    assert whole.total >= len(shown)


def test_an_article_of_a_group_that_nobody_knows_is_said_and_finds_nothing(invented_archive):
    for asked in (SearchRequest(story="nosuchid"), SearchRequest(copies_of="nosuchid")):
        answer = invented_archive.search(asked)
        assert answer.total == 0
        assert "nosuchid" in answer.notices[0].message


def test_values_of_one_facet_widen_each_other(invented_archive):
    one = SearchRequest(filters=(FacetFilter("source", "Harbour Wire"),))
    both = SearchRequest(filters=(*one.filters, FacetFilter("source", "The Meridian")))
    counts = {v.value: v.count for v in invented_archive.search(both).facets["source"]}
    assert invented_archive.search(both).total == counts["Harbour Wire"] + counts["The Meridian"]


def test_choosing_one_value_keeps_the_others_counts(invented_archive):
    def counts(*chosen: str) -> dict[str, int]:
        request = SearchRequest(q="ferry", filters=tuple(FacetFilter("place", c) for c in chosen))
        return {v.value: v.count for v in invented_archive.search(request).facets["place"]}

    assert counts("merida") == counts()


def test_a_place_holds_the_articles_of_the_places_in_it(invented_archive):
    town = SearchRequest(filters=(FacetFilter("place", "northport.norland"),))
    country = SearchRequest(filters=(FacetFilter("place", "norland"),))
    assert set(ids(invented_archive, town)) < set(ids(invented_archive, country))


def test_a_filter_may_be_named_as_people_write_it(invented_archive):
    by_value = SearchRequest(filters=(FacetFilter("place", "santa-lia.merida"),))
    by_name = SearchRequest(filters=(FacetFilter("place", "SANTA LIA"),))
    answer = invented_archive.search(by_name)
    assert ids(invented_archive, by_name) == ids(invented_archive, by_value)
    assert [f.value for f in answer.query.filters] == ["santa-lia.merida"]


def test_a_value_that_nothing_has_is_said_and_finds_nothing(invented_archive):
    answer = invented_archive.search(SearchRequest(filters=(FacetFilter("actor", "Nobody"),)))
    assert answer.total == 0
    assert "Nobody" in answer.notices[0].message


def test_undated_articles_can_be_found_and_are_in_no_year(invented_archive):
    undated = SearchRequest(filters=(FacetFilter("date", "undated"),), size=100)
    hits = invented_archive.search(undated).hits
    assert hits
    assert all(hit.published is None for hit in hits)
    years = SearchRequest(after="1900", before="2100", size=100)
    assert not {h.id for h in hits} & set(ids(invented_archive, years))


def test_an_article_known_to_the_month_is_found_on_any_of_its_days(invented_archive):
    everything = invented_archive.search(SearchRequest(size=100)).hits
    month = next(h for h in everything if h.published and h.published.precision == "month")
    day = SearchRequest(after=f"{month.published.value}-15", before=f"{month.published.value}-15")
    assert month.id in ids(invented_archive, day)


def test_articles_that_speak_of_a_time_are_those_with_an_interval_that_meets_it(invented_archive):
    start, end = date(2023, 3, 1), date(2023, 4, 1)
    wanted = set()
    for record in invented_archive.store.scan():
        dated = [d for d in record.dates if d.first or d.last]
        spans = [(d.first or date.min, d.last or date.max) for d in dated]
        if any(first < end and start < last for first, last in spans):
            wanted.add(record.id)
    assert wanted
    by_filter = SearchRequest(filters=(FacetFilter("mentions", "2023-03"),), size=100)
    assert set(ids(invented_archive, by_filter)) == wanted
    in_query = SearchRequest(q="mentions:2023-03", size=100)
    assert set(ids(invented_archive, in_query)) == wanted
    every = set(ids(invented_archive, SearchRequest(size=100)))
    left_out = SearchRequest(filters=(FacetFilter("mentions", "2023-03", exclude=True),), size=100)
    assert set(ids(invented_archive, left_out)) == every - wanted


def test_newest_first_puts_undated_articles_last(invented_archive):
    order = ids(invented_archive, SearchRequest(sort=Sort.NEWEST, size=100))
    hits = {
        hit.id: hit
        for sort in (Sort.NEWEST, Sort.OLDEST)
        for hit in invented_archive.search(SearchRequest(sort=sort, size=100)).hits
    }
    dates = [hits[i].published.start for i in order if i in hits and hits[i].published]
    assert dates == sorted(dates, reverse=True)
    undated = set(ids(invented_archive, SearchRequest(filters=(FacetFilter("date", "undated"),))))
    assert set(order[-len(undated) :]) == undated


def test_words_are_found_in_any_form_and_marked(invented_archive):
    answer = invented_archive.search(SearchRequest(q="rescuer family", mode=Mode.WORDS))
    hit = answer.hits[0]
    marked = [hit.passage.text[a:b] for a, b in hit.passage.marks]
    assert {"rescuers", "families"} <= {m.lower() for m in marked}


def test_a_few_words_must_all_be_there(invented_archive):
    answer = invented_archive.search(SearchRequest(q="ferry crews wages", mode=Mode.WORDS))
    assert all("Ferry" in hit.title for hit in answer.hits)
    assert answer.total
    assert not answer.notices


def test_of_more_words_a_third_is_enough_and_the_answer_says_so(invented_archive):
    asked = "ferry crews rocket ballots"
    answer = invented_archive.search(SearchRequest(q=asked, mode=Mode.WORDS))
    assert answer.total
    assert all("Ferry" in hit.title for hit in answer.hits)
    assert "at least 2 of the 4 words" in answer.notices[0].message


def test_of_words_that_no_article_has_it_is_not_said_that_some_match(invented_archive):
    answer = invented_archive.search(SearchRequest(q="zyzzyva qwertz", mode=Mode.WORDS))
    assert (answer.total, answer.notices) == (0, ())


def test_meaning_finds_what_the_words_do_not_say(invented_archive):
    asked = "people rescued from high water"
    answer = invented_archive.search(SearchRequest(q=asked, mode=Mode.MEANING))
    assert answer.hits[0].title.startswith("Flood")
    closest = answer.hits[0].passage.closest
    assert closest is not None


def test_the_passage_shown_is_part_of_the_articles_text(invented_archive):
    for hit in invented_archive.search(SearchRequest(q="harvest exchange", size=50)).hits:
        text = invented_archive.article(hit.id).record.article.text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (SearchRequest(q="x" * 100_000), "q"),
        (SearchRequest(size=0), "size"),
        (SearchRequest(size=1_000), "size"),
        (SearchRequest(after="20024"), "after"),
        (SearchRequest(before="yesterday-ish"), "before"),
        (SearchRequest(after="2024", before="2023"), "after"),
        (SearchRequest(cursor="nonsense"), "cursor"),
        (SearchRequest(filters=(FacetFilter("colour", "red"),)), "colour"),
        (SearchRequest(filters=(FacetFilter("date", "2024-13"),)), "date"),
        (SearchRequest(filters=(FacetFilter("mentions", "soon"),)), "mentions"),
        (SearchRequest(filters=(FacetFilter("mentions", "2024..2023"),)), "mentions"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(invented_archive, request_, field):
    with pytest.raises(QueryError) as refusal:
        invented_archive.search(request_)
    assert refusal.value.field == field
    assert refusal.value.hint


def test_a_cursor_of_another_search_is_refused(invented_archive):
    first = invented_archive.search(SearchRequest(q="ferry", size=2))
    with pytest.raises(QueryError, match="another query"):
        invented_archive.search(SearchRequest(q="flood", size=2, cursor=first.next))
