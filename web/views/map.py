"""The places of a result set on a map: drawn here, over outlines from Natural Earth."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import PlaceCount, PlaceCounts
from archive.types import Place
from web.params import link, with_filter, without_filter
from web.views.parts import Box, Link, box

# The Equal Earth projection (Šavrič, Patterson and Jenny 2018): areas keep their proportions.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_SCALE = 180.0
WIDTH = 974.0
_NORTHMOST, _SOUTHMOST = 84.0, -58.0  # Antarctica reports no news
TOWNS = ("city", "county")
SPOTS = (*TOWNS, "country")
MOST_DOTS = 250
MOST_ROWS = 60
_SMALLEST, _LARGEST = 2.5, 16.0  # radius of a dot on the whole world's map
_FITTED_SHARE = 0.6  # of the world's width: places nearer together are shown larger
_NARROWEST = 90.0
_PADDING = 30.0
# The share of the world's width that a locator shows, by the kind of its place.
_AROUND = {"continent": 1.0, "country": 0.5, "region": 0.5}
_AROUND_OTHERS = 0.3
_LOCATED = 22.0  # radius of its dot, where the whole world is shown


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the map; a country is a ring around what lies in it."""

    x: float
    y: float
    radius: float
    label: str
    count: int
    href: str
    ring: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: the part of the world that is shown (`view` as SVG wants it), and dots on it."""

    view: str
    width: float
    height: float
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside the map."""

    label: str
    where: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MapPage:
    """map.html"""

    box: Box
    drawing: Drawing
    rows: tuple[Row, ...]
    total: int
    named_in: str
    left_out: int
    back: str
    tree: str
    wider: Link | None


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a point lies on the map of the whole world: x to the east, y to the south."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    x = math.radians(longitude) * math.cos(theta)
    x /= _M * (_A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square))
    y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    return round(WIDTH / 2 + _SCALE * x, 2), round(_SCALE * (_TOP - y), 2)


def _top(latitude: float) -> float:
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    square = theta * theta
    return theta * (_A1 + _A2 * square + square**3 * (_A3 + _A4 * square))


_TOP = _top(_NORTHMOST)
HEIGHT = round(_SCALE * (_TOP - _top(_SOUTHMOST)), 1)


def map_page(request: SearchRequest, spots: PlaceCounts, towns: PlaceCounts, total: int) -> MapPage:
    """The page of a request's first `SPOTS`, drawn, and `TOWNS`, in a table; `total` counts the
    result set.
    """
    return MapPage(
        box=box(request),
        drawing=drawing(request, spots.shown),
        rows=tuple(_rows(request, towns.shown)),
        total=towns.total,
        named_in=request.count.of(total),
        left_out=spots.total - len(spots.shown),
        back=link(request),
        tree=link(replace(request, cursor=None), "/facets/place"),
        wider=_wider(request),
    )


def drawing(request: SearchRequest, places: Sequence[PlaceCount]) -> Drawing:
    """Dots whose areas stand for numbers of articles, on as much of the world as they need."""
    towns = [p for p in places if p.place.kind != "country"]
    x, y, width = _window([project(p.place.latitude, p.place.longitude) for p in towns or places])
    zoom = width / WIDTH
    most = {
        ring: max((p.count for p in places if (p.place.kind == "country") == ring), default=1)
        for ring in (True, False)
    }
    dots = [
        _dot(request, p, most=most[p.place.kind == "country"], zoom=zoom)
        for p in sorted(places, key=lambda p: (p.place.kind != "country", -p.count))
    ]
    height = round(width * HEIGHT / WIDTH, 1)
    return Drawing(f"{x} {y} {width} {height}", WIDTH, HEIGHT, tuple(dots))


def locator(place: Place) -> Drawing:
    """One place, with as much of the world around it as tells where it is."""
    x, y = project(place.latitude, place.longitude)
    left, top, width = _window([(x, y)], narrowest=WIDTH * _AROUND.get(place.kind, _AROUND_OTHERS))
    height = round(width * HEIGHT / WIDTH, 1)
    radius = round(_LOCATED * width / WIDTH, 2)
    dot = Dot(x, y, radius, place.label, 0, link(with_filter(SearchRequest(), _filter(place))))
    return Drawing(f"{left} {top} {width} {height}", WIDTH, HEIGHT, (dot,))


def _dot(request: SearchRequest, counted: PlaceCount, *, most: int, zoom: float) -> Dot:
    place = counted.place
    x, y = project(place.latitude, place.longitude)
    radius = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(counted.count / max(most, 1))
    return Dot(
        x=x,
        y=y,
        radius=round(radius * zoom, 2),
        label=place.label,
        count=counted.count,
        href=_toggled(request, counted),
        ring=place.kind == "country",
        chosen=counted.chosen == "include",
    )


def _window(
    points: Sequence[tuple[float, float]], *, narrowest: float = _NARROWEST
) -> tuple[float, float, float]:
    """The left, the top and the width of the part of the world that holds the points."""
    if not points:
        return 0.0, 0.0, WIDTH
    xs, ys = [x for x, _ in points], [y for _, y in points]
    ratio = WIDTH / HEIGHT
    width = max(max(xs) - min(xs), (max(ys) - min(ys)) * ratio) + 2 * _PADDING
    width = max(width, narrowest)
    if width > _FITTED_SHARE * WIDTH:
        return 0.0, 0.0, WIDTH
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - width / ratio) / 2
    left = min(max(0.0, left), WIDTH - width)
    top = min(max(0.0, top), HEIGHT - width / ratio)
    return round(left, 1), round(top, 1), round(width, 1)


def _rows(request: SearchRequest, places: Iterable[PlaceCount]) -> Iterable[Row]:
    for counted in places:
        where = [place.label for place in counted.around[:1] + counted.around[-2:-1]]
        yield Row(
            label=counted.place.label,
            where=", ".join(dict.fromkeys(w for w in where if w != counted.place.label)),
            count=counted.count,
            href=_toggled(request, counted),
            chosen=counted.chosen == "include",
        )


def _toggled(request: SearchRequest, counted: PlaceCount) -> str:
    """The map with a place chosen, or chosen no more."""
    value = counted.place.value
    if counted.chosen:
        return link(without_filter(request, "place", value), "/map")
    return link(with_filter(request, _filter(counted.place)), "/map")


def _filter(place: Place) -> FacetFilter:
    return FacetFilter("place", place.value)


def _wider(request: SearchRequest) -> Link | None:
    if not (request.bbox or request.near):
        return None
    return Link("Whole world", link(replace(request, bbox=None, near=None, cursor=None), "/map"))
