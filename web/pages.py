"""Pages for people. They ask the archive what the API asks it."""

from dataclasses import replace
from typing import Annotated, Literal
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.citation import FORMS
from archive.core import Archive
from archive.errors import NotFound, QueryError
from archive.query.request import FACETS, OF_PLACES, FacetList, ListOrder, SearchRequest
from archive.search.answer import Facet, FacetValue
from archive.search.place_tree import WORLD
from web.deps import archive_of, site_of
from web.params import first_page, search_request
from web.render import render, static
from web.views.article import Found, article_page
from web.views.cite import cite_page
from web.views.facet import facet_page
from web.views.map import MOST_DOTS, MOST_ROWS, SPOTS, TOWNS, map_page
from web.views.plain import about_page
from web.views.profile import articles_of, profile_page
from web.views.search import Context, empty_archive, search_page, shown_places
from web.views.source import source_page
from web.views.story import story_page
from web.views.timeline import timeline_page
from web.views.tree import ALL_OPEN, PREVIEWED, TreePage, is_opened, tree_page
from web.views.versions import versions_page
from web.watching import keep_stages

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_VALUES_A_PAGE = 60
_OPENSEARCH = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>News Archive</ShortName>
  <Description>Search the news archive by words and by meaning</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Image type="image/svg+xml">{base}static/icon.svg</Image>
  <Url type="text/html" template="{base}?q={{searchTerms}}"/>
</OpenSearchDescription>
"""
_FURTHEST = 10**9


@router.get("/")
def search(request: Request, archive: _Archive, asked: _Search) -> Response:
    """The search page."""
    status = archive.status()
    if not status.articles:
        page = empty_archive(asked)
        return render(request, "search.html", page)
    answer = archive.search(asked)
    keep_stages(request, answer.milliseconds)
    context = Context(
        status=status,
        timeline=archive.timeline(asked),
        stories=archive.stories(asked) if asked.q or asked.filters else (),
        looser=archive.looser(asked) if not answer.total else (),
        parents=archive.parents(shown_places(answer)),
    )
    return render(request, "search.html", search_page(asked, answer, context))


@router.get("/facets/{name}")
def facet(
    request: Request,
    archive: _Archive,
    asked: _Search,
    name: str,
    find: Annotated[str, Query(max_length=100)] = "",
    initial: Annotated[str, Query(max_length=4)] = "",
    under: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The whole list of a facet's values."""
    if name not in FACETS:
        raise QueryError(
            f"there is no facet “{name[:40]}”", hint="facets are: " + ", ".join(FACETS)
        )
    if name in OF_PLACES and not (find or initial):
        return render(request, "tree.html", _tree(archive, asked, name, under))
    listed = FacetList(name, find, initial, ListOrder.NAME if initial else ListOrder.COUNT)
    found = archive.facet(asked, listed, size=_VALUES_A_PAGE)
    return render(request, "facet.html", facet_page(asked, found, listed))


def _tree(archive: Archive, asked: SearchRequest, name: str, under: str) -> TreePage:
    first = first_page(asked)
    filtered = sum(f.facet == name for f in first.filters)
    every = archive.facet(first, FacetList(name), size=filtered + 1)
    small = every.total <= ALL_OPEN

    def inside(value: FacetValue) -> Facet | None:
        if not (small or is_opened(value)):
            return None
        size = every.total if small else PREVIEWED
        return archive.facet(first, FacetList(name, under=value.value), size=size)

    return tree_page(
        asked,
        archive.facet(asked, FacetList(name, under=under or WORLD), size=_VALUES_A_PAGE),
        archive.path(under),
        [value for value in every.values if value.chosen and not small],
        inside,
    )


@router.get("/map")
def atlas(request: Request, archive: _Archive, asked: _Search) -> Response:
    """The places of a result set on a map."""
    spots = archive.places(asked, kinds=SPOTS, most=MOST_DOTS)
    towns = archive.places(asked, kinds=TOWNS, most=MOST_ROWS)
    total = archive.search(replace(asked, size=1, cursor=None)).total
    page = map_page(asked, spots, towns, total)
    return render(request, "map.html", page)


@router.get("/articles/{id_}")
def article(
    request: Request,
    archive: _Archive,
    asked: _Search,
    id_: str,
    at: Annotated[int | None, Query(ge=1, le=_FURTHEST)] = None,
) -> Response:
    """An article; with its rank in a search it leads to the others of it."""
    asked = first_page(asked)
    view = archive.article(id_)
    found = Found(
        request=asked,
        around=archive.around(asked, at - 1) if at else None,
        in_title=archive.marks(asked, view.record.article.title),
        in_text=archive.marks(asked, view.record.article.text),
    )
    page = article_page(view, archive.evidence(id_), found)
    return render(request, "article.html", page)


@router.get("/articles/{id_}/cite")
def cite(request: Request, archive: _Archive, id_: str) -> Response:
    """How to cite an article."""
    return render(request, "cite.html", cite_page(archive.cited(id_, site=site_of(request))))


@router.get("/articles/{id_}/cite.{form}")
def cite_as(request: Request, archive: _Archive, id_: str, form: str) -> Response:
    """The citation of an article as a file for a program."""
    if form not in FORMS:
        raise NotFound(f"there is no citation as “{form[:20]}”", hint="try " + ", ".join(FORMS))
    cited = archive.cited(id_, site=site_of(request))
    return Response(
        FORMS[form].write(cited),
        media_type=FORMS[form].media,
        headers={"Content-Disposition": f'attachment; filename="{cited.record.id}.{form}"'},
    )


@router.get("/articles/{id_}/versions")
def versions(
    request: Request,
    archive: _Archive,
    id_: str,
    before: Annotated[int | None, Query(ge=1, le=_FURTHEST)] = None,
    after: Annotated[int | None, Query(ge=1, le=_FURTHEST)] = None,
) -> Response:
    """The versions of an article, and what changed between two of them."""
    page = versions_page(archive.versions(id_), before, after)
    return render(request, "versions.html", page)


@router.get("/actors/{value}")
def actor(request: Request, archive: _Archive, value: str) -> Response:
    """An actor: names, articles over time, company."""
    return _profile(request, archive, "actor", value)


@router.get("/places/{value}")
def place(request: Request, archive: _Archive, value: str) -> Response:
    """A place: where it lies, articles over time, company."""
    return _profile(request, archive, "place", value)


def _profile(
    request: Request, archive: Archive, facet: Literal["actor", "place"], value: str
) -> Response:
    found = archive.profile(facet, value)
    page = profile_page(found, archive.timeline(articles_of(found)))
    return render(request, f"{facet}.html", page)


@router.get("/sources/{value:path}")
def source(request: Request, archive: _Archive, value: str) -> Response:
    """A source: its articles over time, whom and what they name, the newest of them."""
    return render(request, "source.html", source_page(archive.source(value)))


@router.get("/timeline")
def timeline(request: Request, archive: _Archive, asked: _Search) -> Response:
    """A result set over time."""
    total = archive.search(replace(asked, size=1, cursor=None)).total
    page = timeline_page(asked, archive.timeline(asked), total)
    return render(request, "timeline.html", page)


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


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    """The archive as one of a browser's search engines (OpenSearch 1.1)."""
    text = _OPENSEARCH.format(base=escape(str(request.base_url)))
    return Response(text, media_type="application/opensearchdescription+xml")


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it by this name."""
    return RedirectResponse(static("icon.svg"))
