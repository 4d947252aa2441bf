"""The syntax tree as JSON, both ways: what a program sends is the text that a person would type.

So there is one grammar, one check and one link for both; an answer's tree can be sent back.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from archive.errors import QueryError
from archive.query.geo import Area, Box, Circle
from archive.query.parse import DEEPEST, joined, parse
from archive.query.syntax import (
    All,
    And,
    FieldTerm,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    SpokenOf,
    Title,
    Within,
    Word,
    render,
)

# More than fit in a query of the longest length that is answered.
_MOST_NODES = 2_000
_ANY_DAY = date(2000, 1, 1)  # no date of a tree counts from today


def node_json(node: Node) -> dict[str, Any]:
    """A tree as plain objects with a `type` each; dates are the first and the last day."""
    match node:
        case All():
            return {"type": "all"}
        case Word(text=text):
            return {"type": "word", "text": text}
        case Phrase(text=text, slop=slop):
            return {"type": "phrase", "text": text, "slop": slop}
        case Prefix(text=text):
            return {"type": "prefix", "text": text}
        case Title(part=part):
            return {"type": "title", "part": node_json(part)}
        case FieldTerm(field=field, value=value):
            return {"type": "field", "field": field, "value": value}
        case Published(interval=interval) | SpokenOf(interval=interval):
            last = interval.end - timedelta(days=1) if interval.end else None
            return {
                "type": "published" if isinstance(node, Published) else "spoken_of",
                "first": interval.start.isoformat() if interval.start else None,
                "last": last.isoformat() if last else None,
            }
        case Within(area=area):
            return {"type": "within", **_area_json(area)}
        case And(parts=parts):
            return {"type": "and", "parts": [node_json(part) for part in parts]}
        case Or(parts=parts):
            return {"type": "or", "parts": [node_json(part) for part in parts]}
        case Not(part=part):
            return {"type": "not", "part": node_json(part)}


def query_text(tree: Mapping[str, Any]) -> str:
    """The query that a tree of `node_json`'s shape stands for, as it would be typed. QueryError
    names the node that could not be typed at all.
    """
    if _size(tree) > _MOST_NODES:
        raise QueryError(
            f"the tree has more than {_MOST_NODES:,} nodes", hint="ask for less", field="tree"
        )
    root = _node(tree, "tree", 0)
    return _checked(root, "tree", "a part of it means something else beside the others")


def _area_json(area: Area) -> dict[str, Any]:
    match area:
        case Box():
            return {"bbox": [area.west, area.south, area.east, area.north]}
        case Circle():
            return {"near": [area.latitude, area.longitude, area.km]}


def _size(tree: Mapping[str, Any]) -> int:
    waiting, count = [tree], 0
    while waiting and count <= _MOST_NODES:
        node = waiting.pop()
        count += 1
        waiting.extend(node.get("parts") or ())
        waiting.extend([node["part"]] if node.get("part") else [])
    return count


def _node(tree: Mapping[str, Any], path: str, depth: int) -> Node:
    if depth > DEEPEST:
        raise QueryError(f"the tree is more than {DEEPEST} deep", hint="ask for less", field="tree")
    match tree["type"]:
        case "all":
            return All()
        case "and" | "or" as kind:
            parts = [
                _node(part, f"{path}.parts.{at}", depth + 1)
                for at, part in enumerate(tree["parts"])
            ]
            return joined(And if kind == "and" else Or, parts)
        case "not":
            part = _node(tree["part"], f"{path}.part", depth + 1)
            return part if isinstance(part, All) else Not(part)
        case "title":
            title = Title(_node(tree["part"], f"{path}.part", depth + 1))
            _checked(title, path, "only words, phrases and prefixes stand in a headline")
            return title
    kind, hint = _LEAVES[tree["type"]]
    leaf = _leaf(tree)
    if not isinstance(leaf, kind):
        raise QueryError(f"{path} cannot be searched", hint=hint, field=path)
    _checked(leaf, path, hint)
    return leaf


def _leaf(tree: Mapping[str, Any]) -> Node:
    match tree["type"]:
        case "word":
            return Word(tree["text"])
        case "phrase":
            return Phrase(" ".join(tree["text"].split()), tree.get("slop") or 0)
        case "prefix":
            return Prefix(tree["text"])
        case "field":
            return FieldTerm(tree["field"], " ".join(tree["value"].split()))
        case "published":
            return _typed(f"date:{_days(tree)}")
        case "spoken_of":
            return _typed(f"mentions:{_days(tree)}")
        case "within":
            name = "bbox" if tree.get("bbox") else "near"
            return _typed(f"{name}:{_numbers(tree.get(name) or ())}")
    raise TypeError(f"no such node: {tree['type']!r}")


_DAYS_HINT = "`first` and `last` are days, at least one of them, in this order"
# What a leaf has to be, and what to tell who sent another.
_LEAVES: dict[str, tuple[type[Node], str]] = {
    "word": (Word, "a word has letters or digits, and no space, quotation mark or parenthesis"),
    "phrase": (Phrase, "a phrase has a word, no quotation mark, and a slop of at most 999"),
    "prefix": (Prefix, "a prefix has two letters or digits at least, and no space"),
    "field": (FieldTerm, "a field's value has a word, and no quotation mark"),
    "published": (Published, _DAYS_HINT),
    "spoken_of": (SpokenOf, _DAYS_HINT),
    "within": (
        Within,
        "`bbox` is west, south, east, north; `near` is latitude, longitude, kilometres",
    ),
}


def _typed(text: str) -> Node:
    """What a text means by itself; another kind of node, where it is not what it looks like."""
    return parse(text, today=_ANY_DAY).root


def _days(tree: Mapping[str, Any]) -> str:
    first, last = tree.get("first"), tree.get("last")
    return str(first) if first == last else f"{first or ''}..{last or ''}"


def _numbers(numbers: Sequence[float]) -> str:
    return ",".join(f"{number:.12f}".rstrip("0").rstrip(".") for number in numbers)


def _checked(node: Node, path: str, hint: str) -> str:
    """The text of a node that means this node again. QueryError if there is none."""
    text = render(node)
    if parse(text, today=_ANY_DAY).root != node:
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        raise QueryError(f"{path}: “{shown}” cannot be searched", hint=hint, field=path)
    return text
