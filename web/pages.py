"""Pages for people. They ask the archive what the API asks it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import QueryError
from archive.query.request import FACETS, SearchRequest
from web.deps import archive_of
from web.params import search_request
from web.render import render, static
from web.views.article import article_page
from web.views.facet import facet_page
from web.views.map import map_page
from web.views.plain import about_page
from web.views.profile import profile_page
from web.views.search import empty_archive, search_page
from web.views.story import story_page
from web.views.tree import tree_page

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_VALUES_A_PAGE = 60


@router.get("/")
def search(request: Request, archive: _Archive, asked: _Search) -> Response:
    """The search page."""
    status = archive.status()
    if not status.articles:
        page = empty_archive(asked)
        return render(request, "search.html", page)
    answer = archive.search(asked)
    return render(request, "search.html", search_page(asked, answer, status))


@router.get("/facets/{name}")
def facet(
    request: Request,
    archive: _Archive,
    asked: _Search,
    name: str,
    find: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The whole list of a facet's values."""
    if name not in FACETS:
        raise QueryError(
            f"there is no facet “{name[:40]}”", hint="facets are: " + ", ".join(FACETS)
        )
    if name in {"place", "reported"} and not find:
        tree = tree_page(asked, name, archive.places(asked, name))
        return render(request, "tree.html", tree)
    found = archive.facet(asked, name, find=find, offset=offset, size=_VALUES_A_PAGE)
    page = facet_page(asked, found, find=find, offset=offset, size=_VALUES_A_PAGE)
    return render(request, "facet.html", page)


@router.get("/map")
def atlas(request: Request, archive: _Archive, asked: _Search) -> Response:
    """The places of a result set on a map."""
    places = archive.places(asked)
    total = archive.search(replace(asked, size=1, cursor=None)).total
    page = map_page(asked, places, {p.place.value: p.place.label for p in places}, total)
    return render(request, "map.html", page)


@router.get("/articles/{id_}")
def article(request: Request, archive: _Archive, id_: str) -> Response:
    """An article."""
    page = article_page(archive.article(id_), archive.evidence(id_))
    return render(request, "article.html", page)


@router.get("/actors/{value}")
def actor(request: Request, archive: _Archive, value: str) -> Response:
    """An actor: names, articles over time, company."""
    return render(request, "actor.html", profile_page(archive.profile("actor", value)))


@router.get("/places/{value}")
def place(request: Request, archive: _Archive, value: str) -> Response:
    """A place: where it lies, articles over time, company."""
    return render(request, "place.html", profile_page(archive.profile("place", value)))


@router.get("/stories/{id_}")
def story(request: Request, archive: _Archive, id_: str) -> Response:
    """A story: its articles in the order of time, by source, with whom and where they name."""
    found = archive.story(id_)
    if found.id != id_:
        return RedirectResponse(f"/stories/{found.id}")
    return render(request, "story.html", story_page(found))


@router.get("/about")
def about(request: Request, archive: _Archive) -> Response:
    """What the archive holds, how to search it, and how programs do."""
    return render(request, "about.html", about_page(archive.status()))


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it by this name."""
    return RedirectResponse(static("icon.svg"))
