"""The syntax tree of a query: one for page, API, command line and saved link."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from archive.query.dates import DayInterval
from archive.query.geo import Area


@dataclass(frozen=True, slots=True)
class All:
    """Every article: an empty query."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in any form that shares its stem."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order; `slop` says how many places they may be out of it."""

    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with this, as they are spelt."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """Words of the headline alone."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A value of a facet, or a name for one: actor, place, source, lang, author, section."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Published:
    """Published within an interval; `text` is how it was asked for ("date:2024-06")."""

    interval: DayInterval
    text: str


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """Speaking of a time within an interval; `text` is how it was asked for
    ("mentions:2024-06").
    """

    interval: DayInterval
    text: str


@dataclass(frozen=True, slots=True)
class Within:
    """A town or county that lies in an area; `text` is how it was asked for."""

    area: Area
    text: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts; two or more."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any part; two or more."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but the part."""

    part: "Node"


Node: TypeAlias = (
    All
    | Word
    | Phrase
    | Prefix
    | Title
    | FieldTerm
    | Published
    | SpokenOf
    | Within
    | And
    | Or
    | Not
)


@dataclass(frozen=True, slots=True)
class ParseNotice:
    """What was not understood, and where: characters start to end (from 0) of the text."""

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A query as parsed.

    `root` is the whole expression; `filters` are those of its top-level conjuncts that name
    fields or dates, or exclude: they narrow whatever the mode. `words` is the rest, what is
    matched by words; None if there is nothing to match. `plain` are the words asked for, as
    one text to be embedded.
    """

    text: str
    root: Node
    filters: tuple[Node, ...] = ()
    words: Node | None = None
    plain: str = ""
    notices: tuple[ParseNotice, ...] = ()


def dates_in(node: Node) -> Iterator[Published | SpokenOf]:
    """The dates that a tree speaks of, in order."""
    match node:
        case Published() | SpokenOf():
            yield node
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from dates_in(part)
        case Not(part=part) | Title(part=part):
            yield from dates_in(part)


def render(node: Node) -> str:
    """Canonical text of a tree; parsing it gives the tree again."""
    match node:
        case All():
            return ""
        case Word(text=text):
            return text
        case Phrase(text=text, slop=slop):
            return f'"{text}"~{slop}' if slop else f'"{text}"'
        case Prefix(text=text):
            return f"{text}*"
        case Title(part=part):
            return f"title:{_grouped(part)}"
        case FieldTerm(field=field, value=value):
            return f'{field}:"{value}"'
        case Published(text=text) | SpokenOf(text=text) | Within(text=text):
            return text
        case And(parts=parts):
            return " ".join(_grouped(p) if isinstance(p, And | Or) else render(p) for p in parts)
        case Or(parts=parts):
            return " OR ".join(_grouped(p) if isinstance(p, Or) else render(p) for p in parts)
        case Not(part=part):
            return f"-{_grouped(part)}"


def _grouped(node: Node) -> str:
    return f"({render(node)})" if isinstance(node, And | Or | Not) else render(node)
