"""Write web/static/world.svg anew: the world's countries as the maps show them.

    python docs/write_outlines.py naturalearth_lowres.shp

The argument is Natural Earth's 1:110m countries (public domain, https://www.naturalearthdata.com)
as the package `geopandas` 0.14 carries them.
"""

import struct
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from web.views.map import HEIGHT, WIDTH, project

TARGET = Path(__file__).parents[1] / "web" / "static" / "world.svg"
_POLYGON = 5
_HEADER = 100
# Parts smaller than this, in units of the map, are not to be seen.
_SMALLEST = 1.2


def main(path: str) -> None:
    """Project all outlines and write them as one path a country."""
    paths = []
    for rings in countries(Path(path).read_bytes()):
        drawn = [ring for points in rings if (ring := drawn_ring(points))]
        if drawn:
            paths.append(f'<path d="{"".join(drawn)}"/>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        "<!-- Natural Earth, 1:110m countries, public domain; Equal Earth projection -->"
        '<g fill="#8a8f98" fill-opacity=".28" stroke="#8a8f98" stroke-opacity=".55" '
        'stroke-width=".4" stroke-linejoin="round">'
    )
    TARGET.write_text(head + "\n".join(paths) + "</g></svg>\n", "utf-8")


def countries(data: bytes) -> Iterator[list[list[tuple[float, float]]]]:
    """The rings of each polygon of a shapefile, as (longitude, latitude)."""
    at = _HEADER
    while at < len(data):
        (words,) = struct.unpack(">i", data[at + 4 : at + 8])
        record = data[at + 8 : at + 8 + 2 * words]
        at += 8 + 2 * words
        if struct.unpack("<i", record[:4])[0] != _POLYGON:
            continue
        parts, count = struct.unpack("<ii", record[36:44])
        starts = [*struct.unpack(f"<{parts}i", record[44 : 44 + 4 * parts]), count]
        flat = struct.unpack(f"<{2 * count}d", record[44 + 4 * parts : 44 + 4 * parts + 16 * count])
        points = list(zip(flat[::2], flat[1::2], strict=True))
        yield [points[a:b] for a, b in pairwise(starts)]


def drawn_ring(points: list[tuple[float, float]]) -> str:
    """A ring as part of an SVG path, to a tenth of a unit; "" if it is not to be seen."""
    if max(lat for _, lat in points) < -59:
        return ""
    spots: list[tuple[float, float]] = []
    for lon, lat in points:
        x, y = project(lat, lon)
        spot = round(x, 1), round(y, 1)
        if not spots or spot != spots[-1]:
            spots.append(spot)
    width = max(x for x, _ in spots) - min(x for x, _ in spots)
    height = max(y for _, y in spots) - min(y for _, y in spots)
    if max(width, height) < _SMALLEST:
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in spots[:-1]) + "Z"


if __name__ == "__main__":
    main(sys.argv[1])
