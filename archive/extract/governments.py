"""A text and its places in; the countries, states and provinces that act in it out.

A country that is named is a place; one whose government, army or delegation is named acts. The
mention is the office's ("Norway's *government*", "the Norwegian *government*"), its value the
country's or province's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from archive.extract.gazetteer import Candidate, Gazetteer
from archive.extract.tagger import Entity
from archive.types import Mention

_OFFICES = (
    r"(?:(?:central|federal|provincial|state|interim|transitional|military|new|deputy|acting|prime"
    r"|foreign|defen[cs]e|finance|interior|health|justice|trade|energy|air|ground|security|armed"
    r"|health|senior|top|elected|government) ){0,2}"
    r"(?:government|parliament|legislature|cabinet|regime|junta|administration|authorities"
    r"|officials?|leaders?|lawmakers|legislators|minist(?:er|ers|ry)|president|premier|monarchy"
    r"|army|military|forces?|troops|navy|police|prosecutors|diplomats?|delegation|negotiators"
    r"|embassy|ambassador|regulators|courts?|governor|senate|house|central bank)"
)
_AFTER_PLACE = re.compile(rf"(?:['’]s?)? ({_OFFICES})\b", re.IGNORECASE)
_AFTER_DEMONYM = re.compile(rf" ({_OFFICES})\b", re.IGNORECASE)
# An office of the state or province that the report is about; a governor acts for it.
_STATE = re.compile(
    rf"\b(?:[Ss]tate|[Pp]rovincial)(?:['’]s)? {_OFFICES}\b"
    r"|\b(?:[Ll]egislature|[Ss]tatehouse|[Gg]overnor|Gov\.(?= [A-Z]))(?!\w)"
)
_OF = re.compile(r"\b([Gg]overnments?|[Pp]arliament|[Aa]rmy|[Aa]uthorities) (?:of|in) (?:the )?$")
_ACTING = frozenset(("country", "division"))
RULE = "government"
CONFIDENCE = 0.8
_LIKELY = 0.6  # which state is meant, other sentences say


def governments(
    text: str,
    mentions: Sequence[Mention],
    areas: Iterable[Candidate],
    entities: Iterable[Entity],
    gazetteer: Gazetteer,
) -> Iterator[Mention]:
    """One mention an office, apart from all other mentions of the text. `areas` are the places
    that the article names, `entities` the recogniser's spans, where demonyms are found.
    """
    areas = list(areas)
    divisions = {c.place.value for c in areas if c.kind == "division"}
    acting = {c.place.value: c.place for c in areas if c.kind in _ACTING}
    taken = {at for m in mentions if m.field == "text" for at in range(m.start, m.end)}

    def free(start: int, end: int) -> bool:
        return taken.isdisjoint(range(start, end))

    for mention in mentions:
        place = acting.get(mention.value) if mention.kind == "place" else None
        if mention.field != "text" or place is None:
            continue
        match = _AFTER_PLACE.match(text, mention.end)
        match = match or _OF.search(text, max(0, mention.start - 24), mention.start)
        if match and free(*match.span(1)):
            taken.update(range(*match.span(1)))
            yield _office(text, match.span(1), place.value, place.label)
    for entity in entities:
        country = gazetteer.demonym(text[entity.start : entity.end])
        match = _AFTER_DEMONYM.match(text, entity.end) if country else None
        if country and match and free(*match.span(1)):
            taken.update(range(*match.span(1)))
            yield _office(text, match.span(1), country, gazetteer.place(country).label)
    named = Counter(m.value for m in mentions if m.value in divisions)
    if named:
        value = max(named, key=lambda v: (named[v], v))
        for match in _STATE.finditer(text):
            if free(*match.span()):
                yield _office(text, match.span(), value, acting[value].label, _LIKELY)


def _office(
    text: str, span: tuple[int, int], value: str, label: str, confidence: float = CONFIDENCE
) -> Mention:
    return Mention(
        start=span[0],
        end=span[1],
        surface=text[span[0] : span[1]],
        kind="country",
        value=value,
        label=label,
        rule=RULE,
        confidence=confidence,
    )
