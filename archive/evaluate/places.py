"""Places in text, measured as toponym resolution is (Gritta et al. 2018, “What's missing in
geographical parsing?”) on texts whose place names have coordinates.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from archive.errors import InputError
from archive.extract.extractor import Extraction, Extractor, extract_names
from archive.extract.gazetteer import Gazetteer, key, shared_gazetteer
from archive.extract.places import Home, Toponym, distance_km, home_of, resolve
from archive.extract.toponyms import qualifier
from archive.types import Article, Mention, Place

# A name is placed right within 100 miles (Leidner 2007); nothing is farther away than half of
# the equator.
NEAR_KM = 161.0
FARTHEST_KM = 20_038.0
_STEPS = 10  # of confidence, in the table that shows how far it can be trusted


@dataclass(frozen=True, slots=True)
class Truth:
    """A place name as people marked it: `text[start:end] == surface`, and where it is."""

    start: int
    end: int
    surface: str
    place: Place


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text with all its place names."""

    text: str
    source: str | None
    toponyms: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a given name was taken for, and how certainly; None where it is unknown."""

    place: Place | None = None
    confidence: float = 0.0


def evaluate_places(path: Path, spacy_model: str) -> dict[str, Any]:
    """Scores for a JSON Lines file of texts (`text`, `source`, `toponyms`: `start`, `end`, `lat`,
    `lon`). InputError names the line that is not such a text.

    `accuracy@161km` and `auc` resolve the names that are given; `recognition_f1` and
    `resolution_f1` find them, too: the same span, and the same span placed within 161 km. What is
    found are the places mentioned, demonyms, and places inside of institutions' names. The file
    is an archive: a source's other texts tell where it is at home.
    """
    texts = list(_texts(path))
    gazetteer = shared_gazetteer()
    guesses = _resolve_given(texts, gazetteer)
    errors: list[float] = []
    steps: dict[int, list[bool]] = defaultdict(list)
    for text, guessed in zip(texts, guesses, strict=True):
        for truth, guess in zip(text.toponyms, guessed, strict=True):
            error = distance_km(guess.place, truth.place) if guess.place else FARTHEST_KM
            errors.append(error)
            if guess.place:
                steps[min(int(guess.confidence * _STEPS), _STEPS - 1)].append(error <= NEAR_KM)
    found = _find(texts, Extractor(spacy_model), gazetteer)
    return {
        "accuracy@161km": round(sum(e <= NEAR_KM for e in errors) / max(1, len(errors)), 4),
        "auc": round(log_error_area(errors), 4),
        **_end_to_end(texts, found),
        "texts": len(texts),
        "toponyms": len(errors),
        "confidence": {
            f"{step / _STEPS:.1f}": [len(right), round(sum(right) / len(right), 3)]
            for step, right in sorted(steps.items())
        },
    }


def log_error_area(errors: Sequence[float]) -> float:
    """The area under the sorted ln(error + 1), errors in km, by the trapezoid rule, over the area
    if all errors were the farthest: 0 is perfect, 1 the worst (Jurgens et al. 2015).
    """
    if not errors:
        return 0.0
    curve = sorted(math.log(error + 1) for error in errors)
    worst = math.log(FARTHEST_KM + 1)
    if len(curve) == 1:
        return curve[0] / worst
    area = sum((a + b) / 2 for a, b in pairwise(curve))
    return area / (worst * (len(curve) - 1))


def _resolve_given(texts: Sequence[JudgedText], gazetteer: Gazetteer) -> list[list[Guess]]:
    """Each given name resolved, first without and then with what its source writes about."""
    alone = [_guess(text, gazetteer, None) for text in texts]
    places = [[g.place for g in guesses if g.place] for guesses in alone]
    return [
        _guess(text, gazetteer, home)
        for text, home in zip(texts, _homes(texts, places), strict=True)
    ]


def _guess(text: JudgedText, gazetteer: Gazetteer, home: Home | None) -> list[Guess]:
    surfaces = [truth.surface for truth in text.toponyms]
    areas = [gazetteer.demonym(surface) for surface in surfaces]
    names = [
        Toponym(truth.surface, qualifier(text.text, truth.end, gazetteer))
        for truth, area in zip(text.toponyms, areas, strict=True)
        if area is None
    ]
    demonyms = [area for area in areas if area]
    resolved = resolve(names, gazetteer, demonyms=demonyms, home=home, certain=True)
    guesses = []
    for surface, area in zip(surfaces, areas, strict=True):
        meant = resolved.get(key(surface))
        if area:
            guesses.append(Guess(gazetteer.place(area), 1.0))
        else:
            guesses.append(Guess(meant.place, meant.confidence) if meant else Guess())
    return guesses


def _homes(texts: Sequence[JudgedText], places: Sequence[Sequence[Place]]) -> Iterator[Home]:
    """For each text what its source's other texts speak of."""
    by_source: dict[str | None, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        by_source[text.source].append(number)
    for number, text in enumerate(texts):
        others = [n for n in by_source[text.source] if n != number]
        yield home_of(text.source, [places[n] for n in others])


def _find(
    texts: Sequence[JudgedText], extractor: Extractor, gazetteer: Gazetteer
) -> list[list[tuple[Mention, Place]]]:
    """The places found in each text."""
    articles = [Article(title="", text=t.text, origin="", source=t.source) for t in texts]
    entities = extractor.entities(articles)
    alone = [extract_names(a, e, gazetteer) for a, e in zip(articles, entities, strict=True)]
    homes = _homes(texts, [extraction.places for extraction in alone])
    return [
        list(_placed(extract_names(article, names, gazetteer, home)))
        for article, names, home in zip(articles, entities, homes, strict=True)
    ]


def _placed(extraction: Extraction) -> Iterator[tuple[Mention, Place]]:
    yield from extraction.nested
    for mention in extraction.mentions:
        if mention.kind == "place":
            yield mention, extraction.place(mention.value)


def _end_to_end(
    texts: Iterable[JudgedText], found: Iterable[Iterable[tuple[Mention, Place]]]
) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for text, mentions in zip(texts, found, strict=True):
        truths = {(t.start, t.end): t.place for t in text.toponyms}
        counts["judged"] += len(truths)
        for mention, place in mentions:
            counts["found"] += 1
            truth = truths.get((mention.start, mention.end))
            counts["same"] += truth is not None
            counts["near"] += truth is not None and distance_km(place, truth) <= NEAR_KM
    total = max(1, counts["judged"] + counts["found"])
    return {
        "recognition_f1": round(2 * counts["same"] / total, 4),
        "resolution_f1": round(2 * counts["near"] / total, 4),
        "recognition_precision": round(counts["same"] / max(1, counts["found"]), 4),
        "recognition_recall": round(counts["same"] / max(1, counts["judged"]), 4),
    }


def _texts(path: Path) -> Iterator[JudgedText]:
    try:
        lines = path.read_text("utf-8").rstrip("\n").split("\n")  # other breaks are text
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            item = json.loads(line)
            yield JudgedText(
                text=item["text"],
                source=item.get("source"),
                toponyms=tuple(_truth(item["text"], t) for t in item["toponyms"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path}, line {number}: this is no text with places",
                hint="a line is an object with text, source and toponyms (start, end, lat, lon)",
            ) from error


def _truth(text: str, item: Mapping[str, Any]) -> Truth:
    start, end = int(item["start"]), int(item["end"])
    place = Place("", "", float(item["lat"]), float(item["lon"]))
    return Truth(start, end, text[start:end], place)
