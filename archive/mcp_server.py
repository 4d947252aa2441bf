"""The archive for language models: tools over the Model Context Protocol, on the functions that
pages and API use. Counts that a model quotes are totals that people can look up.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field

from archive.core import Archive
from archive.errors import ArchiveError
from archive.query.request import (
    FACETS,
    Count,
    FacetFilter,
    FacetList,
    ListOrder,
    Mode,
    SearchRequest,
    Sort,
)
from archive.search.answer import Hit
from archive.search.wire import (
    article_json,
    facet_json,
    plain,
    profile_json,
    source_json,
    story_json,
    suggestions_json,
)

Given = ParamSpec("Given")
_INSTRUCTIONS = """A news archive. Look up how people and places are called with `names`, then
`search` by words or by meaning, and narrow with `only` and `without`; `facet` says what there is to
narrow by. Totals and counts are exact, never estimates: the count beside a facet value is the total
of the same search with that value in `only`. What the archive does not hold is not evidence that it
did not happen: `timeline` says how much is held of each time. Read an `article` before you quote
it, and cite its title, source, date and id."""


class Chosen(BaseModel):
    """Facet values. Values of one facet widen each other, facets narrow each other."""

    model_config = ConfigDict(extra="forbid")

    actor: list[str] = Field([], description="People and organisations named, by value or name.")
    place: list[str] = Field(
        [], description="Places named, by value or name; a country includes its towns."
    )
    about: list[str] = Field([], description="Actors or places that an article is mainly about.")
    reported: list[str] = Field([], description="Where it was reported from (the dateline).")
    source: list[str] = Field([], description="Publications, as `facet` spells them.")
    language: list[str] = Field([], description="Languages of the text: en, de, …")
    section: list[str] = Field([], description="Sections of a publication.")
    author: list[str] = Field([], description="Authors, as `facet` spells them.")
    date: list[str] = Field(
        [], description="Days, months, years published, or ranges: 2024-06, 2023..2024-03, undated."
    )
    mentions: list[str] = Field([], description="The same for times that an article speaks of.")
    changed: list[str] = Field(
        [], description="Articles whose headline or text changed later: headline, text."
    )


_NONE = Chosen()
_Query = Annotated[
    str,
    Field(
        description='Words, "phrases", AND OR NOT, -word, prefix*, title:… or a question. '
        "Empty: all articles."
    ),
]
_Mode = Annotated[
    Mode, Field(description="What makes an article match: its words, its meaning, or either.")
]
_Only = Annotated[Chosen, Field(description="Only articles with these.")]
_Without = Annotated[Chosen, Field(description="No articles with these.")]
_After = Annotated[
    str | None, Field(description="Published then or later: 2024, 2024-06 or 2024-06-01.")
]
_Before = Annotated[
    str | None, Field(description="Published then or earlier: 2024, 2024-06 or 2024-06-01.")
]
_Story = Annotated[str | None, Field(description="Only articles on the event of this one (an id).")]
_Name = Annotated[str, Field(description="A value or a name, as `names` gives them.")]
_Id = Annotated[str, Field(description="An article's, as hits name it.")]


def server_of(archive: Archive) -> MCPServer:
    """The server over an open archive. Its tools only read."""
    server = MCPServer("news-archive", instructions=_INSTRUCTIONS)
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    def tool(made: Callable[Given, dict[str, Any]]) -> Callable[Given, dict[str, Any]]:
        return server.tool(annotations=reads)(_readable(made))

    @tool
    def search(  # noqa: PLR0917 -- models name what they give
        query: _Query = "",
        mode: _Mode = Mode.BOTH,
        only: _Only = _NONE,
        without: _Without = _NONE,
        after: _After = None,
        before: _Before = None,
        story: _Story = None,
        count: Annotated[
            Count, Field(description="What counts as one: articles, texts or events.")
        ] = Count.ARTICLES,
        sort: Sort = Sort.RELEVANCE,
        size: Annotated[int, Field(ge=1, le=50)] = 10,
        cursor: Annotated[str | None, Field(description="`next` of an answer, to go on.")] = None,
    ) -> dict[str, Any]:
        """Find articles: the exact total, and a page of hits with the passage that fits best.
        `meant` is the query as it was perhaps meant, `filters` what names were understood as.
        """
        answer = archive.search(
            SearchRequest(
                q=query,
                mode=mode,
                filters=_filters(only, without),
                after=after,
                before=before,
                story=story,
                count=count,
                sort=sort,
                size=size,
                cursor=cursor,
            )
        )
        return {
            "total": answer.total,
            "hits": [_brief(hit) for hit in answer.hits],
            "next": answer.next,
            "filters": plain(answer.query.filters),
            "meant": answer.query.meant,
            "notices": [notice.message for notice in answer.notices],
        }

    @tool
    def facet(  # noqa: PLR0917
        name: Annotated[str, Field(description="One of: " + ", ".join(FACETS))],
        query: _Query = "",
        mode: _Mode = Mode.BOTH,
        only: _Only = _NONE,
        without: _Without = _NONE,
        after: _After = None,
        before: _Before = None,
        story: _Story = None,
        find: Annotated[str, Field(description="Only values with this in a name.")] = "",
        under: Annotated[
            str,
            Field(
                description="Of place and reported: only what lies directly in this place (a "
                "value); world: the largest. Each value then says how many lie `inside`."
            ),
        ] = "",
        order: ListOrder = ListOrder.COUNT,
        size: Annotated[int, Field(ge=1, le=200)] = 30,
    ) -> dict[str, Any]:
        """Who, where, when or by whom: the values of a facet of a search, each with the total that
        choosing it gives.
        """
        request = SearchRequest(
            q=query,
            mode=mode,
            filters=_filters(only, without),
            after=after,
            before=before,
            story=story,
        )
        listed = FacetList(name, find, order=order, under=under)
        return facet_json(archive.facet(request, listed, size=size))

    @tool
    def timeline(  # noqa: PLR0917
        query: _Query = "",
        mode: _Mode = Mode.BOTH,
        only: _Only = _NONE,
        without: _Without = _NONE,
        after: _After = None,
        before: _Before = None,
    ) -> dict[str, Any]:
        """How many articles of a search were published in each year, month or day, how many speak
        of it, and how many the archive holds. A year or month in `only.date` is looked into.
        """
        request = SearchRequest(
            q=query, mode=mode, filters=_filters(only, without), after=after, before=before
        )
        told: dict[str, Any] = plain(archive.timeline(request))
        return told

    @tool
    def article(id: _Id) -> dict[str, Any]:  # noqa: A002 -- as hits name it
        """An article as the archive holds it: its whole text, actors, places, times it speaks of,
        copies, story and related articles.
        """
        told = article_json(archive.article(id))
        return {name: told[name] for name in told.keys() - {"mentions", "passages"}}

    @tool
    def story(id: _Id) -> dict[str, Any]:  # noqa: A002
        """How the event was told that an article is on: its texts in the order of time, with
        sources, actors and places.
        """
        return story_json(archive.story(id))

    @tool
    def names(
        beginning: Annotated[str, Field(description="How a word of the name begins.")],
    ) -> dict[str, Any]:
        """Actors, places, sources, authors and sections by name, with the values that `only` and
        `without` take.
        """
        return suggestions_json(archive.suggest(beginning))

    @tool
    def actor(value: _Name) -> dict[str, Any]:
        """Who an actor is to the archive: other names, articles over time, whom and what it is
        named beside.
        """
        return profile_json(archive.profile("actor", value))

    @tool
    def place(value: _Name) -> dict[str, Any]:
        """What a place is to the archive: where it lies, articles over time, whom and what it is
        named beside.
        """
        return profile_json(archive.profile("place", value))

    @tool
    def source(
        name: Annotated[str, Field(description="As `facet` or `names` spell it.")],
    ) -> dict[str, Any]:
        """What the archive has of a publication: its articles over time, whom and what they name,
        the latest of them.
        """
        return source_json(archive.source(name))

    @tool
    def status() -> dict[str, Any]:
        """What the archive holds: articles, sources, first and last day."""
        told: dict[str, Any] = plain(archive.status())
        return told

    return server


def _readable(tool: Callable[Given, dict[str, Any]]) -> Callable[Given, dict[str, Any]]:
    """The tool with our errors as what a model may read; it is told of no others."""

    @wraps(tool)
    def told(*args: Given.args, **kwargs: Given.kwargs) -> dict[str, Any]:
        try:
            return tool(*args, **kwargs)
        except ArchiveError as error:
            raise ToolError(str(error)) from error

    return told


def _filters(only: Chosen, without: Chosen) -> tuple[FacetFilter, ...]:
    return tuple(
        FacetFilter(facet, value, exclude)
        for chosen, exclude in ((only, False), (without, True))
        for facet, values in chosen
        for value in values
    )


def _brief(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "source": hit.source,
        "published": hit.published.value if hit.published else None,
        "passage": hit.passage.text,
        "actors": [value.label for value in hit.actors],
        "places": [value.label for value in hit.places],
        "url": hit.url,
    }
