"""Pages that say what changed since an earlier export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive.export import Difference, Earlier
from archive.query.request import SearchRequest
from archive.search.answer import Hit
from web.params import query_string
from web.views.parts import Box, Card, box, card

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ComparePage:
    """compare.html"""

    fault: str = ""
    hint: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class GoneRow:
    """An article that is found no more; without an address if it is not in the archive."""

    id: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """compared.html"""

    told: str
    at: str
    before: int
    total: int
    new: int
    gone: int
    cards: tuple[Card, ...]
    rows: tuple[GoneRow, ...]
    search: str
    box: Box = field(default_factory=Box)


def compared_page(
    earlier: Earlier,
    changed: Difference,
    *,
    total: int,
    new: Sequence[Hit],
    titles: Mapping[str, str],
) -> ComparedPage:
    """What is new and what is gone; the first of either are shown."""
    query = query_string(earlier.request)
    return ComparedPage(
        told=earlier.request.told,
        at=f"{earlier.today:%d %b %Y}",
        before=len(earlier.ids),
        total=total,
        new=len(changed.new),
        gone=len(changed.gone),
        cards=tuple(card(hit, SearchRequest()) for hit in new),
        rows=tuple(
            GoneRow(id_, titles.get(id_, ""), f"/articles/{id_}" if id_ in titles else "")
            for id_ in changed.gone[:SHOWN]
        ),
        search=f"/?{query}",
        box=box(earlier.request),
    )
