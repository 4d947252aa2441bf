"""The articles that name one actor in; in parts that name nobody and nothing in common, out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.namesakes import parts
from archive.types import Mention, Record

_MOST_COMPANY = 12


@dataclass(frozen=True, slots=True)
class Company:
    """An actor named beside another, and in how many articles."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """Articles that have names in common with each other, and none with those of other parts, in
    the order in which they came; `company` are the actors whom they name besides, those of most
    articles first.
    """

    articles: tuple[Record, ...]
    company: tuple[Company, ...]


def parted(
    records: Sequence[Record], value: str, is_telling: Callable[[str, str], bool]
) -> tuple[Part, ...]:
    """The parts of some articles, as people decided them, that name an actor; the largest first.
    `is_telling` says of a facet and a value whether few enough articles name it to join two.
    """
    named = [_beside(record, value) for record in records]
    telling = [{name: m for name, m in names.items() if is_telling(*name)} for names in named]
    found = parts({at: names.keys() for at, names in enumerate(telling)})
    return tuple(
        Part(
            articles=tuple(records[at] for at in members),
            company=_company([telling[at] for at in members]),
        )
        for members in found
    )


def _beside(record: Record, value: str) -> dict[tuple[str, str], Mention]:
    """Whom and what an article names besides an actor, by facet and value."""
    named = {("place" if m.kind == "place" else "actor", m.value): m for m in record.mentions}
    named.pop(("actor", value), None)
    return named


def _company(named: Sequence[dict[tuple[str, str], Mention]]) -> tuple[Company, ...]:
    labels = {v: m.label for names in named for (f, v), m in names.items() if f == "actor"}
    times = Counter(v for names in named for f, v in names if f == "actor")
    most = sorted(times, key=lambda v: (-times[v], v))[:_MOST_COMPANY]
    return tuple(Company(v, labels[v], times[v]) for v in most)
