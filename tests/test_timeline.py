"""Articles over time, what to give up when nothing is found, and the articles beside one."""

from dataclasses import replace

import pytest

from archive.query.request import Count, FacetFilter, Mode, SearchRequest

ASKED = (
    SearchRequest(),
    SearchRequest(q="harbour"),
    SearchRequest(q="harbour", filters=(FacetFilter("date", "2024"),)),
    SearchRequest(filters=(FacetFilter("date", "2024-03"),), count=Count.STORIES),
)


def within(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    kept = tuple(f for f in request.filters if f.facet != facet)
    return replace(request, filters=(*kept, FacetFilter(facet, value)), size=1)


@pytest.mark.parametrize("request_", ASKED, ids=repr)
def test_each_number_of_a_timeline_is_the_total_of_its_period(invented_archive, request_):
    timeline = invented_archive.timeline(request_)
    assert timeline.periods
    for period in timeline.periods[:: max(1, len(timeline.periods) // 8)]:
        for facet, count in (("date", period.published), ("mentions", period.spoken)):
            narrowed = within(request_, facet, period.value)
            assert invented_archive.search(narrowed).total == count
        everything = within(SearchRequest(), "date", period.value)
        assert invented_archive.search(everything).total == period.held


def test_a_year_is_looked_into_by_months_and_a_month_by_days(invented_archive):
    def looked_into(value: str) -> list[str]:
        request = SearchRequest(filters=(FacetFilter("date", value),))
        return [period.value for period in invented_archive.timeline(request).periods]

    assert looked_into("2024")[0::11] == ["2024-01", "2024-12"]
    assert looked_into("2024-02")[0::28] == ["2024-02-01", "2024-02-29"]
    assert looked_into("2024-02-17") == looked_into("2024-02")


def test_what_is_given_up_is_told_with_what_would_be_found(invented_archive):
    first = invented_archive.search(SearchRequest(size=1)).hits[0]
    word = first.title.split()[0]
    asked = SearchRequest(
        q=f"{word} zzzzzz", mode=Mode.WORDS, filters=(FacetFilter("place", "nowhere at all"),)
    )
    assert invented_archive.search(asked).total == 0
    ways = invented_archive.looser(asked)
    assert ways
    for way in ways:
        assert way.total == invented_archive.search(way.request).total > 0


def test_articles_are_turned_in_the_order_of_the_search(invented_archive):
    request = SearchRequest(q="harbour", size=5)
    ids = [hit.id for hit in invented_archive.search(replace(request, size=20)).hits]
    for at, id_ in enumerate(ids[:-1]):
        around = invented_archive.around(request, at)
        assert around.here == id_
        assert around.before == (ids[at - 1] if at else None)
        assert around.after == ids[at + 1]
    page = invented_archive.search(
        replace(request, cursor=invented_archive.around(request, 7).page)
    )
    assert ids[7] in [hit.id for hit in page.hits]


def test_the_last_article_of_a_search_is_followed_by_none(invented_archive):
    request = SearchRequest(q="harbour")
    total = invented_archive.search(request).total
    assert invented_archive.around(request, total - 1).after is None
    assert invented_archive.around(request, total).here is None


def test_stories_of_a_search_tell_what_choosing_them_finds(invented_archive):
    for story in invented_archive.stories(SearchRequest(q="harbour")):
        chosen = SearchRequest(q="harbour", story=story.id)
        assert invented_archive.search(chosen).total == story.count
