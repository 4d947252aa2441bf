"""The names of an article in; those that it is about, not merely mentions in passing, out.

A name in the headline or in the lead weighs more than one further down, and a name's weight is
compared with that of the article's foremost name of its facet: a report on two leaders is about
both, a list of twenty towns about none more than another.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from archive.types import Mention, Place

# Weights and share chosen on an agency's own figures of relevance (docs/quality.md).
IN_TITLE = 3.0
IN_LEAD = 2.0
ELSEWHERE = 1.0
REPORTED_FROM = 3.0
MAIN_SHARE = 0.25
# A lighter name is mentioned in passing, however few others there are: it needs the headline,
# the lead and another sentence, or three sentences.
LEAST = 3.0
_LEAD_CHARACTERS = 600


def main_subjects(mentions: Iterable[Mention], places: Mapping[str, Place]) -> frozenset[str]:
    """Values of the actors and places that an article is about. A place also speaks for what it
    lies in, up to its country.
    """
    actors: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    for mention in mentions:
        if mention.kind != "place":
            actors[mention.value] += weight(mention)  # type: ignore[assignment]
            continue
        for value in around(mention.value, places):
            areas[value] += weight(mention)  # type: ignore[assignment]
    return foremost(actors) | foremost(areas)


def weight(mention: Mention) -> float:
    """How much one mention says about its article."""
    if mention.field == "title":
        return IN_TITLE
    return IN_LEAD if mention.start < _LEAD_CHARACTERS else ELSEWHERE


def foremost(weights: Mapping[str, float]) -> frozenset[str]:
    """The values that weigh nearly as much as the heaviest."""
    least = max(LEAST, MAIN_SHARE * max(weights.values(), default=0.0))
    return frozenset(value for value, found in weights.items() if found >= least)


def around(value: str, places: Mapping[str, Place]) -> tuple[str, ...]:
    """A place and what it lies in, without continents."""
    place = places.get(value)
    parents = place.parents if place else ()
    return (value, *(p for p in parents if p in places and places[p].country))
