"""What templates show: one dataclass a template, made from answers, with every link in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from urllib.parse import parse_qsl, urlencode

from archive.query.request import FacetFilter, Mode, SearchRequest, Sort
from archive.search.answer import Answer, ArticleView, Facet, FacetValue, Hit, Snippet, Status
from archive.search.plan import UNDATED
from archive.types import Mention, Precision, PublishedDate
from web.params import first_page, link, query_string, with_filter, without_filter

HEADINGS = {
    "actor": "Actors",
    "place": "Places",
    "source": "Sources",
    "language": "Languages",
    "section": "Sections",
    "author": "Authors",
    "date": "Dates",
}
_RAIL = ("place", "actor", "source", "author", "section", "language")
_SHOWN = 8
_EXAMPLES = 6
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# More bars than this are too thin to be hit by a finger.
_MOST_BARS = 36
_BAR_HEIGHT = 56
# A passage that ends otherwise was cut.
_ENDS = tuple(".!?…:;”\"»)’'")


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
class Chip:
    """A filter that is on, and the search without it."""

    label: str
    name: str
    href: str
    exclude: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet value in the rail: choosing it, leaving it out, or undoing that."""

    label: str
    count: int
    chosen: str | None
    href: str
    exclude_href: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FacetList:
    """A facet in the rail; `more` leads to its whole list."""

    name: str
    heading: str
    choices: tuple[Choice, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram, in units of its picture."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Articles over time. `first` and `last` label the ends of the axis."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    first: str
    last: str
    unit: str


@dataclass(frozen=True, slots=True)
class Card:
    """One hit."""

    href: str
    title: tuple[Piece, ...]
    source: str
    published: str
    published_note: str
    passage: tuple[Piece, ...]
    band: str
    similarity: str
    actors: tuple[Link, ...]
    places: tuple[Link, ...]
    copies: int


@dataclass(frozen=True, slots=True)
class Box:
    """The search box: what is in it, and what goes on with the next search."""

    q: str = ""
    modes: tuple[Link, ...] = ()
    mode: str = Mode.BOTH.value
    kept: tuple[tuple[str, str], ...] = ()
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """search.html"""

    box: Box
    total: int
    searching: bool
    first: int
    last: int
    cards: tuple[Card, ...]
    chips: tuple[Chip, ...]
    clear: str
    facets: tuple[FacetList, ...]
    histogram: Histogram | None
    dates: tuple[Choice, ...]
    sorts: tuple[Link, ...]
    notices: tuple[str, ...]
    next: str
    previous: str
    ways_out: tuple[Link, ...]
    examples: tuple[Link, ...]
    about: str
    empty: bool
    dates_kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FacetPage:
    """facet.html"""

    box: Box
    heading: str
    name: str
    choices: tuple[Choice, ...]
    total: int
    first: int
    last: int
    find: str
    kept: tuple[tuple[str, str], ...]
    back: str
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Named:
    """An actor or place of an article."""

    label: str
    href: str
    mentions: int
    kind: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """article.html"""

    box: Box
    id: str
    title: tuple[Piece, ...]
    source: Link | None
    authors: str
    published: str
    published_note: str
    url: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    actors: tuple[Named, ...]
    places: tuple[Named, ...]
    related: tuple[Card, ...]
    copies: tuple[Card, ...]
    facts: tuple[tuple[str, str], ...]
    language: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    """about.html"""

    box: Box
    status: Status
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """error.html"""

    heading: str
    detail: str
    hint: str
    q: str
    box: Box = Box()


# Search.


def search_page(request: SearchRequest, answer: Answer, status: Status) -> SearchPage:
    """The page of one answer."""
    searching = bool(request.q or request.filters or request.after or request.before)
    return SearchPage(
        box=box(request),
        total=answer.total,
        searching=searching,
        first=answer.position + 1 if answer.hits else 0,
        last=answer.position + len(answer.hits),
        cards=tuple(card(hit, request) for hit in answer.hits),
        chips=tuple(_chips(request, answer)),
        clear=link(replace(SearchRequest(), q=request.q, mode=request.mode)),
        facets=tuple(_facets(request, answer)),
        histogram=_histogram(request, answer.facets.get("date", ())),
        dates=tuple(_special_dates(request, answer.facets.get("date", ()))),
        sorts=tuple(_sorts(request)),
        notices=tuple(n.message[:1].upper() + n.message[1:] for n in answer.notices),
        next=link(replace(request, cursor=answer.next)) if answer.next else "",
        previous=link(replace(request, cursor=answer.previous)) if answer.previous else "",
        ways_out=tuple(_ways_out(request)) if not answer.total else (),
        examples=tuple(_examples(answer)) if not searching else (),
        about=_holdings(status),
        empty=not status.articles,
        dates_kept=tuple(_fields(replace(first_page(request), after=None, before=None))),
    )


def empty_archive(request: SearchRequest) -> SearchPage:
    """The search page of an archive without articles."""
    return SearchPage(
        box=box(request),
        total=0,
        searching=False,
        first=0,
        last=0,
        cards=(),
        chips=(),
        clear="/",
        facets=(),
        histogram=None,
        dates=(),
        sorts=(),
        notices=(),
        next="",
        previous="",
        ways_out=(),
        examples=(),
        about="",
        empty=True,
    )


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
        kept=tuple(_fields(replace(first_page(request), q="", mode=Mode.BOTH))),
        after=request.after or "",
        before=request.before or "",
    )


def card(hit: Hit, request: SearchRequest) -> Card:
    """One hit."""
    return Card(
        href=f"/articles/{hit.id}",
        title=pieces(hit.title, hit.title_marks),
        source=hit.source or "unknown source",
        published=shown_date(hit.published),
        published_note=date_note(hit.published),
        passage=_passage(hit.passage),
        band=hit.band.value if hit.band else "",
        similarity=f"{hit.similarity:.2f}" if hit.similarity is not None else "",
        actors=tuple(_values(hit.actors, "actor", request)),
        places=tuple(_values(hit.places, "place", request)),
        copies=hit.copies,
    )


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


def date_note(published: PublishedDate | None) -> str:
    """Where a date comes from."""
    if published is None:
        return "The article states no date"
    return f"{published.value}, as stated in {published.origin}"


def _passage(snippet: Snippet) -> tuple[Piece, ...]:
    found = pieces(snippet.text, snippet.marks, snippet.closest)
    return found if snippet.text.endswith(_ENDS) else (*found, Piece(" …"))


def _values(values: Sequence[FacetValue], facet: str, request: SearchRequest) -> Iterable[Link]:
    for value in values:
        chosen = with_filter(request, FacetFilter(facet, value.value))
        yield Link(value.label, link(chosen), title=f"Only articles with {value.label}")


def _chips(request: SearchRequest, answer: Answer) -> Iterable[Chip]:
    labels = {(facet, v.value): v.label for facet, values in answer.facets.items() for v in values}
    resolved = {(f.facet, f.value, f.exclude) for f in answer.query.filters}
    for chosen in request.filters:
        known = (chosen.facet, chosen.value, chosen.exclude) in resolved
        label = labels.get((chosen.facet, chosen.value), chosen.value) if known else chosen.value
        if chosen.facet == "date":
            label = _period(chosen.value)
        yield Chip(
            label=label,
            name=chosen.facet,
            href=link(without_filter(request, chosen.facet, chosen.value)),
            exclude=chosen.exclude,
        )
    if request.after:
        href = link(replace(first_page(request), after=None))
        yield Chip(f"from {request.after}", "date", href, exclude=False)
    if request.before:
        href = link(replace(first_page(request), before=None))
        yield Chip(f"until {request.before}", "date", href, exclude=False)


def _facets(request: SearchRequest, answer: Answer) -> Iterable[FacetList]:
    for name in _RAIL:
        values = answer.facets.get(name, ())
        if not values or (name in {"language", "section", "source"} and _says_nothing(values)):
            continue
        shown = [v for at, v in enumerate(values) if at < _SHOWN or v.chosen]
        more = link(first_page(request), f"/facets/{name}") if len(values) > len(shown) else ""
        yield FacetList(name, HEADINGS[name], tuple(choices(request, name, shown)), more)


def _says_nothing(values: Sequence[FacetValue]) -> bool:
    """Whether a facet has one value and nobody chose it."""
    return len(values) < 2 and not any(v.chosen for v in values)


def choices(request: SearchRequest, facet: str, values: Iterable[FacetValue]) -> Iterable[Choice]:
    """Facet values with the searches that they lead to."""
    for value in values:
        undone = without_filter(request, facet, value.value)
        chosen = FacetFilter(facet, value.value)
        yield Choice(
            label=_period(value.label) if facet == "date" else value.label,
            count=value.count,
            chosen=value.chosen,
            href=link(undone if value.chosen else with_filter(request, chosen)),
            exclude_href=link(with_filter(request, replace(chosen, exclude=True))),
            kind=value.kind or "",
        )


def _special_dates(request: SearchRequest, values: Sequence[FacetValue]) -> Iterable[Choice]:
    """Undated articles, and what is chosen: the rest are bars."""
    return choices(request, "date", [v for v in values if v.value == UNDATED or v.chosen])


def _histogram(request: SearchRequest, values: Sequence[FacetValue]) -> Histogram | None:
    """Months, or years where there are too many months."""
    dated = [v for v in values if v.value != UNDATED]
    months = {v.value: v for v in dated if len(v.value) == len("2024-06")}
    years = {v.value: v for v in dated if len(v.value) == len("2024")}
    span = _between(min(months), max(months)) if months else []
    known, names = (months, span) if len(span) <= _MOST_BARS else (years, _years(years))
    if len(names) < 2:
        return None
    tallest = max(v.count for v in known.values()) or 1
    step = 10.0
    bars = []
    for at, name in enumerate(names):
        value = known.get(name)
        count = value.count if value else 0
        height = round(max(2.0, _BAR_HEIGHT * count / tallest), 1) if count else 0.0
        chosen = bool(value and value.chosen == "include")
        target = (
            without_filter(request, "date", name)
            if chosen
            else with_filter(request, FacetFilter("date", name))
        )
        bars.append(
            Bar(
                x=at * step + 1,
                y=_BAR_HEIGHT - height,
                width=step - 2,
                height=height,
                label=_period(name),
                count=count,
                href=link(target),
                chosen=chosen,
            )
        )
    return Histogram(
        bars=tuple(bars),
        width=round(len(names) * step),
        height=_BAR_HEIGHT,
        first=_period(names[0]),
        last=_period(names[-1]),
        unit="month" if known is months else "year",
    )


def _between(first: str, last: str) -> list[str]:
    """All months from first to last."""
    numbers = [int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last)]
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(numbers[0], numbers[1] + 1)]


def _years(years: Mapping[str, FacetValue]) -> list[str]:
    return [f"{y:04}" for y in range(int(min(years)), int(max(years)) + 1)] if years else []


def _period(value: str) -> str:
    """ "2024-06" as "Jun 2024"."""
    match value.split("-"):
        case [year, month] if month.isdigit():
            return f"{_MONTHS[int(month) - 1]} {year}"
        case [year, month, day] if day.isdigit():
            return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    return value


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


def _ways_out(request: SearchRequest) -> Iterable[Link]:
    """What to try when nothing was found."""
    bare = replace(first_page(request), filters=(), after=None, before=None)
    if bare != first_page(request):
        yield Link("Search without filters", link(bare))
    if request.mode is not Mode.BOTH:
        yield Link(
            "Search by words and by meaning", link(replace(first_page(request), mode=Mode.BOTH))
        )
    yield Link("See all articles", "/")


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


def _fields(request: SearchRequest) -> Iterable[tuple[str, str]]:
    """The request as hidden fields of a form."""
    return parse_qsl(query_string(request))


# A facet's whole list.


def facet_page(
    request: SearchRequest, facet: Facet, *, find: str, offset: int, size: int
) -> FacetPage:
    """The page of a facet's values."""
    path = f"/facets/{facet.name}"

    def at(position: int) -> str:
        query = link(request, path)
        joint = "&" if "?" in query else "?"
        extra = {"offset": str(position)} | ({"find": find} if find else {})
        return f"{query}{joint}{urlencode(extra)}"

    last = offset + len(facet.values)
    return FacetPage(
        box=box(request),
        heading=HEADINGS[facet.name],
        name=facet.name,
        choices=tuple(choices(request, facet.name, facet.values)),
        total=facet.total,
        first=offset + 1 if facet.values else 0,
        last=last,
        find=find,
        kept=tuple(_fields(request)),
        back=link(request),
        next=at(last) if last < facet.total else "",
        previous=at(max(0, offset - size)) if offset else "",
    )


# Articles.


def article_page(view: ArticleView) -> ArticlePage:
    """The page of an article."""
    record, article = view.record, view.record.article
    in_title = [m for m in record.mentions if m.field == "title"]
    in_text = [m for m in record.mentions if m.field == "text"]
    none = SearchRequest()
    source = article.source
    facts = {
        "Language": article.language or "",
        "Section": article.section or "",
        "Written at": article.dateline or "",
        "Read from": article.origin,
        "Taken in": record.ingested_at.strftime("%d %b %Y"),
        "Version": str(record.version) if record.version > 1 else "",
        "Id": record.id,
    }
    return ArticlePage(
        box=Box(),
        id=record.id,
        title=_linked(article.title, in_title, 0, len(article.title)),
        source=Link(source, link(with_filter(none, FacetFilter("source", source))))
        if source
        else None,
        authors=", ".join(article.authors),
        published=shown_date(article.published),
        published_note=date_note(article.published),
        url=article.url or "",
        paragraphs=tuple(_paragraphs(article.text, in_text)),
        actors=tuple(_named(record.mentions, "actor")),
        places=tuple(_named(record.mentions, "place")),
        related=tuple(card(hit, none) for hit in view.related),
        copies=tuple(card(hit, none) for hit in view.copies),
        facts=tuple((name, value) for name, value in facts.items() if value),
        language=article.language or "",
    )


def _paragraphs(text: str, mentions: Sequence[Mention]) -> Iterable[tuple[Piece, ...]]:
    start = 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        yield _linked(text, [m for m in mentions if start <= m.start < end], start, end)
        start = end + 2


def _linked(text: str, mentions: Sequence[Mention], start: int, end: int) -> tuple[Piece, ...]:
    """Part of a text with its names as links to what else there is about them."""
    found: list[Piece] = []
    at = start
    for mention in sorted(mentions, key=lambda m: m.start):
        if mention.start < at or mention.end > end:
            continue
        if at < mention.start:
            found.append(Piece(text[at : mention.start]))
        facet = "place" if mention.kind == "place" else "actor"
        found.append(
            Piece(
                text[mention.start : mention.end],
                href=link(with_filter(SearchRequest(), FacetFilter(facet, mention.value))),
                title=mention.label,
                kind=mention.kind,
            )
        )
        at = mention.end
    if at < end:
        found.append(Piece(text[at:end]))
    return tuple(found)


def _named(mentions: Sequence[Mention], facet: str) -> Iterable[Named]:
    """Each actor or place once, most mentioned first."""
    counts: dict[str, int] = {}
    first: dict[str, Mention] = {}
    for mention in mentions:
        if (mention.kind == "place") == (facet == "place"):
            counts[mention.value] = counts.get(mention.value, 0) + 1
            first.setdefault(mention.value, mention)
    for value in sorted(counts, key=lambda v: -counts[v]):
        chosen = with_filter(SearchRequest(), FacetFilter(facet, value))
        yield Named(first[value].label, link(chosen), counts[value], first[value].kind)


# About.


def about_page(status: Status) -> AboutPage:
    """What the archive holds, and how it is searched."""
    facts = {
        "Articles": f"{status.articles:,}",
        "Without a date": f"{status.undated:,}",
        "Sources": f"{status.sources:,}",
        "Oldest and newest": f"{status.first} to {status.last}" if status.first else "–",
        "Passages": f"{status.passages:,}",
        "Embedding model": status.model,
        "Generation": status.generation or "none",
        "Changes not yet indexed": f"{status.behind:,}",
        "Cut-off of similarity": f"{status.cutoff:.3f}" if status.cutoff is not None else "–",
    }
    return AboutPage(box=Box(), status=status, facts=tuple(facts.items()))
