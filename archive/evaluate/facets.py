"""How well a document's facets are found: who and where it is about, by its agency's tags.

Two kinds of files are answered. A newswire with country tags alone (`places` are slugs) asks
for the countries that a report is about; tags with a relevance ask for people, organisations
and places, and count from a relevance of 50 on.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.aboutness import REPORTED_FROM, foremost, main_subjects, weight
from archive.canonical import Seen, canonical
from archive.evaluate.judged import f1, judged_documents
from archive.extract.actors import actor_value
from archive.extract.extractor import Extraction, extract_names
from archive.extract.gazetteer import Gazetteer, shared_gazetteer
from archive.extract.places import distance_km, resolve_dateline
from archive.extract.tagger import Tagger
from archive.spelling import Words, given_names, organisation_key
from archive.stream import Progress, batched, silent
from archive.text import normalise, slug
from archive.types import Actor, Article, Mention, Place

_RELEVANT = 50
_BATCH = 64
_SAME_PLACE_KM = 161.0  # 100 miles, as geocoding is judged everywhere
# States that are no more, by the country whose towns their capitals are now.
_SUCCESSORS = {"soviet-union": "RU", "yugoslavia": "RS", "czechoslovakia": "CZ"}
# What tags add to an institution's name to tell it from others of the same name abroad.
_QUALIFIERS = frozenset("us uk group".split())

Judged = tuple[dict[str, Any], Extraction]


def evaluate_facets(path: Path, model: str, *, progress: Progress = silent) -> dict[str, Any]:
    """`{"places_micro_f1": …, …}` of country tags; `{"people_recall": …, "people_precision": …,
    …}` of tags with a relevance, with `…_main` precision of what we call main subjects.
    """
    tagger, gazetteer = Tagger(model), shared_gazetteer()
    judged: list[Judged] = []
    for batch in batched(judged_documents(path, "text", "places"), _BATCH):
        tagged = tagger.tag([normalise(item["text"]) for item in batch])
        for item, entities in zip(batch, tagged, strict=True):
            judged.append((item, extract_names(_article(item), entities, gazetteer)))
        progress("facets", len(judged), None)
    return facet_figures(judged, gazetteer)


def facet_figures(judged: Sequence[Judged], gazetteer: Gazetteer) -> dict[str, Any]:
    """The figures of judged documents, given what was found in each."""
    tagged = any(isinstance(place, dict) for item, _ in judged for place in item["places"])
    figures = _tag_figures(judged) if tagged else _country_figures(judged, gazetteer)
    return {**figures, "articles": len(judged)}


def _article(item: dict[str, Any]) -> Article:
    stated = item.get("dateline")
    if isinstance(stated, dict):
        parts = (stated.get("city"), stated.get("countryareaname") or stated.get("countryname"))
        stated = ", ".join(part for part in parts if part) or None
    return Article(
        title=normalise(item.get("title") or ""),
        text=normalise(item["text"]),
        origin=str(item.get("id", "")),
        dateline=stated,
    )


# Countries.


def _country_figures(judged: Sequence[Judged], gazetteer: Gazetteer) -> dict[str, Any]:
    right, found, gold, mentioned = 0, 0, 0, [0, 0]
    people, organisations = Tags(), Tags()
    actors = _actors(judged)
    for item, extraction in judged:
        wanted = {c for name in item["places"] if (c := _country_of(name, gazetteer))}
        ours = _countries(_article(item), extraction, gazetteer)
        right += len(wanted & ours)
        found += len(ours)
        gold += len(wanted)
        every = {c for m in extraction.mentions if (c := _country(m, extraction))}
        mentioned[0] += len(wanted & every)
        mentioned[1] += len(every)
        people.recall([slug(n) for n in item.get("people", ())], _people_words(extraction, actors))
        names = [n.split("-")[0] for n in item.get("orgs", ())]
        organisations.recall(names, _organisation_words(extraction, actors))
    precision, recall = right / max(found, 1), right / max(gold, 1)
    return {
        "places_micro_f1": round(f1(precision, recall), 4),
        "places_precision": round(precision, 4),
        "places_recall": round(recall, 4),
        "places_precision_mentioned": round(mentioned[0] / max(mentioned[1], 1), 4),
        "places_recall_mentioned": round(mentioned[0] / max(gold, 1), 4),
        **({"people_recall": people.figure} if people.asked else {}),
        **({"organisations_recall": organisations.figure} if organisations.asked else {}),
    }


def _countries(article: Article, extraction: Extraction, gazetteer: Gazetteer) -> frozenset[str]:
    """The countries that a report is about: those named, and where it was reported from."""
    weights: Counter[str] = Counter()
    for mention in extraction.mentions:
        if country := _country(mention, extraction):
            weights[country] += weight(mention)  # type: ignore[assignment]
    place = resolve_dateline(article.dateline, gazetteer) if article.dateline else None
    if place and (country := _SUCCESSORS.get(place.value, place.country)):
        weights[country] += REPORTED_FROM  # type: ignore[assignment]
    return foremost(weights)


def _country(mention: Mention, extraction: Extraction) -> str | None:
    if mention.kind != "place":
        return None
    place = next(p for p in extraction.places if p.value == mention.value)
    return _SUCCESSORS.get(place.value, place.country)


def _country_of(tag: str, gazetteer: Gazetteer) -> str | None:
    """The country behind a tag such as "west-germany" or "uk"; of a longer name its beginning."""
    words = tag.split("-")
    for size in range(len(words), 0, -1):
        name = " ".join(words[:size])
        for area in (*gazetteer.areas(name), *gazetteer.areas(name.upper())):
            if area.kind == "country" or area.place.value in _SUCCESSORS:
                return _SUCCESSORS.get(area.place.value, area.place.country)
    return None


class Tags:
    """How many tags were found again, and how many of our values are tags."""

    def __init__(self) -> None:
        self.asked = self.answered = self.named = self.right = 0

    def recall(self, wanted: Iterable[str], words: "set[str]") -> None:
        """Tags that are slugs: all their words stand in one of our names."""
        for tag in wanted:
            self.asked += 1
            self.answered += any(set(tag.split("-")) <= set(name.split("-")) for name in words)

    @property
    def figure(self) -> float:
        """Recall."""
        return round(self.answered / max(self.asked, 1), 4)

    @property
    def precision(self) -> float:
        """The share of our values that some tag names, whatever its relevance."""
        return round(self.right / max(self.named, 1), 4)


def _people_words(extraction: Extraction, actors: dict[str, Actor]) -> set[str]:
    return {n for m in extraction.mentions if m.kind == "person" for n in _names(m, actors)}


def _organisation_words(extraction: Extraction, actors: dict[str, Actor]) -> set[str]:
    names = {
        name
        for m in extraction.mentions
        if m.kind in ("organisation", "group")
        for name in _names(m, actors)
    }
    initials = {"".join(w[0] for w in name.split("-") if w not in ("of", "and")) for name in names}
    joined = {name.replace("-", "") for name in names}
    return names | initials | joined


# Tags with a relevance.


@dataclass(frozen=True, slots=True)
class _Value:
    """One of our facet values: the names it has, where it lies, whether it is a main subject."""

    names: frozenset[Words]
    place: Place | None
    main: bool


def _tag_figures(judged: Sequence[Judged]) -> dict[str, Any]:
    actors = _actors(judged)
    figures: dict[str, Any] = {}
    for facet in ("places", "people", "organisations"):
        every, main = Tags(), Tags()
        for item, extraction in judged:
            values = list(_values(facet, extraction, actors))
            for tag in item.get(facet, ()):
                if tag["relevance"] >= _RELEVANT:
                    every.asked += 1
                    every.answered += any(_is_tagged(v, tag, facet) for v in values)
                    main.asked += 1
                    main.answered += any(v.main and _is_tagged(v, tag, facet) for v in values)
            if item.get(facet):
                for value in values:
                    right = any(_is_tagged(value, tag, facet) for tag in item[facet])
                    for tags in (every, main) if value.main else (every,):
                        tags.named += 1
                        tags.right += right
        figures |= {
            f"{facet}_recall": every.figure,
            f"{facet}_precision": every.precision,
            f"{facet}_recall_main": main.figure,
            f"{facet}_precision_main": main.precision,
        }
    return figures


def _values(facet: str, extraction: Extraction, actors: dict[str, Actor]) -> Iterable[_Value]:
    places = {place.value: place for place in extraction.places}
    main = main_subjects(extraction.mentions, places)
    if facet == "places":
        named = {m.value for m in extraction.mentions if m.kind == "place"}
        around = {p for value in named for p in places[value].parents if places[p].country}
        for value in sorted(named | around):
            place = places[value]
            yield _Value(frozenset([_place_key(place.label)]), place, value in main)
        return
    people = facet == "people"
    names: dict[str, set[Words]] = {}
    for mention in extraction.mentions:
        if mention.kind != "place" and (mention.kind == "person") == people:
            keys = names.setdefault(mention.value, set())
            for name in _names(mention, actors):
                keys.add(tuple(name.split("-")) if people else _institution_key(name))
                if mention.kind == "group":
                    stem = name.removesuffix("s")
                    keys |= {_institution_key(f"{stem}{end}") for end in ("-party", "ic-party")}
    for value, keys in sorted(names.items()):
        yield _Value(frozenset(keys), None, value in main)


def _is_tagged(value: _Value, tag: dict[str, Any], facet: str) -> bool:
    if facet == "places":
        if _place_key(tag["name"]) in value.names:
            return True
        if value.place is None or tag.get("lat") is None:
            return False
        spot = Place("", "", tag["lat"], tag["lon"])
        shared = set(_place_key(tag["name"])) & {w for name in value.names for w in name}
        return bool(shared) and distance_km(spot, value.place) <= _SAME_PLACE_KM
    if facet == "people":
        words = tuple(slug(tag["name"]).split("-"))
        return any(_same_person(words, name) for name in value.names)
    government = re.fullmatch(r"(.+?)(?: state)? government", tag["name"])
    wanted = _institution_key(actor_value(tag["name"], "organisation"))
    if government:
        wanted = _institution_key(actor_value(government[1], "organisation"))
    return any(wanted == name or _is_part(wanted, name) for name in value.names)


def _same_person(tag: Words, name: Words) -> bool:
    """Equal but for middle names and the short forms of given names."""
    if len(tag) < 2 or len(name) < 2:
        return tag == name
    return tag[-1] == name[-1] and bool(given_names(tag[0]) & given_names(name[0]))


def _is_part(wanted: Words, name: Words) -> bool:
    """Whether a tag of two words or more is what a longer name begins or ends with."""
    size = len(wanted)
    return size > 1 and wanted in (name[:size], name[-size:])


def _place_key(name: str) -> Words:
    return tuple(sorted(w for w in slug(name).split("-") if w not in ("the", "of", "republic")))


def _institution_key(value: str) -> Words:
    key = organisation_key(value.removesuffix("-com"))
    return tuple(word for word in key if word not in _QUALIFIERS) or key


def _names(mention: Mention, actors: dict[str, Actor]) -> set[str]:
    actor = actors[mention.value]
    kind = "person" if mention.kind == "person" else "organisation"
    names = (actor.label, *actor.aliases, mention.label)
    return {actor_value(name, kind) for name in names} | {actor.value, mention.value}  # type: ignore[arg-type]


def _actors(judged: Sequence[Judged]) -> dict[str, Actor]:
    return canonical(
        Seen(at, m.value, m.kind, m.surface, m.label)
        for at, (_, extraction) in enumerate(judged)
        for m in extraction.mentions
        if m.kind != "place"
    )
