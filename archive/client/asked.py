"""What a search asks for, as an address and as a body have it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypedDict

from archive.client.told import JSON

Form = Literal["csv", "excel", "jsonl", "ris", "bib"]
Values = str | Sequence[str]
Query = str | JSON
"""Words as a person types them, or a syntax tree such as `search("…").query.tree`."""


class Asked(TypedDict, total=False):
    """The parameters of `GET /api/v1/search`. Any of a facet's values will do; `not_` before its
    name leaves them out.
    """

    mode: Literal["both", "words", "meaning"]
    after: str
    before: str
    bbox: str
    near: str
    story: str
    copies_of: str
    together: bool
    count: Literal["articles", "copies", "stories"]
    sort: Literal["relevance", "newest", "oldest"]
    size: int
    cursor: str | None
    date: Values
    mentions: Values
    actor: Values
    place: Values
    about: Values
    reported: Values
    source: Values
    language: Values
    section: Values
    author: Values
    changed: Values
    not_date: Values
    not_mentions: Values
    not_actor: Values
    not_place: Values
    not_about: Values
    not_reported: Values
    not_source: Values
    not_language: Values
    not_section: Values
    not_author: Values
    not_changed: Values


class Listed(Asked, total=False):
    """Which of a facet's values are wanted, beside the search that they are of. `under` is for
    places: what lies directly in one, or "world" for the largest.
    """

    find: str
    initial: str
    under: str
    order: Literal["count", "name"]


_FACETS = frozenset(
    name.removeprefix("not_") for name in Asked.__annotations__ if name.startswith("not_")
)


def pairs(q: str, asked: Mapping[str, Any], **also: str) -> Iterator[tuple[str, str]]:
    """The search as parameters of an address, whose names have hyphens."""
    for name, value in {"q": q, **asked, **also}.items():
        if value is None:
            continue
        facet = name.removeprefix("not_")
        named = f"-{facet}" if facet != name else name.replace("_", "-")
        for each in [value] if isinstance(value, str | int) else value:
            yield named, str(each).lower() if isinstance(each, bool) else str(each)


def body(query: Query, asked: Mapping[str, Any]) -> JSON:
    """The search as it is posted."""
    told: dict[str, Any] = {"q" if isinstance(query, str) else "tree": query}
    filters = []
    for name, value in asked.items():
        facet = name.removeprefix("not_")
        if facet not in _FACETS:
            told[name] = value
            continue
        filters += [
            {"facet": facet, "value": each, "exclude": facet != name}
            for each in ([value] if isinstance(value, str) else value)
        ]
    return {**told, "filters": filters}
