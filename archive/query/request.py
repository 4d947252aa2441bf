"""What is asked: one search request, the same for page, API, command line and saved link."""

from dataclasses import dataclass
from enum import StrEnum

# Facets whose values are periods: when articles were published, and what they speak of.
CALENDARS = ("date", "mentions")
FACETS = (
    *CALENDARS,
    "actor",
    "place",
    "about",
    "reported",
    "source",
    "language",
    "section",
    "author",
    "changed",
)
# Facets whose values are known of each passage, too.
OF_PLACES = ("place", "reported")
PASSAGE_FACETS = ("actor", "place")
MAX_QUERY_CHARACTERS = 2_000
MAX_PAGE = 100
MAX_FILTERS = 200


class Mode(StrEnum):
    """What makes an article match: its words, its meaning, or either."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class Sort(StrEnum):
    """The order of hits; ties always break by article."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Count(StrEnum):
    """What counts as one: each article, articles with the same text, articles on one event."""

    ARTICLES = "articles"
    COPIES = "copies"
    STORIES = "stories"

    @property
    def units(self) -> tuple[str, str]:
        """What people call one of what is counted, and many."""
        return {
            "articles": ("article", "articles"),
            "copies": ("text", "texts"),
            "stories": ("story", "stories"),
        }[self.value]

    def of(self, total: int) -> str:
        """A total with what was counted: "1 story", "1,200 articles"."""
        one, many = self.units
        return f"{total:,} {one if total == 1 else many}"


@dataclass(frozen=True, slots=True)
class FacetFilter:
    """One chosen facet value. `value` is a facet's value, or a name that stands for one.

    Included values of one facet widen each other (any of them); facets narrow each other;
    an excluded value removes its articles. For facets "date" (published) and "mentions"
    (spoken of) a value is "2024", "2024-06", "2024-06-01", a range of such ("2024-06..",
    "2023..2024-03"), or "undated" and "none" for articles without.
    """

    facet: str
    value: str
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked. `after` and `before` are ISO dates, both inclusive; "2024" and
    "2024-06" mean the whole year and month. `bbox` ("west,south,east,north", degrees) and `near`
    ("latitude,longitude,kilometres") want a town in an area. `story` and `copies_of` are ids of
    articles, and want the articles of the same story or with the same text. `together` wants one
    passage that is near in meaning and names the actors and places chosen. `count` says what
    counts as one in totals, facets and hits; it never changes which articles are found.
    """

    q: str = ""
    mode: Mode = Mode.BOTH
    filters: tuple[FacetFilter, ...] = ()
    after: str | None = None
    before: str | None = None
    bbox: str | None = None
    near: str | None = None
    story: str | None = None
    copies_of: str | None = None
    together: bool = False
    count: Count = Count.ARTICLES
    sort: Sort = Sort.RELEVANCE
    size: int = 10
    cursor: str | None = None

    @property
    def told(self) -> str:
        """The search in a line: "“harbour strike”, place: norland, from: 2024"."""
        default = SearchRequest()
        given = (
            ("mode", self.mode if self.mode is not default.mode else None),
            *((("not " if f.exclude else "") + f.facet, f.value) for f in self.filters),
            ("from", self.after),
            ("until", self.before),
            ("bbox", self.bbox),
            ("near", self.near),
            ("story", self.story),
            ("copies of", self.copies_of),
            ("in one passage", "yes" if self.together else None),
            ("count", self.count if self.count is not default.count else None),
            ("order", self.sort if self.sort is not default.sort else None),
        )
        said = [f"“{self.q}”"] if self.q else []
        said += [f"{name}: {value}" for name, value in given if value]
        return ", ".join(said) or "all articles"


class ListOrder(StrEnum):
    """The order of a facet's values: most articles first, or by name."""

    COUNT = "count"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class FacetList:
    """Which values of a facet are wanted: those whose name has `find` in it, and whose label
    begins with `initial`; of these `kinds`, if any are named; of places those that lie directly in
    the one `under` names (in none, if that is `archive.search.place_tree.WORLD`).
    """

    name: str
    find: str = ""
    initial: str = ""
    order: ListOrder = ListOrder.COUNT
    under: str = ""
    kinds: tuple[str, ...] = ()
