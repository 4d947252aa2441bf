"""From what a person typed to a syntax tree; what cannot be parsed is searched as plain words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from archive.query.dates import ACCEPTED, DayInterval, date_expression
from archive.query.geo import BOX_FORM, CIRCLE_FORM, parse_box, parse_circle
from archive.query.syntax import (
    All,
    And,
    FieldTerm,
    Node,
    Not,
    Or,
    ParseNotice,
    Phrase,
    Prefix,
    Published,
    Query,
    SpokenOf,
    Title,
    Within,
    Word,
)

FIELDS = (
    *("title", "actor", "place", "about", "reported", "source", "lang", "author", "section"),
    "changed",
)
AREAS = ("bbox", "near")
DATES = ("date", "after", "before", "mentions")
# Deeper nesting than people write; it bounds recursion over the tree.
DEEPEST = 30
_LIKE_A_QUOTE = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_HAS_WORD = re.compile(r"\w")
_LIKE_A_FIELD = re.compile(r"([A-Za-z]+):(?!//)\S")


@cache
def _grammar() -> Lark:
    text = files("archive.query").joinpath("grammar.lark").read_text("utf-8")
    return Lark(text, parser="lalr", lexer="contextual", propagate_positions=True)


def parse(text: str, *, today: date) -> Query:
    """Parse any text; never raises.

    `today` is what relative dates count from. What does not parse is searched as plain words,
    with a notice that says where and why.
    """
    straight = text.translate(_LIKE_A_QUOTE)
    if not _HAS_WORD.search(straight):
        return Query(text=text, root=All())
    if fault := _too_deep(straight):
        return _plain(text, fault)
    try:
        tree = _grammar().parse(straight)
    except UnexpectedInput as error:
        return _plain(text, _fault(error, straight))
    builder = _Builder(today)
    root = builder.build(tree)
    notices = (*builder.notices, *_misspelt(straight))
    return replace(_query(text, root), notices=notices)


def _query(text: str, root: Node) -> Query:
    parts = root.parts if isinstance(root, And) else (root,)
    filters = tuple(part for part in parts if _narrows(part))
    words = joined(And, [part for part in parts if not _narrows(part)])
    return Query(
        text=text,
        root=root,
        filters=filters,
        words=None if isinstance(words, All) else words,
        plain=" ".join(_positive(words)),
    )


def _plain(text: str, fault: ParseNotice) -> Query:
    """All words of a text, with no meaning given to anything else."""
    words: list[Node] = [Word(word.lower()) for word in re.findall(r"\w+", text)]
    return replace(_query(text, joined(And, words)), notices=(fault,))


def _narrows(node: Node) -> bool:
    """Whether a conjunct narrows whatever the mode: a field, a date, or an exclusion."""
    match node:
        case FieldTerm() | Published() | SpokenOf() | Within() | Not():
            return True
        case And(parts=parts) | Or(parts=parts):
            return all(_narrows(part) for part in parts)
    return False


def _positive(node: Node) -> Iterator[str]:
    match node:
        case Word(text=text) | Phrase(text=text) | Prefix(text=text):
            yield text
        case Title(part=part):
            yield from _positive(part)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _positive(part)


def joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    """Parts of one conjunction or disjunction; those of the same kind inside are taken up, and
    what asks for nothing falls away.
    """
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, kind):
            flat.extend(part.parts)
        elif not isinstance(part, All):
            flat.append(part)
    if not flat:
        return All()
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


@dataclass
class _Builder:
    """Turns lark's tree into ours, collecting notices on the way."""

    today: date
    notices: list[ParseNotice] = field(default_factory=list)

    def build(self, tree: Tree[Token] | Token) -> Node:
        if isinstance(tree, Token):
            raise TypeError(f"a bare token: {tree!r}")
        children = tree.children
        match tree.data:
            case "either":
                return joined(Or, [self.build(child) for child in children])
            case "all_of":
                return joined(And, [self.build(child) for child in children])
            case "exclusion":
                part = self.build(children[0])
                return part if isinstance(part, All) else Not(part)
            case "word":
                return _worded(Word(str(children[0])))
            case "prefix":
                return Prefix(str(children[0])[:-1])
            case "phrase":
                slop = int(str(children[1])[1:]) if len(children) > 1 else 0
                return _worded(Phrase(" ".join(str(children[0])[1:-1].split()), slop))
            case "field":
                return self._field(children[0], self.build(children[1]))
        raise TypeError(f"no such rule: {tree.data}")

    def _field(self, name: Tree[Token] | Token, value: Node) -> Node:
        token = name if isinstance(name, Token) else Token("FIELD", "")
        field_name = str(token)[:-1].lower()
        if isinstance(value, All):
            return value
        if field_name == "title":
            return value if _has_fields(value) else Title(value)
        if isinstance(value, Or):
            return joined(Or, [self._field(token, part) for part in value.parts])
        text = " ".join(_positive(value))
        if not text or _has_fields(value) or isinstance(value, Not):
            return value
        if field_name in FIELDS:
            return FieldTerm(field_name, text)
        if field_name in AREAS:
            return self._area(token, field_name, text) or value
        return self._date(token, field_name, text) or value

    def _area(self, token: Token, field_name: str, text: str) -> Node | None:
        start = (token.start_pos or 0) + 1
        area = parse_box(text) if field_name == "bbox" else parse_circle(text)
        if area is None:
            form = BOX_FORM if field_name == "bbox" else CIRCLE_FORM
            message = (
                f"“{text}” (character {start + len(token)}) is not an area and was searched as "
                f"words; {field_name} is written {form}"
            )
            self.notices.append(ParseNotice(message, start - 1, start + len(token) + len(text) - 1))
            return None
        return Within(area, f"{field_name}:{text}")

    def _date(self, token: Token, field_name: str, text: str) -> Node | None:
        start = (token.start_pos or 0) + 1
        interval = date_expression(text, today=self.today)
        if interval is None:
            message = (
                f"“{text}” (character {start + len(token)}) is not a date and was searched "
                f"as words; dates are written {ACCEPTED}"
            )
            self.notices.append(ParseNotice(message, start - 1, start + len(token) + len(text) - 1))
            return None
        if field_name == "mentions":
            return SpokenOf(interval, f"{field_name}:{text}")
        if field_name == "after":
            interval = DayInterval(interval.start, None)
        elif field_name == "before":
            interval = DayInterval(None, interval.end)
        return Published(interval, f"{field_name}:{text}")


def _worded(node: Word | Phrase) -> Node:
    return node if _HAS_WORD.search(node.text) else All()


def _has_fields(node: Node) -> bool:
    match node:
        case FieldTerm() | Published() | SpokenOf() | Within() | Title():
            return True
        case And(parts=parts) | Or(parts=parts):
            return any(_has_fields(part) for part in parts)
        case Not(part=part):
            return _has_fields(part)
    return False


def _too_deep(text: str) -> ParseNotice | None:
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > DEEPEST:
            message = (
                f"parentheses are nested more than {DEEPEST} deep at character {at + 1}; "
                "the query was searched as plain words"
            )
            return ParseNotice(message, at, at + 1)
    return None


def _fault(error: UnexpectedInput, text: str) -> ParseNotice:
    at = error.pos_in_stream
    if at is None or at < 0 or at >= len(text):
        what, at = "the query ends too early", len(text)
    else:
        word = next(iter(text[at : at + 12].split()), text[at])
        what = f"“{word}” is unexpected"
    if text.count('"') % 2:
        what, at = "a quotation mark is not closed", text.rfind('"')
    elif text.count("(") != text.count(")"):
        what = "a parenthesis is not closed or not opened"
    message = f"{what} (character {at + 1}); the query was searched as plain words"
    return ParseNotice(message, at, min(at + 1, len(text)))


def _misspelt(text: str) -> Iterator[ParseNotice]:
    """Words that look like a field that does not exist."""
    for match in _LIKE_A_FIELD.finditer(text):
        name = match[1].lower()
        if name in (*FIELDS, *DATES, *AREAS):
            continue
        if near := get_close_matches(name, (*FIELDS, *DATES, *AREAS), n=2, cutoff=0.75):
            meant = " or ".join(f"“{field_name}:”" for field_name in near)
            message = (
                f"“{match[1]}:” is not a field and was searched as a word; did you mean {meant}?"
            )
            yield ParseNotice(message, match.start(), match.end())
