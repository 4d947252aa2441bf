"""The search page: hits, the facet rail, the histogram, what is on and what else to try."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.query.request import (
    PASSAGE_FACETS,
    Count,
    FacetFilter,
    Mode,
    SearchRequest,
    Sort,
)
from archive.search.answer import Answer, FacetValue, Status, StoryCount
from archive.search.loosening import Looser
from archive.search.plan import UNDATED
from archive.search.timeline import Timeline
from web.params import first_page, link, with_filter, without_filter
from web.views.histogram import Histogram, histogram
from web.views.parts import (
    HEADINGS,
    Box,
    Card,
    Choice,
    Link,
    box,
    card,
    choices,
    fields,
    period,
    shown_value,
)

_RAIL = ("place", "actor", "reported", "source", "author", "section", "language", "changed")
_SHOWN = 8
_EXAMPLES = 6
_YEARS_SHOWN = 6
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the search without it."""

    label: str
    name: str
    href: str
    exclude: bool


@dataclass(frozen=True, slots=True)
class FacetList:
    """A facet in the rail; `more` leads to its whole list."""

    name: str
    heading: str
    choices: tuple[Choice, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A search that asks for less, and how much it finds."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a search page shows beside its answer; `parents` are those of places."""

    status: Status
    timeline: Timeline
    stories: tuple[StoryCount, ...] = ()
    looser: tuple[Looser, ...] = ()
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """search.html"""

    box: Box
    total: int
    counted: str
    unit: str
    searching: bool
    first: int
    last: int
    cards: tuple[Card, ...]
    chips: tuple[Chip, ...]
    clear: str
    facets: tuple[FacetList, ...]
    histogram: Histogram | None
    dates: tuple[Choice, ...]
    spoken_of: tuple[Choice, ...]
    spoken_of_all: str
    sorts: tuple[Link, ...]
    counts: tuple[Link, ...]
    notices: tuple[str, ...]
    understood: tuple[str, ...]
    offers: tuple[Link, ...]
    meant: Link | None
    next: str
    previous: str
    looser: tuple[Way, ...]
    nothing: bool
    examples: tuple[Link, ...]
    about: str
    empty: bool
    dates_kept: tuple[tuple[str, str], ...] = ()
    save: str = ""
    export: str = ""
    map: str = ""
    timeline: str = ""
    together: Link | None = None
    stories: tuple[Choice, ...] = ()


def search_page(request: SearchRequest, answer: Answer, context: Context) -> SearchPage:
    """The page of one answer. Its links name what was chosen by value, whatever names were asked
    for; cursors are of the request as it was asked.
    """
    asked, request = request, replace(request, filters=answer.query.filters)
    searching = first_page(request) != SearchRequest(
        mode=request.mode, sort=request.sort, size=request.size, count=request.count
    )
    return SearchPage(
        box=box(request),
        total=answer.total,
        counted=request.count.of(answer.total),
        unit=request.count.units[1],
        searching=searching,
        first=answer.position + 1 if answer.hits else 0,
        last=answer.position + len(answer.hits),
        cards=tuple(card(hit, request, answer.position + at) for at, hit in enumerate(answer.hits)),
        chips=tuple(_chips(request, answer)),
        clear=link(SearchRequest(q=request.q, mode=request.mode, count=request.count)),
        facets=tuple(_facets(request, answer, context.parents)),
        histogram=histogram(request, context.timeline),
        dates=tuple(_special_dates(request, answer.facets.get("date", ()))),
        spoken_of=tuple(_spoken_of(request, answer.facets.get("mentions", ()))),
        spoken_of_all=link(first_page(request), "/facets/mentions"),
        sorts=tuple(_sorts(request)),
        counts=tuple(_counts(request)),
        understood=tuple(_understood(answer)),
        offers=tuple(_offers(request, answer)),
        meant=_meant(request, answer),
        notices=tuple(n.message[:1].upper() + n.message[1:] for n in answer.notices),
        next=link(replace(asked, cursor=answer.next)) if answer.next else "",
        previous=link(replace(asked, cursor=answer.previous)) if answer.previous else "",
        looser=tuple(_looser(answer, context.looser)),
        nothing=not answer.total,
        examples=tuple(_examples(answer)) if not searching else (),
        about=_holdings(context.status),
        empty=False,
        together=_together(request),
        map=link(first_page(request), "/map") if answer.facets.get("place") else "",
        timeline=link(first_page(request), "/timeline"),
        stories=tuple(_stories(request, context.stories)),
        dates_kept=tuple(fields(replace(first_page(request), after=None, before=None))),
        save=link(first_page(request), "/save") if searching else "",
        export=link(first_page(request), "/export"),
    )


def empty_archive(request: SearchRequest) -> SearchPage:
    """The search page of an archive without articles."""
    return SearchPage(
        box=box(request),
        total=0,
        counted="",
        unit="",
        searching=False,
        first=0,
        last=0,
        cards=(),
        chips=(),
        clear="/",
        facets=(),
        histogram=None,
        dates=(),
        spoken_of=(),
        spoken_of_all="",
        sorts=(),
        counts=(),
        notices=(),
        understood=(),
        offers=(),
        meant=None,
        next="",
        previous="",
        looser=(),
        nothing=False,
        examples=(),
        about="",
        empty=True,
    )


def _understood(answer: Answer) -> Iterable[str]:
    """What was made of dates that need no calendar to be typed."""
    for found in answer.query.dates:
        first, last = (period(day) if day else "" for day in (found.first, found.last))
        if not first or not last:
            days = f"from {first}" if first else f"until {last}"
        else:
            days = first if first == last else f"{first} to {last}"
        yield f"{found.asked} means {days} ({found.zone})"


def _offers(request: SearchRequest, answer: Answer) -> Iterable[Link]:
    """Names in the query as filters, those that are on already left out."""
    on = {(f.facet, f.value) for f in answer.query.filters}
    for name in answer.query.names:
        if (name.facet, name.value) not in on:
            chosen = with_filter(request, FacetFilter(name.facet, name.value))
            said = {"date": "published", "mentions": "spoken of"}.get(name.facet, name.facet)
            yield Link(f"{name.label} ({said})", link(chosen))


def _meant(request: SearchRequest, answer: Answer) -> Link | None:
    """The search with words that the archive has."""
    text = answer.query.meant
    return Link(text, link(replace(first_page(request), q=text))) if text else None


def _chips(request: SearchRequest, answer: Answer) -> Iterable[Chip]:
    labels = {(facet, v.value): v.label for facet, values in answer.facets.items() for v in values}
    for chosen in request.filters:
        label = labels.get((chosen.facet, chosen.value), chosen.value)
        yield Chip(
            label=shown_value(chosen.facet, label),
            name="speaks of" if chosen.facet == "mentions" else chosen.facet,
            href=link(without_filter(request, chosen.facet, chosen.value)),
            exclude=chosen.exclude,
        )
    if request.after:
        href = link(replace(first_page(request), after=None))
        yield Chip(f"from {request.after}", "date", href, exclude=False)
    if request.before:
        href = link(replace(first_page(request), before=None))
        yield Chip(f"until {request.before}", "date", href, exclude=False)
    if request.bbox:
        href = link(replace(first_page(request), bbox=None))
        yield Chip(f"in {request.bbox}", "box", href, exclude=False)
    for group in answer.query.groups:
        of_story = group.field == "story"
        left = replace(
            first_page(request),
            story=None if of_story else request.story,
            copies_of=request.copies_of if of_story else None,
        )
        name = "story" if of_story else "copies of"
        yield Chip(group.title or group.id, name, link(left), exclude=False)
    if request.near:
        latitude, longitude, km = request.near.split(",")
        href = link(replace(first_page(request), near=None))
        yield Chip(f"{km} km around {latitude}, {longitude}", "near", href, exclude=False)


def _facets(
    request: SearchRequest, answer: Answer, parents: Mapping[str, tuple[str, ...]]
) -> Iterable[FacetList]:
    for name in _RAIL:
        values = answer.facets.get(name, ())
        if not values or (name in {"language", "section", "source"} and _says_nothing(values)):
            continue
        shown = [v for at, v in enumerate(values) if at < _SHOWN or v.chosen]
        more = link(first_page(request), f"/facets/{name}") if len(values) > len(shown) else ""
        found = choices(request, name, shown)
        if name in {"place", "reported"}:
            found = _as_tree(shown, tuple(found), parents)
        yield FacetList(name, HEADINGS[name], tuple(found), more)


def shown_places(answer: Answer) -> list[str]:
    """The places in the rail."""
    return [v.value for name in ("place", "reported") for v in answer.facets.get(name, ())]


def _as_tree(
    values: Sequence[FacetValue], found: Sequence[Choice], parents: Mapping[str, tuple[str, ...]]
) -> Iterable[Choice]:
    """Places below the nearest shown place that they lie in; those beside each other in order."""
    known = {v.value for v in values}
    below: dict[str, list[int]] = {}
    for at, value in enumerate(values):
        parent = next((p for p in parents.get(value.value, ()) if p in known), "")
        below.setdefault(parent, []).append(at)

    def grown(parent: str, depth: int) -> Iterable[Choice]:
        for at in below.get(parent, ()):
            yield replace(found[at], depth=depth)
            yield from grown(values[at].value, min(depth + 1, _DEEPEST))

    return grown("", 0)


def _says_nothing(values: Sequence[FacetValue]) -> bool:
    """Whether a facet has one value and nobody chose it."""
    return len(values) < 2 and not any(v.chosen for v in values)


def _special_dates(request: SearchRequest, values: Sequence[FacetValue]) -> Iterable[Choice]:
    """Undated articles, and what is chosen: the rest are bars."""
    return choices(request, "date", [v for v in values if v.value == UNDATED or v.chosen])


def _spoken_of(request: SearchRequest, values: Sequence[FacetValue]) -> Iterable[Choice]:
    """What is chosen among the times spoken of, and the years most spoken of, in their order."""
    years = [v for v in values if len(v.value) == len("2024") and v.value.isdigit()]
    most = sorted(years, key=lambda v: -v.count)[:_YEARS_SHOWN]
    return choices(request, "mentions", [v for v in values if v.chosen or v in most])


def _together(request: SearchRequest) -> Link | None:
    """Whether one passage has all; offered where names are chosen and meaning is searched for."""
    chosen = any(f.facet in PASSAGE_FACETS and not f.exclude for f in request.filters)
    if not request.together and (not chosen or not request.q or request.mode is Mode.WORDS):
        return None
    href = link(replace(first_page(request), together=not request.together))
    title = "Only articles where one passage is near in meaning and names what is chosen"
    return Link("All in one passage", href, title=title, current=request.together)


def _sorts(request: SearchRequest) -> Iterable[Link]:
    named = {Sort.RELEVANCE: "Best first", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
    for sort, label in named.items():
        if sort is Sort.RELEVANCE and not request.q:
            continue
        href = link(replace(first_page(request), sort=sort))
        current = request.sort is sort or (
            not request.q and request.sort is Sort.RELEVANCE and sort is Sort.NEWEST
        )
        yield Link(label, href, current=current)


def _counts(request: SearchRequest) -> Iterable[Link]:
    """What counts as one."""
    titles = {
        Count.ARTICLES: "Count and show every article",
        Count.COPIES: "Count and show each text once, however many printed it",
        Count.STORIES: "Count and show each event once, however many articles tell it",
    }
    for count, title in titles.items():
        href = link(replace(first_page(request), count=count))
        yield Link(count.units[1].title(), href, title=title, current=request.count is count)


def _looser(answer: Answer, found: Iterable[Looser]) -> Iterable[Way]:
    """What to give up when nothing was found."""
    labels = {
        f"{sign}{f.facet}:{f.value}": f"{sign}{f.facet}:{v.label}"
        for f in answer.query.filters
        for sign in ("-" if f.exclude else "",)
        for v in answer.facets.get(f.facet, ())
        if v.value == f.value
    }
    for less in found:
        label = f"without {labels.get(less.without, less.without)}" if less.without else less.said
        yield Way(label, less.total, link(less.request))


def _stories(request: SearchRequest, found: Iterable[StoryCount]) -> Iterable[Choice]:
    """The stories that most of the articles belong to."""
    for story in found:
        chosen = "include" if request.story == story.id else None
        target = replace(first_page(request), story=None if chosen else story.id)
        yield Choice(story.title, story.count, chosen, link(target), "")


def _examples(answer: Answer) -> Iterable[Link]:
    """Searches that find something: the actors and places most spoken of."""
    for facet in ("place", "actor"):
        for value in answer.facets.get(facet, ())[: _EXAMPLES // 2]:
            yield Link(value.label, link(SearchRequest(q=value.label)))


def _holdings(status: Status) -> str:
    if not status.articles:
        return ""
    articles = "article" if status.articles == 1 else "articles"
    sources = "source" if status.sources == 1 else "sources"
    text = f"{status.articles:,} {articles} from {status.sources:,} {sources}"
    if status.first and status.last:
        years = [status.first[:4], status.last[:4]]
        text += f", {years[0]}" if years[0] == years[1] else f", {years[0]}–{years[1]}"
    return text
