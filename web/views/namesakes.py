"""The page on which editors say which articles mean another of the same name."""

from dataclasses import dataclass, field

from archive.search.parting import Part
from archive.types import Actor
from web.views.parts import Box, shown_date
from web.views.profile import page_of

_SHOWN_COMPANY = 6


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article to be ticked."""

    id: str
    title: str
    href: str
    note: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """Articles that have names in common; `company` are values and labels of the actors in them,
    `tick` is where all of the part are ticked.
    """

    number: int
    articles: tuple[ArticleRow, ...]
    company: tuple[tuple[str, str], ...]
    tick: str


@dataclass(frozen=True, slots=True)
class NamesakesPage:
    """namesakes.html"""

    label: str
    back: str
    action: str
    parts: tuple[PartRow, ...]
    articles: int
    box: Box = field(default_factory=Box)


def namesakes_page(named: Actor, parts: tuple[Part, ...], ticked: int) -> NamesakesPage:
    """The articles of a name in parts, those of one part ticked (0: none)."""
    address = page_of("actor", named.value)
    return NamesakesPage(
        label=named.label,
        back=address,
        action=f"{address}/decide",
        parts=tuple(
            _row(p, at, f"{address}/namesakes", at == ticked) for at, p in enumerate(parts, 1)
        ),
        articles=sum(len(p.articles) for p in parts),
    )


def _row(part: Part, number: int, address: str, ticked: bool) -> PartRow:
    return PartRow(
        number=number,
        articles=tuple(
            ArticleRow(
                id=record.id,
                title=record.article.title,
                href=f"/articles/{record.id}",
                note=" · ".join(
                    filter(None, (record.article.source, shown_date(record.article.published)))
                ),
                ticked=ticked,
            )
            for record in part.articles
        ),
        company=tuple((c.value, c.label) for c in part.company[:_SHOWN_COMPANY]),
        tick=f"{address}?tick={number}#part-{number}",
    )
