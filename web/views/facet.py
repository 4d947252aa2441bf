"""The page of a facet's whole list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from archive.query.request import SearchRequest
from archive.search.answer import Facet
from web.params import link
from web.views.parts import HEADINGS, Box, Choice, box, choices, fields


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
        kept=tuple(fields(request)),
        back=link(request),
        next=at(last) if last < facet.total else "",
        previous=at(max(0, offset - size)) if offset else "",
    )
