"""The pages of an actor and of a place."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from archive.evidence import UNCERTAIN
from archive.query.request import FacetFilter, SearchRequest
from archive.search.profile import Beside, Profile
from archive.search.timeline import Timeline
from web.params import link, with_filter
from web.views.histogram import Histogram, histogram
from web.views.map import Drawing, locator
from web.views.parts import Box, Card, Link, card, period

_DRAWN = 8
_WIDTH, _HEIGHT, _ACROSS, _DOWN = 420, 330, 138, 125
_LONGEST_LABEL = 18


@dataclass(frozen=True, slots=True)
class Company:
    """A name beside this one; `share` of the strongest, from 0 to 1."""

    label: str
    href: str
    count: int
    share: float
    note: str


@dataclass(frozen=True, slots=True)
class Node:
    """A name in the drawing; `dy` sets its label above or below its point."""

    x: float
    y: float
    dy: int
    width: float
    label: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """actor.html and place.html"""

    box: Box
    label: str
    kind: str
    articles: int
    search: str
    about: str
    main: int
    facts: tuple[tuple[str, str], ...]
    wikidata: str
    parents: tuple[Link, ...]
    histogram: Histogram | None
    actors: tuple[Company, ...]
    places: tuple[Company, ...]
    nodes: tuple[Node, ...]
    width: int
    height: int
    latest: tuple[Card, ...]
    json: str
    decide: str
    locator: Drawing | None = None  # of a place
    doubt: str = ""  # why it is uncertain
    namesakes: str = ""  # where an uncertain actor is parted


def page_of(facet: str, value: str) -> str:
    """The address of the page of an actor or a place."""
    return f"/{facet}s/{quote(value, safe='')}"


def profile_page(profile: Profile, timeline: Timeline) -> ProfilePage:
    """The page of an actor or a place; `timeline` is that of its articles."""
    name = profile.name
    chosen = articles_of(profile)
    about = with_filter(SearchRequest(), FacetFilter("about", name.value))
    place = profile.place
    seen = _shown(profile.first), _shown(profile.last)
    facts = {
        "Also": ", ".join(name.aliases),
        "First seen": seen[0],
        "Last seen": seen[1],
        "Lies at": f"{place.latitude:.3f}, {place.longitude:.3f}" if place else "",
        "Value": name.value,
    }
    uncertain = " (uncertain)" if name.uncertain else ""
    return ProfilePage(
        box=Box(),
        label=name.label,
        kind=name.kind + uncertain,
        articles=profile.articles,
        search=link(chosen),
        about=link(about),
        main=profile.main,
        facts=tuple((fact, value) for fact, value in facts.items() if value),
        wikidata=name.wikidata or "",
        parents=tuple(Link(p.label, page_of("place", p.value)) for p in profile.parents),
        histogram=histogram(chosen, timeline),
        actors=tuple(_company(profile.actors, "actor")),
        places=tuple(_company(profile.places, "place")),
        nodes=tuple(_nodes(profile)),
        width=_WIDTH,
        height=_HEIGHT,
        latest=tuple(card(hit, SearchRequest()) for hit in profile.latest),
        json=f"/api/v1{page_of(profile.facet, name.value)}",
        decide=f"{page_of(profile.facet, name.value)}/decide",
        locator=locator(place) if place else None,
        doubt=UNCERTAIN if name.uncertain else "",
        namesakes=f"{page_of(profile.facet, name.value)}/namesakes" if name.uncertain else "",
    )


def articles_of(profile: Profile) -> SearchRequest:
    """The search for the articles with a name."""
    return with_filter(SearchRequest(), FacetFilter(profile.facet, profile.name.value))


def _shown(day: date | None) -> str:
    return period(day.isoformat()) if day else ""


def _company(found: Sequence[Beside], facet: str) -> Iterable[Company]:
    strongest = max((b.strength for b in found), default=1.0)
    for item in found:
        yield Company(
            label=item.label,
            href=page_of(facet, item.value),
            count=item.count,
            share=round(item.strength / strongest, 3),
            note=f"together in {item.count:,} articles, strength {item.strength:.2f}",
        )


def _nodes(profile: Profile) -> Iterable[Node]:
    """The strongest of both lists round the centre, lines as wide as they are strong."""
    found = [(b, f) for f, bs in (("actor", profile.actors), ("place", profile.places)) for b in bs]
    found.sort(key=lambda item: -item[0].strength)
    found = found[:_DRAWN]
    strongest = max((b.strength for b, _ in found), default=1.0)
    for at, (item, facet) in enumerate(found):
        angle = 2 * math.pi * at / len(found) - math.pi / 2  # no two labels side by side
        label = item.label
        if len(label) > _LONGEST_LABEL:
            label = label[: _LONGEST_LABEL - 1].rstrip() + "…"
        yield Node(
            x=round(_WIDTH / 2 + _ACROSS * math.cos(angle), 1),
            y=round(_HEIGHT / 2 + _DOWN * math.sin(angle), 1),
            dy=-12 if math.sin(angle) < 0 else 22,
            width=round(1 + 4 * item.strength / strongest, 1),
            label=label,
            title=f"{item.label}: together in {item.count:,} articles",
            href=page_of(facet, item.value),
        )
