"""How large pages are and how long they take beside the search itself: python -m tests.bench.pages
HOME, on the home of an archive that is not changed meanwhile.

Each page is asked for seven searches, once so that nothing is remembered of it and then again.
"""

import argparse
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import quote, urlencode

from fastapi.testclient import TestClient

from archive.core import Archive, open_archive
from archive.query.request import SearchRequest
from archive.settings import Settings
from web.app import create_app

SEARCHES = (
    "",
    "climate",
    "border wall",
    "hurricane damage",
    "what will the new budget change for schools",
    "trade war tariffs",
    "vaccine trial results",
)
_STAGE = re.compile(r"(\w+);dur=([\d.]+)")
Address = Callable[[str, Archive], str]


def _of_search(path: str) -> Address:
    return lambda q, _: f"{path}?{urlencode({'q': q})}"


def _article(q: str, archive: Archive) -> str:
    hit = archive.search(SearchRequest(q=q, size=1)).hits[0]
    return f"/articles/{hit.id}?{urlencode({'q': q, 'at': 1})}"


def _story(q: str, archive: Archive) -> str:
    return f"/stories/{archive.search(SearchRequest(q=q, size=1)).hits[0].id}"


def _value(facet: str) -> Address:
    def address(q: str, archive: Archive) -> str:
        first = archive.search(SearchRequest(q=q, size=1)).facets[facet][0]
        return f"/{facet}s/{quote(first.value)}"

    return address


PAGES: dict[str, Address] = {
    "search": _of_search("/"),
    "article": _article,
    "story": _story,
    "actor": _value("actor"),
    "place": _value("place"),
    "source": _value("source"),
    "actors, the list": _of_search("/facets/actor"),
    "places, the tree": _of_search("/facets/place"),
    "timeline": _of_search("/timeline"),
    "map": _of_search("/map"),
    "about": lambda _, __: "/about",
}


def measured(archive: Archive) -> Iterator[tuple[str, float, float, float, float]]:
    """For each page its largest size (kB), and the milliseconds beside the search: median and most
    when it is asked for the first time, median when it is asked for again.
    """
    client = TestClient(create_app(archive))
    for name, address in PAGES.items():
        sizes, first, again = [], [], []
        for q in SEARCHES:
            path = address(q, archive)
            for taken in (first, again):
                started = perf_counter()
                answer = client.get(path)
                seconds = perf_counter() - started
                answer.raise_for_status()
                stages = dict(_STAGE.findall(answer.headers["server-timing"]))
                searched = sum(float(ms) for stage, ms in stages.items() if stage != "total")
                taken.append(seconds * 1000 - searched)
                sizes.append(len(answer.content) / 1000)
        yield name, max(sizes), median(first), max(first), median(again)


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    options = parser.parse_args()
    with open_archive(Settings(home=options.home)) as archive:
        archive.warm_up()
        status = archive.status()
        print(f"{status.articles:,} articles, {status.passages:,} passages\n")
        print("| page | kB | ms, median | ms, most | ms again, median |\n|---|---|---|---|---|")
        for name, size, middle, most, again in measured(archive):
            print(f"| {name} | {size:.0f} | {middle:.0f} | {most:.0f} | {again:.0f} |", flush=True)


if __name__ == "__main__":
    main()
