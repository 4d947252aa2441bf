"""What several pages show: runs of text, links, dates, hits, the search box."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from urllib.parse import parse_qsl, quote

from archive.query.request import CALENDARS, Count, FacetFilter, Mode, SearchRequest, Sort
from archive.search.answer import FacetValue, Group, Hit, Snippet
from archive.stated import confidence
from archive.types import Precision, PublishedDate
from web.params import article_link, first_page, link, query_string, with_filter, without_filter

HEADINGS = {
    "actor": "Actors",
    "place": "Places",
    "about": "Main subjects",
    "reported": "Reported from",
    "source": "Sources",
    "language": "Languages",
    "section": "Sections",
    "author": "Authors",
    "changed": "Changed later",
    "date": "Dates",
    "mentions": "Dates spoken of",
}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# Dates less to be trusted than those printed in a text are marked.
_SURE = 0.8
# A passage that ends otherwise was cut.
_ENDS = tuple(".!?…:;”\"»)’'")
# Characters before the closest sentence that leave it in what a card shows, also on a phone.
_SEEN = 140
_SENTENCE_END = re.compile(r"[.!?…]+[”\"»)’']*\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: plain, a word of the query, a name that links, in the closest sentence."""

    text: str
    mark: bool = False
    closest: bool = False
    href: str = ""
    title: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    label: str
    href: str
    title: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet value in the rail: choosing it, leaving it out, or undoing that."""

    label: str
    count: int
    chosen: str | None
    href: str
    exclude_href: str
    kind: str = ""
    main: int = 0
    main_href: str = ""
    depth: int = 0  # in a tree


@dataclass(frozen=True, slots=True)
class Card:
    """One hit; `language` is that of its text, `unsure` why its date is uncertain."""

    id: str
    href: str
    title: tuple[Piece, ...]
    source: Link
    published: str
    published_note: str
    unsure: str
    language: str
    passage: tuple[Piece, ...]
    band: str
    similarity: str
    actors: tuple[Link, ...]
    places: tuple[Link, ...]
    copies: Link | None = None
    story: Link | None = None
    folded: Link | None = None
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """The search box: what is in it, and what goes on with the next search."""

    q: str = ""
    modes: tuple[Link, ...] = ()
    mode: str = Mode.BOTH.value
    kept: tuple[tuple[str, str], ...] = ()
    after: str = ""
    before: str = ""


def box(request: SearchRequest) -> Box:
    """The search box of a request: another query keeps the filters."""
    return Box(
        q=request.q,
        mode=request.mode.value,
        modes=tuple(
            Link(label, mode, title=title, current=request.mode == mode)
            for mode, label, title in (
                (
                    Mode.BOTH,
                    "Words and meaning",
                    "Articles that have the words or are near them in meaning",
                ),
                (Mode.WORDS, "Words", "Articles that have the words"),
                (Mode.MEANING, "Meaning", "Articles that are near in meaning"),
            )
        ),
        kept=tuple(fields(replace(first_page(request), q="", mode=Mode.BOTH))),
        after=request.after or "",
        before=request.before or "",
    )


def card(hit: Hit, request: SearchRequest, position: int | None = None) -> Card:
    """One hit; `position` is its rank (from 0) in the request's result set."""
    return Card(
        id=hit.id,
        href=article_link(hit.id, request, position),
        title=pieces(hit.title, hit.title_marks),
        source=source_link(hit.source),
        published=shown_moment(hit.published),
        published_note=date_note(hit.published),
        unsure=unsure(hit.published, disagree=hit.dates_disagree),
        language=hit.language or "",
        passage=passage(hit.passage),
        band=hit.band.value if hit.band else "",
        similarity=f"{hit.similarity:.2f}" if hit.similarity is not None else "",
        actors=tuple(_values(hit.actors, "actor", request)),
        places=tuple(_values(hit.places, "place", request)),
        copies=_copies(hit) if not request.copies_of else None,
        story=_story(hit) if not request.story else None,
        folded=_folded(hit, request) if hit.folded else None,
        why=tuple(_why(hit)) if request.q else (),
    )


def web_address(url: str | None) -> str:
    """An address that may be a link: of the web; "" for any other, such as javascript:…"""
    return url if url and url.startswith(("http://", "https://")) else ""


def source_link(source: str | None) -> Link:
    """To the page of a source."""
    if source is None:
        return Link("unknown source", "")
    return Link(source, f"/sources/{quote(source, safe='')}", title=f"About {source}")


def _copies(hit: Hit) -> Link | None:
    """To the articles with the text of a hit."""
    if hit.copies is None:
        return None
    others = hit.copies.articles - 1
    label = f"+{others:,} {'copy' if others == 1 else 'copies'}{_sources(hit.copies)}"
    href = link(SearchRequest(copies_of=hit.copies.id, sort=Sort.OLDEST))
    return Link(label, href, title="All articles with this text")


def _story(hit: Hit) -> Link | None:
    """To the story of a hit, if that is more than copies of its text."""
    if hit.story is None or (hit.copies and hit.copies.articles == hit.story.articles):
        return None
    return story_link(hit.story)


def story_link(story: Group) -> Link:
    """To the page of a story."""
    label = f"story of {story.articles:,} articles{_sources(story)}"
    return Link(label, f"/stories/{story.id}", title="All articles on this event")


def _sources(group: Group) -> str:
    return f", {group.sources:,} sources" if group.sources > 1 else ""


def _folded(hit: Hit, request: SearchRequest) -> Link:
    """To the other articles found that a hit stands for, and itself."""
    every = replace(first_page(request), count=Count.ARTICLES)
    if request.count is Count.STORIES:
        return Link(f"{hit.folded:,} more of this story found", link(replace(every, story=hit.id)))
    return Link(f"{hit.folded:,} more of this text found", link(replace(every, copies_of=hit.id)))


def pieces(
    text: str, marks: Iterable[tuple[int, int]], closest: tuple[int, int] | None = None
) -> tuple[Piece, ...]:
    """A text cut where words of the query and the closest sentence begin and end."""
    marked = list(marks)
    cuts = {0, len(text), *(at for span in marked for at in span), *(closest or ())}
    low, high = closest or (0, 0)
    ends = dict(marked)
    return tuple(
        Piece(text[a:b], mark=ends.get(a) == b, closest=low <= a and b <= high)
        for a, b in pairwise(sorted(cuts))
        if a < b
    )


def choices(request: SearchRequest, facet: str, values: Iterable[FacetValue]) -> Iterable[Choice]:
    """Facet values with the searches that they lead to."""
    for value in values:
        undone = without_filter(request, facet, value.value)
        chosen = FacetFilter(facet, value.value)
        yield Choice(
            label=shown_value(facet, value.label),
            count=value.count,
            chosen=value.chosen,
            href=link(undone if value.chosen else with_filter(request, chosen)),
            exclude_href=link(with_filter(request, replace(chosen, exclude=True))),
            kind=value.kind or "",
            main=value.main or 0,
            main_href=link(with_filter(request, FacetFilter("about", value.value)))
            if value.main
            else "",
        )


def shown_value(facet: str, label: str) -> str:
    """A facet value for people: periods and languages by their names."""
    if facet in CALENDARS:
        return period(label)
    if facet == "changed":
        return label.capitalize()
    return language_name(label) if facet == "language" else label


@cache
def language_name(code: str) -> str:
    """ "de" as "German"; a code that the CLDR does not know stays."""
    from babel import Locale  # its data are read when a page first names a language

    return str(Locale("en").languages.get(code.replace("-", "_"), code))


def shown_date(published: PublishedDate | None) -> str:
    """A date for people, no more exact than it is known."""
    if published is None:
        return "undated"
    if published.precision is Precision.YEAR:
        return published.value
    if published.precision is Precision.MONTH:
        return f"{_MONTHS[int(published.value[5:7]) - 1]} {published.value[:4]}"
    day = date.fromisoformat(published.value[:10])
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def shown_moment(published: PublishedDate | None) -> str:
    """A date for people, with time of day and zone where they are stated."""
    if published is None or published.precision is not Precision.MINUTE:
        return shown_date(published)
    clock = published.value[len("2024-06-01T") :][: len("10:30")]
    zone = {None: "", "Z": " UTC", "+00:00": " UTC"}.get(published.zone, f" UTC{published.zone}")
    return f"{shown_date(published)}, {clock}{zone}"


def unsure(published: PublishedDate | None, *, disagree: bool) -> str:
    """Why a date is uncertain; "" if nothing speaks against it."""
    if published is None:
        return ""
    reasons = []
    if published.precision in {Precision.MONTH, Precision.YEAR}:
        reasons.append("the day is not stated")
    if confidence(published.origin) < _SURE:
        reasons.append(f"it was taken from {published.origin}")
    if disagree:
        reasons.append("the article states other dates, too")
    return "; ".join(reasons)


def date_note(published: PublishedDate | None) -> str:
    """Where a date comes from."""
    if published is None:
        return "The article states no date"
    return f"{published.value}, as stated in {published.origin}"


def period(value: str) -> str:
    """ "2024-06" as "Jun 2024"."""
    if ".." in value:
        first, _, last = value.partition("..")
        return f"{period(first)} to {period(last)}".strip()
    if value == "none":
        return "no date"
    match value.split("-"):
        case [year, month] if month.isdigit():
            return f"{_MONTHS[int(month) - 1]} {year}"
        case [year, month, day] if day.isdigit():
            return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    return value


def fields(request: SearchRequest) -> Iterable[tuple[str, str]]:
    """The request as hidden fields of a form."""
    return parse_qsl(query_string(request))


def passage(snippet: Snippet) -> tuple[Piece, ...]:
    """The passage, from a sentence from which on the closest one can be seen."""
    start = _begun(snippet)
    closest = snippet.closest and (snippet.closest[0] - start, snippet.closest[1] - start)
    marks = [(a - start, b - start) for a, b in snippet.marks if a >= start]
    found = pieces(snippet.text[start:], marks, closest)
    before = (Piece("… "),) if start else ()
    after = () if snippet.text.endswith(_ENDS) else (Piece(" …"),)
    return (*before, *found, *after)


def _begun(snippet: Snippet) -> int:
    if snippet.closest is None or snippet.closest[0] <= _SEEN:
        return 0
    ends = (match.end() for match in _SENTENCE_END.finditer(snippet.text, 0, snippet.closest[0]))
    return next((end for end in ends if end >= snippet.closest[0] - _SEEN), snippet.closest[0])


def _why(hit: Hit) -> Iterable[tuple[str, str]]:
    """Why a hit is one: what speaks for it, and how much."""
    for word in hit.words:
        where = [
            f"{count}× in the {part}"
            for count, part in ((word.title, "headline"), (word.text, "text"))
            if count
        ]
        yield f"“{word.word}”", ", ".join(where)
    if hit.band:
        yield "Meaning", f"{hit.band.value}: similarity {hit.similarity:.2f}"
    parts = f"{hit.parts.words:.2f} from words + {hit.parts.meaning:.2f} from meaning"
    raising = (
        (hit.parts.names, "names"),
        (hit.parts.recency, "being new"),
        (hit.parts.reranking, "reading query and text together"),
    )
    for raised, of in raising:
        parts += f" + {raised:.2f} from {of}" if raised else ""
    yield "Score", f"{hit.score:.2f} = {parts}"


def _values(values: Sequence[FacetValue], facet: str, request: SearchRequest) -> Iterable[Link]:
    for value in values:
        chosen = FacetFilter(facet, value.value)
        if chosen in request.filters:
            left = without_filter(request, facet, value.value)
            title = f"Articles without {value.label}, too"
            yield Link(value.label, link(left), title=title, current=True)
        else:
            title = f"Only articles with {value.label}"
            yield Link(value.label, link(with_filter(request, chosen)), title=title)
