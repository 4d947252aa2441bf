"""Asks the search page and the API the same random searches, and wants both to tell the same.

`make agree` asks longer than the tests do: python -m tests.agreement --examples 1000
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from archive.core import Archive, open_archive
from archive.embed import load_embedder
from archive.query.request import FACETS, OF_PLACES, SearchRequest
from archive.search.wire import plain
from tests.archives import settings_in, store_invented
from tests.searches import requests
from web.app import create_app
from web.params import query_string
from web.views.parts import period, shown_value

_WORDS = """ferry ferrry harbour ballots zyzzyva Northport "Ada" Marsh "polling stations"~2 harb*
title:flood place:Merida actor:"Ada -place:norland date:2023.. mentions:2024-01 lang:en AND OR NOT
near:10,20,50 bbox:1,2 date:soon last-year ( ) " - -- ~3 خبر 🦊 <b> & %00"""
_typed = st.lists(st.sampled_from(_WORDS.split()), min_size=1, max_size=5).map(" ".join)
# Names in place of values, and what no link of ours says.
_NAMES = (
    ("place", "SANTA LIA"),
    ("-place", "Norland"),
    ("actor", "Ada Marsh"),
    ("actor", "Nobody"),
)
_ODD = (
    *(("size", "0"), ("size", "1000"), ("mode", "telepathy"), ("sort", ""), ("cursor", "abc")),
    *(("after", "20024"), ("before", "2022"), ("bbox", "1,2"), ("bbox", "15,5,25,15")),
    *(("near", "10,20,80"), ("near", "north"), ("plaec", "norland"), ("utm_source", "x")),
    *(("story", "nosuchid"), ("copies-of", "nosuchid"), ("together", "perhaps"), ("date", "soon")),
)
_odd = st.lists(st.sampled_from(_NAMES), max_size=1) | st.lists(st.sampled_from(_ODD), max_size=2)
_searches = requests | st.builds(lambda search, q: replace(search, q=q), requests, _typed)
_VALUES_A_PAGE = 60


class Value(NamedTuple):
    """A facet's value; `chosen` is "include", "exclude" or empty."""

    label: str
    count: int
    chosen: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a search; `beside` are the cursors of the next page and of the one before."""

    total: int
    ids: tuple[str, ...]
    facets: Mapping[str, tuple[Value, ...]]
    published: Mapping[str, int]
    spoken: Mapping[str, int]
    stories: tuple[tuple[str, int], ...]
    looser: tuple[int, ...]
    meant: str
    notices: tuple[str, ...]
    beside: tuple[str, ...]


def agree(archive: Archive, *, examples: int) -> None:
    """Asks so many searches; AssertionError for one of which different things are told."""
    client = TestClient(create_app(archive))

    @settings(max_examples=examples, deadline=None, database=None)
    @given(request=_searches, odd=_odd, pages=st.integers(0, 2), link=st.integers(0, 40))
    def asked(request: SearchRequest, odd: list[tuple[str, str]], pages: int, link: int) -> None:
        request = _paged(client, request, pages)
        address = "&".join(filter(None, (query_string(request), urlencode(odd))))
        page, answer = client.get(f"/?{address}"), client.get(f"/api/v1/search?{address}")
        assert page.status_code == answer.status_code, address
        if answer.status_code != 200:
            assert answer.status_code == 400, address
            for told in (answer.json()["detail"], answer.json().get("hint", "")):
                assert told[1:] in html.document_fromstring(page.text).xpath("string(//main)")
            return
        shown, told = of_page(page.text), of_answer(client, answer.json(), address)
        assert replace(shown, facets={}) == replace(told, facets={})
        for name, values in shown.facets.items():
            assert set(values) <= set(told.facets[name]), name
        _link_leads_where_it_says(client, page.text, link)
        _whole_lists_are_the_same(client, address, FACETS[link % len(FACETS)])
        if not odd:
            _same_if_posted(client, request, answer.json())

    asked()


def _paged(client: TestClient, request: SearchRequest, pages: int) -> SearchRequest:
    """The search some pages on, as far as there are any."""
    for _ in range(pages):
        cursor = client.get(f"/api/v1/search?{query_string(request)}").json()["next"]
        if cursor is None:
            break
        request = replace(request, cursor=cursor)
    return request


def _same_if_posted(client: TestClient, request: SearchRequest, answer: dict[str, Any]) -> None:
    """The search as a body is answered as its address is; so is its syntax tree, which has what
    was understood of what was typed.
    """
    body = plain(request)
    assert client.post("/api/v1/search", json=body).json() == answer
    tree = answer["query"]["tree"]
    if request.cursor:  # it is of what was typed
        request = replace(request, cursor=None)
        answer = client.get(f"/api/v1/search?{query_string(request)}").json()
    posted = client.post("/api/v1/search", json=plain(request) | {"q": "", "tree": tree})
    assert posted.status_code == 200, posted.json()
    again = posted.json()
    for name in ("total", "hits", "facets"):
        assert again[name] == answer[name], name
    assert again["query"]["tree"] == tree


def _link_leads_where_it_says(client: TestClient, text: str, number: int) -> None:
    """To as many articles as stand beside a value; of one that is chosen to where it is not."""
    links = [
        (facet, value, href)
        for facet, choices in _facets(html.document_fromstring(text)).items()
        for value, href in choices
        if value.chosen or not any(other.chosen for other, _ in choices)
    ]
    if number % 2:  # those that undo something are few
        links = [link for link in links if link[1].chosen] or links
    if links:
        facet, value, href = links[number % len(links)]
        page = client.get(href).text
        if value.chosen:
            values = [value for value, _ in _facets(html.document_fromstring(page)).get(facet, ())]
            assert value not in values, href
        else:
            assert of_page(page).total == value.count, href


def _whole_lists_are_the_same(client: TestClient, address: str, facet: str) -> None:
    """The page of a facet's values has those of the API, in that order; places are a tree of some
    of them.
    """
    page = client.get(f"/facets/{facet}?{address}")
    answer = client.get(f"/api/v1/facets?{address}&name={facet}&size={_VALUES_A_PAGE}")
    assert page.status_code == answer.status_code, address
    if answer.status_code == 200:
        shown = [value for value, _ in _choices(html.document_fromstring(page.text))]
        told = [_value(facet, value) for value in answer.json()["values"]]
        assert set(shown) <= set(told) if facet in OF_PLACES else shown == told, address


def of_page(text: str) -> Told:
    """What a search page tells."""
    page = html.document_fromstring(text)
    first_word = page.xpath("string(//h1)").split()[0]
    facets = _facets(page)
    stories = facets.pop("story", ())
    bars = [label.rsplit(": ", 1) for label in page.xpath("//svg//a/@aria-label")]
    spoken = "Speaking of "
    return Told(
        total=_number(first_word),
        ids=tuple(id_.removeprefix("hit-") for id_ in page.xpath('//article[@class="card"]/@id')),
        facets={name: tuple(value for value, _ in values) for name, values in facets.items()},
        published={at: _number(count) for at, count in bars if not at.startswith(spoken)},
        spoken={
            at.removeprefix(spoken): _number(count) for at, count in bars if at.startswith(spoken)
        },
        stories=tuple((story.label, story.count) for story, _ in stories),
        looser=tuple(_number(n.text) for n in page.xpath('//ul[@class="looser"]//span')),
        meant=page.xpath('string(//p[starts-with(., "Did you mean")]/a)'),
        notices=tuple(notice.text for notice in page.xpath('//p[@class="notice"]')),
        beside=tuple(
            cursor
            for way in ("next", "prev")
            for href in page.xpath(f'//nav[@class="pager"]/a[@rel="{way}"]/@href')
            for cursor in parse_qs(urlsplit(href).query)["cursor"]
        ),
    )


def of_answer(client: TestClient, answer: dict[str, Any], address: str) -> Told:
    """What the API tells: a search's answer, and what is asked beside it."""

    def beside(name: str) -> dict[str, Any]:
        told: dict[str, Any] = client.get(f"/api/v1/{name}?{address}").json()
        return told

    asked, total = answer["query"], answer["total"]
    timeline = beside("timeline")
    periods = timeline["periods"] if len(timeline["periods"]) > 1 else []
    stories = beside("stories")["stories"] if asked["q"] or asked["filters"] else []
    looser = [] if total else beside("looser")["looser"]
    return Told(
        total=total,
        ids=tuple(hit["id"] for hit in answer["hits"]),
        facets={
            name: tuple(_value(name, value) for value in values)
            for name, values in answer["facets"].items()
        },
        published={period(p["value"]): p["published"] for p in periods if p["published"]},
        spoken={period(p["value"]): p["spoken"] for p in periods if p["spoken"]},
        stories=tuple((s["title"], s["count"]) for s in stories),
        looser=tuple(less["total"] for less in looser),
        meant=asked["meant"] or "",
        notices=tuple(n["message"][:1].upper() + n["message"][1:] for n in answer["notices"]),
        beside=tuple(filter(None, (answer["next"], answer["previous"]))),
    )


def _facets(page: Any) -> dict[str, list[tuple[Value, str]]]:
    """The values of each facet in the rail, with their links."""
    return {
        section.get("aria-labelledby").removeprefix("facet-"): _choices(section)
        for section in page.xpath('//section[@class="facet"]')
    }


def _choices(part: Any) -> list[tuple[Value, str]]:
    return [
        (
            Value(
                label=choice.xpath('string(span[@class="label"])'),
                count=_number(choice.xpath('string(span[@class="count"])')),
                chosen=choice.get("class").removeprefix("choose").strip(),
            ),
            choice.get("href"),
        )
        for choice in part.xpath('.//a[starts-with(@class, "choose")]')
    ]


def _value(facet: str, told: Mapping[str, Any]) -> Value:
    return Value(shown_value(facet, told["label"]), told["count"], told.get("chosen", ""))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def main() -> None:
    """Asks until something disagrees, or enough was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=1_000)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        load_embedder("all-MiniLM-L6-v2", models)
        with open_archive(settings_in(Path(folder) / "home", models)) as archive:
            store_invented(archive, 150)
            agree(archive, examples=options.examples)
    print(f"Page and API told the same of {options.examples:,} searches.")


if __name__ == "__main__":
    main()
