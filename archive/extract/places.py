"""Toponyms of one article in, the place that each of them means out.

A name has one meaning within an article. It is the candidate with the best sum of: its size,
what stands beside the name ("Paris, Texas"), and how well it fits the article's dateline, its
other places (containment in the same division or country, distance) and the region that its
source mostly writes about.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from archive.extract.gazetteer import Candidate, Gazetteer, key
from archive.types import EARTH_KM, Place

# Weights of the evidence, in orders of magnitude of population: a town in the division that
# the article is about beats a namesake a hundred times its size.
_QUALIFIED = 8.0
_SAME_DIVISION = 2.5
_SAME_COUNTRY = 2.0
_NEAR = 1.5
_CAPITAL = 1.5
_NOT_ITS_USUAL_NAME = -2.5
_SIZE = {"continent": 9.5, "country": 9.0, "region": 7.6, "county": 4.5}
_SMALLEST_TOWN = 500
_NEARNESS_KM = 150.0
# Below this size a town is believed only where something else speaks for its country: the
# recogniser takes many a person or product for a place, and every word is a village somewhere.
_BELIEVED_TOWN = 15_000
# A town with this share of its division's people is what the common name means ("New York").
_SEAT_SHARE = 0.1
_KNOWN_TOWN = 1_000_000
# Where a text says so it hardly means the town in Texas.
_HEAVENLY = frozenset("earth mars venus moon sun west east south north".split())
_ROUNDS = 3
_MOST_CANDIDATES = 25
_MOST_POINTS = 40  # bounds the work on a book; no article names more towns
_DEMONYM_WEIGHT = 0.5
_HINT_WEIGHT = 0.5
_DATELINE_WEIGHT = 2.0
_HOME_DIVISION = 2.0
_HOME_COUNTRY = 0.7
_HOME_TOWN = 2.0
# Articles of a source that count as seen although they were not: one article is no habit.
_UNSEEN = 2.0
_HOME_SHARE = 0.5  # of its articles: a country that a source is at home in
_SHORTEST_IN_SOURCE = 4  # letters of a town's name that a source may be called after
_STEEPNESS = 1.0  # of the confidence in the best candidate over the others
_MOST_CERTAIN, _LEAST_CERTAIN = 0.99, 0.05

Rule = Literal["only candidate", "qualifier", "dateline", "other places", "source", "size"]


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place's name in an article; `within` is the area that stands after it ("…, Texas").

    A hint is a name inside another name ("Ohio State University"): evidence, no mention.
    """

    surface: str
    within: Candidate | None = None
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """Where a source is at home: its name in small letters ("examplevilleherald"), and the share
    of its articles, from 0 to 1, that speak of each area.
    """

    name: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name means, what decided it, and how certain that is (0 to 1)."""

    candidate: Candidate
    rule: Rule
    confidence: float

    @property
    def place(self) -> Place:
        """The place meant."""
        return self.candidate.place


@dataclass(slots=True)
class _Name:
    """A name of the article with what it may mean, and how good each meaning looks so far."""

    candidates: tuple[Candidate, ...]
    weight: float
    within: tuple[Candidate, ...]
    hint: bool
    sizes: list[float]
    homes: list[float]
    scores: list[float]

    @property
    def best(self) -> Candidate:
        return self.candidates[self.best_at]

    @property
    def best_at(self) -> int:
        scored = list(zip(self.scores, self.candidates, strict=True))
        return max(range(len(scored)), key=lambda at: _by_score(scored[at]))

    @property
    def confidence(self) -> float:
        """The best candidate's part of what all deserve (softmax of the scores)."""
        top = max(self.scores)
        shares = [math.exp(_STEEPNESS * (score - top)) for score in self.scores]
        return min(_MOST_CERTAIN, max(_LEAST_CERTAIN, 1 / sum(shares)))

    def beliefs(self) -> dict[str, float]:
        """How strongly the name speaks for each area: its weight at most."""
        top = max(self.scores)
        areas: dict[str, float] = {}
        for score, candidate in zip(self.scores, self.candidates, strict=True):
            belief = self.weight * math.exp(score - top)
            for area in (candidate.place.value, *candidate.place.parents):
                areas[area] = max(areas.get(area, 0.0), belief)
        return areas


def resolve(
    toponyms: Sequence[Toponym],
    gazetteer: Gazetteer,
    *,
    dateline: str | None = None,
    demonyms: Iterable[str] = (),
    home: Home | None = None,
    certain: bool = False,
) -> Mapping[str, Resolved]:
    """The place of each name and hint, by its folded form (`gazetteer.key`); what is unknown, or
    known only as a village that nothing speaks for, are left out. `certain` says that all names
    are known to be places', so villages are believed.
    """
    home = home or Home()
    others: Counter[str] = Counter()
    for area in demonyms:
        for value in (area, *gazetteer.place(area).parents):
            others[value] += _DEMONYM_WEIGHT  # type: ignore[assignment]
    stated: Counter[str] = Counter()
    if dateline and (place := resolve_dateline(dateline, gazetteer, home=home)):
        for value in (place.value, *place.parents):
            stated[value] += _DATELINE_WEIGHT  # type: ignore[assignment]
    fixed = others + stated
    names = _gather(toponyms, gazetteer, home)
    for _ in range(_ROUNDS):  # each round knows what the last one thought of the others
        _reconsider(names, fixed)
    support = Counter(fixed)
    for name in names.values():
        for area in {name.best.place.value, *name.best.place.parents}:
            support[area] += name.weight  # type: ignore[assignment]
    return {
        folded: Resolved(name.best, _rule(name, stated), round(name.confidence, 3))
        for folded, name in names.items()
        if certain or _is_believed(name, support, home)
    }


def resolve_dateline(
    dateline: str, gazetteer: Gazetteer, *, home: Home | None = None
) -> Place | None:
    """Where an article was reported from: "PARIS, Texas (XYZ)", "GENEVA"."""
    parts = [part.split("(")[0].strip(" -–—") for part in dateline.split(",")]
    after = parts[1] if len(parts) > 1 else ""
    area = gazetteer.abbreviation(after) or next(iter(gazetteer.areas(after)), None)
    found = resolve([Toponym(parts[0].title(), area)], gazetteer, home=home)
    return found[key(parts[0])].place if key(parts[0]) in found else None


def home_of(source: str | None, articles: Iterable[Iterable[Place]]) -> Home:
    """Where a source is at home, from the places of its articles."""
    counts: Counter[str] = Counter()
    seen = 0
    for places in articles:
        counts.update({v for p in places for v in (p.value, *p.parents)})
        seen += 1
    return home_from_counts(source, counts, seen)


def home_from_counts(source: str | None, counts: Mapping[str, int], articles: int) -> Home:
    """The same, where the number of articles that speak of each area is known."""
    name = (source or "").casefold().split("//")[-1].removeprefix("www.").split("/")[0]
    shares = {area: count / (articles + _UNSEEN) for area, count in counts.items()}
    return Home("".join(c for c in name if c.isalpha()), shares)


def _rule(name: _Name, stated: Mapping[str, float]) -> Rule:
    """What decided for the best candidate: what it has more of than the largest one."""
    best, at = name.best, name.best_at
    if _is_within(best, name.within):
        return "qualifier"
    if len(name.candidates) == 1:
        return "only candidate"
    largest = max(range(len(name.sizes)), key=lambda n: (name.sizes[n], n == at))
    if largest == at:
        return "size"
    won = name.homes[at] - name.homes[largest]
    rest = (name.scores[at] - name.sizes[at]) - (name.scores[largest] - name.sizes[largest]) - won
    if won > rest:
        return "source"
    return "dateline" if any(v in stated for v in best.place.parents[:-2]) else "other places"


def _gather(toponyms: Sequence[Toponym], gazetteer: Gazetteer, home: Home) -> dict[str, _Name]:
    weights: dict[str, float] = defaultdict(float)
    within: dict[str, list[Candidate]] = defaultdict(list)
    mentioned: set[str] = set()
    surfaces: dict[str, str] = {}
    for toponym in toponyms:
        folded = key(toponym.surface)
        surfaces.setdefault(folded, toponym.surface)
        weights[folded] += _HINT_WEIGHT if toponym.hint else 1.0
        if not toponym.hint:
            mentioned.add(folded)
        if toponym.within:
            within[folded].append(toponym.within)
    names: dict[str, _Name] = {}
    for folded, surface in surfaces.items():
        stated = tuple(within[folded])
        known = gazetteer.candidates(surface) or gazetteer.about(surface)
        options = _plausible(_without_city(known, surfaces.keys()), stated, home)
        if folded in _HEAVENLY and not stated:
            options = []
        homes = {c.place.value: _at_home(c, home) for c in options}
        scored = sorted(
            ((_prior(c, stated) + homes[c.place.value], c) for c in options),
            key=_by_score,
            reverse=True,
        )[:_MOST_CANDIDATES]
        if scored:
            names[folded] = _Name(
                candidates=tuple(c for _, c in scored),
                weight=min(1.0, weights[folded]) + math.log2(max(1.0, weights[folded])),
                within=stated,
                hint=folded not in mentioned,
                sizes=[_prior(c, ()) for _, c in scored],
                homes=[homes[c.place.value] for _, c in scored],
                scores=[score for score, _ in scored],
            )
    return names


def _without_city(
    candidates: tuple[Candidate, ...], named: Collection[str]
) -> tuple[Candidate, ...]:
    """Where a text calls a town "X City", it means by X the division around it, if there is one."""
    divisions = [
        c for c in candidates if c.kind == "division" and f"{key(c.place.label)} city" in named
    ]
    return tuple(
        c for c in candidates if c.kind != "city" or not any(_is_seat(c, d) for d in divisions)
    )


def _plausible(
    candidates: tuple[Candidate, ...], within: Sequence[Candidate], home: Home
) -> list[Candidate]:
    """Without what nobody means: the division around a town of its name, and towns that share
    a country's name where nothing says so ("Lebanon" is not Lebanon, Tennessee, but to a paper
    of that town).
    """
    towns = [c for c in candidates if c.kind == "city"]
    country = any(c.kind in ("country", "continent") for c in candidates)
    kept = []
    for c in candidates:
        if c.kind == "division" and any(_is_seat(town, c) for town in towns):
            continue
        known = _is_within(c, within) or _at_home(c, home) >= _HOME_TOWN
        if c.kind == "city" and country and not known:
            continue
        kept.append(c)
    return kept


def _is_seat(town: Candidate, division: Candidate) -> bool:
    return (
        town.place.country == division.place.country
        and (town.population >= _SEAT_SHARE * division.population or town.population >= _KNOWN_TOWN)
        and distance_km(town.place, division.place) < 2 * _NEARNESS_KM
    )


def _is_within(candidate: Candidate, areas: Sequence[Candidate]) -> bool:
    return any(area.place.value in candidate.place.parents for area in areas)


def _at_home(candidate: Candidate, home: Home) -> float:
    """How well a place fits the region that the source writes about."""
    place = candidate.place
    if candidate.kind in ("continent", "country", "region"):
        return 0.0
    areas = [v for v in (place.value, *place.parents) if "." in v]
    division = max((home.shares.get(area, 0.0) for area in areas), default=0.0)
    country = max((home.shares.get(area, 0.0) for area in place.parents[-2:-1]), default=0.0)
    bare = "".join(c for c in key(place.label) if c.isalpha())
    named = candidate.kind == "city" and len(bare) >= _SHORTEST_IN_SOURCE and bare in home.name
    return (
        _HOME_DIVISION * division
        + _HOME_COUNTRY * country
        + _HOME_TOWN * (named and country > 0.0) * min(1.0, 2 * division)
    )


def _prior(candidate: Candidate, within: Sequence[Candidate]) -> float:
    score = _SIZE.get(candidate.kind) or math.log10(max(candidate.population, _SMALLEST_TOWN))
    if candidate.alias and candidate.kind in ("city", "division", "county"):
        score += _NOT_ITS_USUAL_NAME
    return score + _CAPITAL * candidate.capital + _QUALIFIED * _is_within(candidate, within)


def _reconsider(names: Mapping[str, _Name], fixed: Mapping[str, float]) -> None:
    beliefs = {folded: name.beliefs() for folded, name in names.items()}
    support: Counter[str] = Counter(fixed)
    for areas in beliefs.values():
        support.update(areas)
    total = max(fixed.values(), default=0.0) + sum(name.weight for name in names.values())
    firm = sorted(names.items(), key=lambda item: (-item[1].weight, item[0]))
    points = [(f, n.best.place) for f, n in firm if n.best.kind not in _SIZE][:_MOST_POINTS]
    fresh: dict[str, list[float]] = {}
    for folded, name in names.items():
        others = max(total - name.weight, 1.0)
        near = [place for f, place in points if f != folded]
        fresh[folded] = [
            _prior(c, name.within)
            + at_home
            + _coherence(c, support, beliefs[folded], others)
            + _nearness(c, near)
            for c, at_home in zip(name.candidates, name.homes, strict=True)
        ]
    for folded, name in names.items():
        name.scores = fresh[folded]


def _coherence(
    candidate: Candidate, support: Mapping[str, float], own: Mapping[str, float], others: float
) -> float:
    if candidate.kind in ("continent", "region"):
        return 0.0

    def share(area: str) -> float:
        return min(1.0, 2 * (support.get(area, 0.0) - own.get(area, 0.0)) / others)

    areas = (candidate.place.value, *candidate.place.parents)
    divisions = max((share(area) for area in areas if "." in area), default=0.0)
    countries = max((share(area) for area in areas[:-1] if "." not in area), default=0.0)
    return _SAME_DIVISION * divisions + _SAME_COUNTRY * countries


def _nearness(candidate: Candidate, points: Sequence[Place]) -> float:
    if not points or candidate.kind in ("continent", "country", "region"):
        return 0.0
    nearest = min(distance_km(candidate.place, place) for place in points)
    return _NEAR * math.exp(-nearest / _NEARNESS_KM)


def _is_believed(name: _Name, support: Mapping[str, float], home: Home) -> bool:
    best = name.best
    if best.kind != "city" or best.population >= _BELIEVED_TOWN:
        return True
    if _is_within(best, name.within) or not best.place.parents:
        return True
    country = best.place.parents[-2:-1] or best.place.parents[:1]
    if home.shares.get(country[0], 0.0) > _HOME_SHARE:
        return True
    return support.get(country[0], 0.0) > name.weight + 0.01


def _by_score(scored: tuple[float, Candidate]) -> tuple[float, str]:
    return scored[0], scored[1].place.value


def distance_km(one: Place, other: Place) -> float:
    """Great-circle distance."""
    lat1, lon1, lat2, lon2 = (
        math.radians(x) for x in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
