"""Places in searches: what lies in them, other names, datelines, areas, the tree and the map."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from archive.core import Archive, open_archive
from archive.errors import QueryError
from archive.query.geo import Box, Circle, parse_box, parse_circle
from archive.query.request import FacetFilter, FacetList, SearchRequest
from archive.search.place_tree import WORLD, PlaceTree
from archive.types import Article, Enriched, Mention, Place, RawDocument
from tests.archives import NOW, settings_in
from web.app import create_app
from web.views.map import HEIGHT, WIDTH, project

EUROPE = Place("europe", "Europe", 50, 10, kind="continent")
NORLAND = Place("norland", "Norland", 60, 10, "NL", ("europe",), "country", ("Old Norland",))
COAST = Place("coast.norland", "Coast", 60, 9, "NL", ("norland", "europe"), "division")
HARBOUR = Place(
    "harbour.norland", "Harbour", 60.5, 9.5, "NL", ("coast.norland", "norland", "europe"),
    "city", ("Port Royal",),
)  # fmt: skip
ISLE = Place("isle.norland", "Isle", 61, 179.5, "NL", ("norland", "europe"))
PLACES = (EUROPE, NORLAND, COAST, HARBOUR, ISLE)
ARTICLES = (
    ("Ferry leaves Harbour", HARBOUR, None),
    ("Isle waits for snow", ISLE, "harbour.norland"),
    ("Norland votes", NORLAND, "isle.norland"),
)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Archive]:
    with open_archive(settings_in(tmp_path_factory.mktemp("atlas"), models)) as archive:
        with archive.store.writing() as writer:
            for title, place, reported in ARTICLES:
                at = title.index(place.label)
                span = (at, at + len(place.label), place.label)
                mention = Mention(*span, "place", place.value, place.label, "title")
                article = Article(title=title, text=f"{title}, it was said.", origin=title)
                enriched = Enriched(article, (mention,), PLACES, reported=reported)
                writer.add(enriched, RawDocument(title.encode(), "plain", title), now=NOW)
        archive.indexer.refresh()
        yield archive


def titles(archive: Archive, **asked: object) -> set[str]:
    answer = archive.search(SearchRequest(**asked))  # type: ignore[arg-type]
    assert not answer.notices
    return {hit.title for hit in answer.hits}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("place:Europe", {0, 1, 2}),
        ("place:Norland", {0, 1, 2}),
        ("place:Coast", {0}),
        ('place:"Port Royal"', {0}),
        ('place:"Old Norland" -place:Harbour', {1, 2}),
        ("reported:Harbour", {1}),
        ("reported:Norland", {1, 2}),
        ("bbox:9,60,10,61", {0}),
        ("bbox:179,60,-179,62", {1}),
        ("near:60.5,9.6,20", {0}),
        ("NOT near:60.5,9.6,20", {1, 2}),
        ("bbox:9,60,10,61 OR reported:Isle", {0, 2}),
    ],
)
def test_query_finds_places(atlas: Archive, q: str, expected: set[int]) -> None:
    assert titles(atlas, q=q) == {ARTICLES[n][0] for n in expected}


def test_area_of_the_request_narrows_every_count(atlas: Archive) -> None:
    answer = atlas.search(SearchRequest(bbox="9,60,10,61"))

    assert answer.total == 1
    assert {v.value: v.count for v in answer.facets["place"]} == {
        "harbour.norland": 1,
        "coast.norland": 1,
        "norland": 1,
    }


def test_country_is_not_where_its_middle_is(atlas: Archive) -> None:
    assert titles(atlas, near="60,10,5") == set()


@pytest.mark.parametrize(
    ("field", "text"),
    [("bbox", "1,2,3"), ("bbox", "0,50,10,40"), ("near", "91,0,5"), ("near", "Paris,5")],
)
def test_area_that_is_none_is_refused(atlas: Archive, field: str, text: str) -> None:
    with pytest.raises(QueryError) as error:
        atlas.search(SearchRequest(**{field: text}))  # type: ignore[arg-type]

    assert error.value.field == field
    assert atlas.search(SearchRequest(q=f"{field}:{text}")).notices


def test_count_beside_a_place_is_the_total_it_gives(atlas: Archive) -> None:
    for counted in atlas.places(SearchRequest()).shown:
        chosen = FacetFilter("place", counted.place.value)
        assert atlas.search(SearchRequest(filters=(chosen,))).total == counted.count


def test_other_name_is_suggested_and_found_in_the_list(atlas: Archive) -> None:
    assert [s.value for s in atlas.suggest("old norl")] == ["norland"]
    found = atlas.facet(SearchRequest(), FacetList("place", find="royal"))
    assert [v.value for v in found.values] == ["harbour.norland"]


def test_list_of_places_is_a_tree(atlas: Archive) -> None:
    page = TestClient(create_app(atlas)).get("/facets/place").text

    order = [page.index(name) for name in ("Europe", "Norland", "Coast", ">Harbour<")]
    assert order == sorted(order)
    assert page.count("<details") == 3


def test_a_level_of_places_says_how_many_lie_in_each(atlas: Archive) -> None:
    def level(under: str) -> dict[str, int | None]:
        found = atlas.facet(SearchRequest(), FacetList("place", under=under))
        return {v.value: v.inside for v in found.values}

    assert level(WORLD) == {"europe": 1}
    assert level("europe") == {"norland": 2}
    assert level("norland") == {"coast.norland": 1, "isle.norland": 0}
    assert level("isle.norland") == level("nowhere") == {}
    with pytest.raises(QueryError, match="no levels"):
        atlas.facet(SearchRequest(), FacetList("source", under="europe"))


def test_who_asks_for_levels_over_the_api_is_told_how_many_lie_in_each(atlas: Archive) -> None:
    client = TestClient(create_app(atlas))
    found = client.get("/api/v1/facets?name=place&under=norland&size=1")
    [coast] = found.json()["values"]
    assert (coast["value"], coast["inside"]) == ("coast.norland", 1)
    further = client.get(found.links["next"]["url"]).json()["values"]
    assert [value["value"] for value in further] == ["isle.norland"]
    assert client.get("/api/v1/facets?name=source&under=norland").status_code == 400


def test_what_lies_in_a_place_that_is_not_shown_lies_in_what_is_around_it() -> None:
    tree = PlaceTree.of(
        ["coast", "europe", "harbour", "norland"],
        {"coast": ("norland", "europe"), "harbour": ("coast", "norland", "elsewhere", "europe")},
    )
    everything = np.ones(4, np.bool_)
    assert tree.parents(everything).tolist() == [3, -1, 0, -1]
    assert tree.parents(np.array([False, True, True, True])).tolist() == [3, -1, 3, -1]
    assert tree.parents(np.array([True, True, True, False])).tolist() == [1, -1, 0, -1]


def test_of_many_places_a_page_shows_one_level_and_leads_to_the_next(
    atlas: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.ALL_OPEN", 0)
    monkeypatch.setattr("web.pages._VALUES_A_PAGE", 1)
    client = TestClient(create_app(atlas))
    top = client.get("/facets/place?place=isle.norland").text
    assert ">Norland<" in top
    assert "Coast" not in top
    assert 'aria-current="true"><span class="label" dir="auto">Isle<' in top
    [into] = re.findall(r'class="opener" href="([^"]+)">▸ 2 in Norland', top)
    level = client.get(unescape(into)).text
    assert "▸" not in level  # what is chosen comes first
    assert re.search(r'aria-label="Where this lies".*All places.*Europe.*"page">Norland<', level)
    assert "1–1 of 2 places" in level
    [further] = re.findall(r'rel="next" href="([^"]+)"', level)
    assert "2–2 of 2 places" in (last := client.get(unescape(further)).text)
    assert "▸ 1 in Coast" in last


def test_map_shows_towns_with_links_and_a_table(atlas: Archive) -> None:
    page = TestClient(create_app(atlas)).get("/map?bbox=9,60,10,61").text

    assert re.search(r'href="/map\?place=harbour.norland[^"]*" aria-label="Harbour: 1"', page)
    assert '<th scope="row"><a href="/map?place=harbour.norland' in page
    assert "Coast" in page


def test_map_of_nothing_says_so(atlas: Archive) -> None:
    assert "name no town" in TestClient(create_app(atlas)).get("/map?q=zzzz&mode=words").text


latitudes = st.floats(-58, 84)
longitudes = st.floats(-180, 180)


@given(latitudes, longitudes)
def test_every_point_is_on_the_map(latitude: float, longitude: float) -> None:
    x, y = project(latitude, longitude)

    assert -0.5 <= x <= WIDTH + 0.5
    assert -0.5 <= y <= HEIGHT + 0.5


@given(st.tuples(latitudes, longitudes), st.integers(1, 5_000))
def test_circle_holds_its_centre_and_not_the_other_side(
    centre: tuple[float, float], km: int
) -> None:
    latitude, longitude = centre
    opposite = (-latitude, (longitude + 360) % 360 - 180)
    points = np.array([centre, opposite, (np.nan, np.nan)])

    assert Circle(latitude, longitude, km).holds(points).tolist() == [True, False, False]


@given(st.text(max_size=30) | st.lists(st.integers(-400, 400)).map(lambda n: ",".join(map(str, n))))
def test_what_reads_as_an_area_is_one(text: str) -> None:
    box, circle = parse_box(text), parse_circle(text)

    assert box is None or (isinstance(box, Box) and -90 <= box.south <= box.north <= 90)
    assert circle is None or (abs(circle.latitude) <= 90 and circle.km > 0)
