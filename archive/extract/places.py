"""Toponyms of one article in, the place that each of them means out.

A name has one meaning within an article. It is the candidate with the best sum of: its size,
what stands beside the name ("Paris, Texas"), and how well it fits the article's dateline and its
other places (containment in the same division or country, distance).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.extract.gazetteer import Candidate, Gazetteer, key
from archive.types import Place

# Weights of the evidence, in orders of magnitude of population: a town in the division that
# the article is about beats a namesake a hundred times its size.
_QUALIFIED = 8.0
_SAME_DIVISION = 2.0
_SAME_COUNTRY = 1.5
_NEAR = 1.5
_CAPITAL = 1.5
_NOT_ITS_USUAL_NAME = -1.5
_SIZE = {"continent": 9.5, "country": 9.0, "region": 7.6, "county": 4.5}
_SMALLEST_TOWN = 500
_NEARNESS_KM = 150.0
# A town with this share of its division's people is what the common name means ("New York").
_SEAT_SHARE = 0.25
_EARTH_KM = 6371.0
_DEMONYM_WEIGHT = 0.5
_DATELINE_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place's name in an article; `within` is the area that stands after it ("…, Texas")."""

    surface: str
    within: Candidate | None = None


@dataclass(slots=True)
class _Context:
    """What the rest of the article speaks for: weights by area, and points."""

    areas: Counter[str]
    points: list[tuple[Place, float]]

    def without(self, place: Place, weight: float) -> "_Context":
        areas = Counter(self.areas)
        for value in (place.value, *place.parents):
            areas[value] -= weight  # type: ignore[assignment]
        return _Context(areas, [p for p in self.points if p[0] is not place])


def resolve(
    toponyms: Sequence[Toponym],
    gazetteer: Gazetteer,
    *,
    dateline: str | None = None,
    demonyms: Iterable[str] = (),
) -> Mapping[str, Candidate]:
    """The place of each name, by its folded form (`gazetteer.key`); unknown names are left out."""
    options: dict[str, tuple[Candidate, ...]] = {}
    within: dict[str, list[Candidate]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for toponym in toponyms:
        folded = key(toponym.surface)
        counts[folded] += 1
        if folded not in options:
            options[folded] = _prefer_seats(gazetteer.candidates(toponym.surface))
        if toponym.within:
            within[folded].append(toponym.within)
    fixed = _fixed_context(gazetteer, dateline, demonyms)
    chosen: dict[str, Candidate] = {}
    for _ in range(2):  # the second round knows what the first one thought of the others
        context = _context(fixed, chosen, counts)
        chosen = {
            folded: max(
                candidates,
                key=lambda c: (
                    _score(c, within[folded], context, chosen.get(folded)),
                    c.place.value,
                ),  # noqa: B023
            )
            for folded, candidates in options.items()
            if candidates
        }
    return chosen


def _prefer_seats(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Without the divisions that are little more than the town of the same name."""
    towns = [c for c in candidates if c.kind == "city"]
    return tuple(
        c
        for c in candidates
        if c.kind != "division"
        or not any(
            t.place.country == c.place.country
            and t.population >= _SEAT_SHARE * c.population
            and distance_km(t.place, c.place) < 2 * _NEARNESS_KM
            for t in towns
        )
    )


def _fixed_context(
    gazetteer: Gazetteer, dateline: str | None, demonyms: Iterable[str]
) -> Counter[str]:
    areas: Counter[str] = Counter()
    for country in demonyms:
        areas[country] += _DEMONYM_WEIGHT  # type: ignore[assignment]
    if dateline:
        named = dateline.split(",")
        after = named[1].split("(")[0].strip(" -–—") if len(named) > 1 else ""
        area = gazetteer.abbreviation(after) or next(iter(gazetteer.areas(after)), None)
        town = Toponym(named[0].split("(")[0].strip(" -–—"), area)
        options = _prefer_seats(gazetteer.candidates(town.surface))
        stated = [area] if area else []
        if options:
            empty = _Context(Counter(), [])
            best = max(options, key=lambda c: (_score(c, stated, empty, None), c.place.value))
            for value in (best.place.value, *best.place.parents):
                areas[value] += _DATELINE_WEIGHT  # type: ignore[assignment]
    return areas


def _context(
    fixed: Counter[str], chosen: Mapping[str, Candidate], counts: Counter[str]
) -> _Context:
    areas = Counter(fixed)
    points = []
    for folded, candidate in chosen.items():
        weight = 1 + math.log2(counts[folded])
        points.append((candidate.place, weight))
        for value in (candidate.place.value, *candidate.place.parents):
            areas[value] += weight  # type: ignore[assignment]
    return _Context(areas, points)


def _score(
    candidate: Candidate,
    within: Sequence[Candidate],
    context: _Context,
    before: Candidate | None,
) -> float:
    place = candidate.place
    score = _SIZE.get(candidate.kind) or math.log10(max(candidate.population, _SMALLEST_TOWN))
    score += _CAPITAL * candidate.capital + _NOT_ITS_USUAL_NAME * candidate.alias
    if candidate.kind == "country" and candidate.alias:
        score -= _NOT_ITS_USUAL_NAME
    score += _QUALIFIED * any(area.place.value in place.parents for area in within)
    if before is not None:
        weight = next((w for p, w in context.points if p is before.place), 0.0)
        context = context.without(before.place, weight)
    if candidate.kind in ("continent", "region"):
        return score
    countries = sum(w for v, w in context.areas.items() if "." not in v) or 1.0
    own = [v for v in (place.value, *place.parents) if v in context.areas]
    for value in own:
        share = context.areas[value] / countries
        score += min(1.0, 2 * share) * (_SAME_DIVISION if "." in value else _SAME_COUNTRY)
    near = [distance_km(place, p) for p, _ in context.points if "." in p.value]
    return score + (_NEAR * math.exp(-min(near) / _NEARNESS_KM) if near else 0.0)


def distance_km(one: Place, other: Place) -> float:
    """Great-circle distance."""
    lat1, lon1, lat2, lon2 = (
        math.radians(x) for x in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))
