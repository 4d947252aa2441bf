"""The archive for language models: tools over the Model Context Protocol, on the functions that
pages and API use. Counts that a model quotes are totals that people can look up.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from archive.core import Archive
from archive.errors import ArchiveError
from archive.query.request import FACETS, FacetFilter, FacetList, Mode, SearchRequest, Sort
from archive.search.wire import article_json, facet_json, plain, profile_json, suggestions_json

Given = ParamSpec("Given")
_INSTRUCTIONS = """A news archive. `search` finds articles by words and by meaning; its `total` and
the counts of `facet` are exact. Names of actors and places are resolved by `names` first. Quote
articles by their title, source and date, and give their id."""
_Query = Annotated[
    str,
    Field(
        description='Words, "phrases", AND OR NOT, -word, prefix*, title:… or a question. '
        "Empty: all articles."
    ),
]
_Values = Annotated[list[str], Field(description="Values as `names` or `facet` give them.")]
_Day = Annotated[
    str | None, Field(description="2024, 2024-06, 2024-06-01, or counted from today: last-month.")
]


def server_of(archive: Archive) -> MCPServer:
    """The server over an open archive. Its tools only read."""
    server = MCPServer("news-archive", instructions=_INSTRUCTIONS)

    @server.tool()
    @_readable
    def search(  # noqa: PLR0917 -- models name what they give
        query: _Query = "",
        mode: Mode = Mode.BOTH,
        actors: _Values = [],  # noqa: B006 -- read for the schema alone
        places: _Values = [],  # noqa: B006
        after: _Day = None,
        before: _Day = None,
        sort: Sort = Sort.RELEVANCE,
        size: Annotated[int, Field(ge=1, le=50)] = 10,
        cursor: str | None = None,
    ) -> dict[str, Any]:
        """Find articles: the total, and a page of hits with the passage that fits best."""
        answer = archive.search(
            SearchRequest(
                q=query,
                mode=mode,
                filters=_filters(actors, places),
                after=after,
                before=before,
                sort=sort,
                size=size,
                cursor=cursor,
            )
        )
        return {
            "total": answer.total,
            "hits": [
                {
                    "id": hit.id,
                    "title": hit.title,
                    "source": hit.source,
                    "published": hit.published.value if hit.published else None,
                    "passage": hit.passage.text,
                    "url": hit.url,
                }
                for hit in answer.hits
            ],
            "next": answer.next,
            "notices": [notice.message for notice in answer.notices],
        }

    @server.tool()
    @_readable
    def article(id: str) -> dict[str, Any]:  # noqa: A002 -- as hits name it
        """An article as the archive holds it, with its actors, places, dates and copies."""
        told = article_json(archive.article(id))
        return {name: told[name] for name in told.keys() - {"mentions", "passages"}}

    @server.tool()
    @_readable
    def facet(
        name: Annotated[str, Field(description="One of: " + ", ".join(FACETS))],
        query: _Query = "",
        find: Annotated[str, Field(description="Only values with this in a name.")] = "",
        size: Annotated[int, Field(ge=1, le=200)] = 30,
    ) -> dict[str, Any]:
        """The values of a facet of a search, each with the total that choosing it gives."""
        found = archive.facet(SearchRequest(q=query), FacetList(name, find), size=size)
        return facet_json(found)

    @server.tool()
    @_readable
    def names(beginning: str) -> dict[str, Any]:
        """Actors, places and sources with a word that begins so."""
        return suggestions_json(archive.suggest(beginning))

    @server.tool()
    @_readable
    def profile(kind: Literal["actor", "place"], value: str) -> dict[str, Any]:
        """Who or what an actor or a place is to the archive: other names, times, company."""
        return profile_json(archive.profile(kind, value))

    @server.tool()
    @_readable
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


def _filters(actors: list[str], places: list[str]) -> tuple[FacetFilter, ...]:
    return (
        *(FacetFilter("actor", value) for value in actors),
        *(FacetFilter("place", value) for value in places),
    )
