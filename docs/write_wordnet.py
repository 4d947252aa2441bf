"""Write the tables of archive/extract/data/ that come from WordNet anew.

    python docs/write_wordnet.py FOLDER

The folder holds data.noun, data.adj, index.noun, index.adj and noun.exc of WordNet 3.0 (Princeton
University), as Debian's package `wordnet-base` has them in /usr/share/wordnet. It makes these:

demonyms.tsv     what people and things of an area are called: adjectives that pertain to it, and
                 nouns for who is born there
landmarks.tsv    regions, islands, mountains and waters that the other tables lack, each in the
                 middle of the areas and towns that it is a part of or that are parts of it
well_known.tsv   towns that an English dictionary has an entry for
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.extract.gazetteer import Candidate, Gazetteer, key
from archive.extract.places import distance_km

DATA = Path(__file__).parents[1] / "archive" / "extract" / "data"
TABLES = {
    "demonyms.tsv": ("value", "demonyms"),
    "landmarks.tsv": ("label", "latitude", "longitude", "parent", "names"),
    "well_known.tsv": ("name", "value"),
}
LOCATION, OBJECT, PERSON = 15, 17, 18  # lexicographer files
PART_OF, HAS_PART, INSTANCE_OF, PERTAINS_TO, DERIVED = "#p", "%p", "@i", "\\", "+"
NATIVE = re.compile(r"(?:native|resident|inhabitant)\b[^;]*? of (?:the )?((?:[A-Z][\w'.-]+ ?)+)")
MEN = ("shman", "chman", "sman", "woman")
UNCOUNTED = ("ese", "ish", "ch", "ss")  # their plural is no other word
TOWN = re.compile(r"(?:^|_)(?:city|town|port|capital|seaport|borough|village|metropolis)$")
# What people write of: WordNet has stars and streets, too.
LANDMARKS = frozenset(
    """geographical_area region island archipelago peninsula range mountain_peak lake sea bay gulf
    strait desert district isthmus cape channel highland plain plateau tableland valley
    national_park volcano basin delta glacier canal atoll Aegean_island""".split()
)
# What a landmark lies in tells where it is if it is no larger than this, from its middle.
WIDEST_KM = 400.0
STEPS_UP = 5  # from a part to the country that it lies in


@dataclass(frozen=True, slots=True)
class Pointer:
    """From one word of a meaning (0 for all of it) to another meaning."""

    symbol: str
    target: str
    word: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some words have in common; `file` is the lexicographer's."""

    file: int
    words: tuple[str, ...]
    pointers: tuple[Pointer, ...]
    gloss: str

    def targets(self, symbol: str) -> list[str]:
        """The meanings that it points to."""
        return [p.target for p in self.pointers if p.symbol == symbol]


class WordNet:
    """Nouns and adjectives: meanings by part of speech and offset ("n09178310")."""

    def __init__(self, folder: Path) -> None:
        self.meanings = dict(_meanings(folder / "data.noun", "n"))
        self.meanings |= _meanings(folder / "data.adj", "a")
        self._order = {
            part: _order(folder / f"index.{name}", part)
            for part, name in (("n", "noun"), ("a", "adj"))
        }
        exceptions = (
            line.split() for line in (folder / "noun.exc").read_text("utf-8").splitlines()
        )
        self._plurals = {singular: many for many, singular, *_ in exceptions}
        self.common = {w for m in self.meanings.values() for w in m.words if w[0].islower()}

    def __getitem__(self, meaning: str) -> Meaning:
        return self.meanings[meaning]

    def nouns(self, words: str) -> list[str]:
        """The meanings of words as they are written, the most usual first."""
        written = words.strip().replace(" ", "_")
        found = self._order["n"].get(written.lower(), ())
        return [meaning for meaning in found if written in self[meaning].words]

    def rank(self, word: str, meaning: str) -> int:
        """How usual a meaning of a word is: 0 is the most usual."""
        found = self._order[meaning[0]].get(word.lower(), ())
        return found.index(meaning) if meaning in found else len(found)

    def plural(self, noun: str) -> str:
        """ "Texans", "Welshmen", "Senegalese"."""
        if noun.lower() in self._plurals:
            return self._plurals[noun.lower()].title()
        if noun.endswith(MEN):
            return noun[:-2] + "en"
        return noun if noun.endswith(UNCOUNTED) else re.sub("y$", "ie", noun) + "s"

    def kinds(self, meaning: str) -> list[str]:
        """What a thing with a name is an instance of."""
        return [self[kind].words[0] for kind in self[meaning].targets(INSTANCE_OF)]


def _meanings(path: Path, part: str) -> Iterator[tuple[str, Meaning]]:
    """The meanings of a data file, as wndb(5WN) describes it."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        head, _, gloss = line.partition(" | ")
        fields = head.split()
        count = int(fields[3], 16)
        words = (re.sub(r"\(\w+\)$", "", fields[4 + 2 * n]) for n in range(count))
        first = 5 + 2 * count
        pointers = (
            Pointer(symbol, kind.replace("s", "a") + target, int(word[:2], 16))
            for symbol, target, kind, word in (
                fields[first + 4 * n : first + 4 * n + 4] for n in range(int(fields[first - 1]))
            )
        )
        yield part + fields[0], Meaning(int(fields[1]), tuple(words), tuple(pointers), gloss)


def _order(path: Path, part: str) -> dict[str, list[str]]:
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith(" "):
            fields = line.split()
            found[fields[0]] = [part + f for f in fields[-int(fields[2]) :]]
    return found


class Atlas:
    """WordNet's places as the gazetteer knows them."""

    def __init__(self, wordnet: WordNet, gazetteer: Gazetteer) -> None:
        self.wordnet = wordnet
        self.gazetteer = gazetteer

    def area(self, meaning: str) -> Candidate | None:
        """The continent, country, division or region that a meaning is."""
        if self.wordnet[meaning].file not in (LOCATION, OBJECT) or self.is_town(meaning):
            return None
        country = self._as_country(meaning)
        if country is not None:
            return country
        code = self.country(meaning)
        options = [c for name in self._names(meaning) for c in self.gazetteer.areas(name)]
        return next(
            (c for c in options if c.kind not in ("country", "county") and c.place.country == code),
            None,
        )

    def town(self, meaning: str) -> Candidate | None:
        """The town that a meaning is: the largest of its name where it lies."""
        if not self.is_town(meaning):
            return None
        around = [a for a in map(self.area, self.wordnet[meaning].targets(PART_OF)) if a]
        code = self.country(meaning)
        options = [
            c
            for name in self._names(meaning)
            for c in self.gazetteer.candidates(name)
            if c.kind == "city" and c.place.country == code
        ]
        divisions = {a.place.value for a in around if a.kind == "division"}
        options = [c for c in options if not divisions or divisions & set(c.place.parents)]
        return max(options, key=lambda c: (c.population, c.place.value), default=None)

    def country(self, meaning: str) -> str | None:
        """The code of the country that it lies in, None if WordNet names none or several."""
        above = [meaning]
        for _ in range(STEPS_UP):
            above = [t for m in above for t in self.wordnet[m].targets(PART_OF)]
            found = {c.place.country for m in above if (c := self._as_country(m))}
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def is_town(self, meaning: str) -> bool:
        """Whether people live in it as in one town."""
        return any(TOWN.search(kind) for kind in self.wordnet.kinds(meaning))

    def _as_country(self, meaning: str) -> Candidate | None:
        above = self.wordnet[meaning].targets(PART_OF)
        on_continent = any("continent" in self.wordnet.kinds(t) for t in above)
        if not on_continent and not any(k.endswith("ountry") for k in self.wordnet.kinds(meaning)):
            return None
        options = [c for name in self._names(meaning) for c in self.gazetteer.areas(name)]
        return next((c for c in options if c.kind == "country"), None)

    def _names(self, meaning: str) -> list[str]:
        return [word.replace("_", " ") for word in self.wordnet[meaning].words]


def demonyms(atlas: Atlas) -> Iterator[tuple[str, str]]:
    """Each demonym with the value of its area, of several that of its most usual meaning."""
    wordnet = atlas.wordnet
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    adjectives: dict[str, str] = {}
    for name, meaning in wordnet.meanings.items():
        for pointer in meaning.pointers:
            target = atlas.area(pointer.target) if pointer.symbol == PERTAINS_TO else None
            if target:
                word = meaning.words[pointer.word - 1]
                adjectives[name] = target.place.value
                if not wordnet.rank(word, name):
                    found[word].append((0, target.place.value))
    for name, meaning in wordnet.meanings.items():
        if meaning.file != PERSON or meaning.targets(INSTANCE_OF):  # one person is no people
            continue
        values = [adjectives[t] for t in meaning.targets(DERIVED) if t in adjectives]
        stated = NATIVE.search(meaning.gloss)
        natives = wordnet.nouns(stated[1]) if stated else []
        values += [area.place.value for m in natives if (area := atlas.area(m))]
        for word in meaning.words if values else ():
            found[word].append((wordnet.rank(word, name), values[0]))
            if is_demonym(word, atlas):
                found[wordnet.plural(word)].append((wordnet.rank(word, name), values[0]))
    for word, ranked in sorted(found.items()):
        if is_demonym(word, atlas):
            yield word.replace("_", " "), min(ranked)[1]


def is_demonym(word: str, atlas: Atlas) -> bool:
    """Whether a word is written as a name is, and neither an area's own nor a word of others."""
    written = all(part[0].isupper() for part in word.split("_"))
    if not written or word.isupper() or word.lower() in atlas.wordnet.common:
        return False
    return not atlas.gazetteer.areas(word.replace("_", " "))


def landmarks(atlas: Atlas) -> Iterator[dict[str, str]]:
    """What has a name, no row in another table, and a point that can be told."""
    wordnet = atlas.wordnet
    for name, meaning in wordnet.meanings.items():
        kinds = wordnet.kinds(name)
        if meaning.file not in (LOCATION, OBJECT) or not LANDMARKS.intersection(kinds):
            continue
        if atlas.area(name):
            continue
        names = [w.replace("_", " ") for w in meaning.words if means_one(w, atlas)]
        if not names or any(atlas.gazetteer.areas(n) for n in names):
            continue
        parts = [c for t in meaning.targets(HAS_PART) if (c := atlas.area(t) or atlas.town(t))]
        around = [c for t in meaning.targets(PART_OF) if (c := atlas.area(t) or atlas.town(t))]
        small = [c for c in around if c.kind in ("division", "city") or reach(atlas, c) < WIDEST_KM]
        points = parts if len(parts) > 1 else small
        if not points:
            continue
        lat, lon = middle([(c.place.latitude, c.place.longitude) for c in points])
        divisions = {c.place.value for c in around if c.kind == "division"}
        code = atlas.country(name)
        countries = {atlas.gazetteer.country(code).value} if code else set()
        parent = divisions if len(divisions) == 1 else countries
        yield {
            "label": names[0],
            "latitude": f"{lat:.1f}",
            "longitude": f"{lon:.1f}",
            "parent": next(iter(parent), ""),
            "names": ",".join(names[1:]),
        }


def means_one(word: str, atlas: Atlas) -> bool:
    """Whether a name has one meaning and is no town's."""
    name = word.replace("_", " ")
    known = len(atlas.wordnet.nouns(name)) > 1 or atlas.gazetteer.candidates(name)
    return word[0].isupper() and word.lower() not in atlas.wordnet.common and not known


def reach(atlas: Atlas, candidate: Candidate) -> float:
    """How far from its middle a country reaches, by its divisions' middles, in km."""
    if candidate.kind != "country":
        return float("inf")
    inside = atlas.gazetteer.divisions_of(candidate.place.value)
    return max((distance_km(candidate.place, place) for place in inside), default=0.0)


def middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The mean of latitudes and longitudes, as seen from the first point."""
    east = points[0][1]
    turned = [(lon - east + 180) % 360 - 180 for _, lon in points]
    lat = sum(lat for lat, _ in points) / len(points)
    return lat, (east + sum(turned) / len(turned) + 180) % 360 - 180


def well_known(atlas: Atlas) -> Iterator[dict[str, str]]:
    """Towns of the dictionary, by the name that it has for them."""
    for name, meaning in atlas.wordnet.meanings.items():
        town = atlas.town(name) if meaning.file == LOCATION else None
        if town:
            for word in meaning.words:
                folded = key(word.replace("_", " "))
                if any(
                    c.place.value == town.place.value for c in atlas.gazetteer.candidates(folded)
                ):
                    yield {"name": folded, "value": town.place.value}


def write(name: str, rows: Iterable[dict[str, str]]) -> None:
    """A table as `archive/extract/gazetteer.py` reads it, each row once."""
    columns = TABLES[name]
    lines = sorted({"\t".join(row[column] for column in columns) for row in rows})
    (DATA / name).write_text("\n".join(("\t".join(columns), *lines)) + "\n", "utf-8")


def main(folder: str) -> None:
    """Write all three."""
    for name in TABLES:  # what was written before is no source
        write(name, ())
    wordnet = WordNet(Path(folder))
    atlas = Atlas(wordnet, Gazetteer())
    write("landmarks.tsv", landmarks(atlas))
    write("well_known.tsv", well_known(atlas))
    named: dict[str, list[str]] = defaultdict(list)
    for word, value in demonyms(Atlas(wordnet, Gazetteer())):
        named[value].append(word)
    rows = ({"value": value, "demonyms": ",".join(words)} for value, words in named.items())
    write("demonyms.tsv", rows)


if __name__ == "__main__":
    main(sys.argv[1])
