"""Main subjects and mentions in passing."""

import pytest

from archive.aboutness import main_subjects
from archive.core import Archive
from archive.query.request import FacetFilter, SearchRequest
from archive.types import Article, Enriched, Mention, Passage, Place, RawDocument
from tests.archives import NOW

NORLAND = Place("norland", "Norland", 60.0, 10.0, "NO", ("europe",))
HARBOUR = Place("harbour.norland", "Harbour", 60.0, 11.0, "NO", ("norland", "europe"))
EUROPE = Place("europe", "Europe", 50.0, 10.0)
PLACES = {p.value: p for p in (NORLAND, HARBOUR, EUROPE)}


def mention(value: str, start: int, *, title: bool = False, place: bool = False) -> Mention:
    return Mention(
        start=start,
        end=start + 4,
        surface="Name",
        kind="place" if place else "person",
        value=value,
        label=value,
        field="title" if title else "text",
    )


def test_headline_makes_a_main_subject() -> None:
    assert main_subjects([mention("ada", 0, title=True)], {}) == {"ada"}


def test_one_mention_far_down_is_in_passing() -> None:
    mentions = [*(mention("ada", at) for at in range(0, 900, 100)), mention("ben", 3000)]

    assert main_subjects(mentions, {}) == {"ada"}


def test_two_leaders_are_both_main_subjects() -> None:
    mentions = [mention(v, at) for at in range(0, 600, 100) for v in ("ada", "ben")]

    assert main_subjects(mentions, {}) == {"ada", "ben"}


def test_towns_speak_for_their_country_but_not_for_the_continent() -> None:
    mentions = [mention("harbour.norland", 10, place=True), mention("norland", 2000, place=True)]

    assert main_subjects(mentions, PLACES) == {"norland"}


def test_article_that_names_nobody_is_about_nobody() -> None:
    assert main_subjects([], {}) == frozenset()


# How often each of three articles names Ada, Ben and the town: three times makes a main subject.
TIMES = {"one": (3, 1, 3), "two": (3, 3, 1), "three": (1, 1, 1)}


@pytest.fixture
def reports(archive: Archive) -> Archive:
    for title, (ada, ben, town) in TIMES.items():
        names = ["Ada"] * ada + ["Ben"] * ben + ["Harbour"] * town
        text = " ".join(f"{name} was named." for name in names)
        values = {"Ada": "ada", "Ben": "ben", "Harbour": "harbour.norland"}
        mentions, at = [], 0
        for name in names:
            kind = "place" if name == "Harbour" else "person"
            mentions.append(Mention(at, at + len(name), name, kind, values[name], name))
            at += len(f"{name} was named. ")
        # Only what stands beyond the lead has a weight of one.
        shifted = tuple(
            Mention(m.start + 700, m.end + 700, m.surface, m.kind, m.value, m.label)
            for m in mentions
        )
        article = Article(title, "x" * 699 + " " + text, f"made/{title}", key=f"made:{title}")
        enriched = Enriched(
            article,
            mentions=shifted,
            places=tuple(PLACES.values()),
            passages=(Passage(0, len(article.text), 200),),
        )
        with archive.store.writing() as writer:
            writer.add(enriched, RawDocument(title.encode(), "plain", article.origin), now=NOW)
    archive.indexer.refresh()
    return archive


def test_facets_count_main_subjects_beside_mentions(reports: Archive) -> None:
    facets = reports.search(SearchRequest()).facets

    actors = {v.value: (v.main, v.count) for v in facets["actor"]}
    places = {v.value: (v.main, v.count) for v in facets["place"]}
    assert actors == {"ada": (2, 3), "ben": (1, 3)}
    # Nobody's main subject is the continent around it.
    assert places == {"harbour.norland": (1, 3), "norland": (1, 3), "europe": (0, 3)}


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(),
        SearchRequest(filters=(FacetFilter("about", "ben"),)),
        SearchRequest(filters=(FacetFilter("about", "norland", exclude=True),)),
        SearchRequest(q="-about:ben", filters=(FacetFilter("actor", "ada"),)),
    ],
)
def test_count_of_main_subjects_is_the_total_of_choosing_them(
    reports: Archive, request_: SearchRequest
) -> None:
    facets = reports.search(request_).facets

    for value in (*facets["actor"], *facets["place"]):
        if FacetFilter("about", value.value, exclude=True) in request_.filters:
            continue
        others = tuple(f for f in request_.filters if f.facet != "about" or f.exclude)
        chosen = (*others, FacetFilter("about", value.value))
        total = reports.search(SearchRequest(q=request_.q, filters=chosen)).total
        assert value.main == total, value


def test_query_finds_what_is_mainly_about_somebody(reports: Archive) -> None:
    assert reports.search(SearchRequest(q="about:Ada")).total == 2
    assert reports.search(SearchRequest(q="actor:Ada -about:Ada")).total == 1
    assert reports.search(SearchRequest(q="about:Norland about:Ada")).total == 1
