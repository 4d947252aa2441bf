"""What changed between two versions of an article, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Longer texts are compared by paragraphs first: comparing words takes the square of their number.
_MOST_WORDS = 6_000

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that both versions have, or one of them."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that make `before` (those that are not added) and `after` (those that are not
    removed), in order (longest common blocks: Ratcliff & Metzener 1988, "Pattern Matching: The
    Gestalt Approach").
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) <= _MOST_WORDS:
        return tuple(_joined(_compared(old, new)))
    pieces: list[Piece] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, i, j, k, m in blocks:
        gone, come = "".join(old[i:j]), "".join(new[k:m])
        if kind == "replace":
            words = _WORD.findall(gone), _WORD.findall(come)
            few = len(words[0]) + len(words[1]) <= _MOST_WORDS
            pieces += _compared(*words) if few else [Piece("removed", gone), Piece("added", come)]
        else:
            pieces += _compared([gone] if gone else [], [come] if come else [])
    return tuple(_joined(iter(pieces)))


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("removed", "".join(old[i:j]))
        if k < m:
            yield Piece("added", "".join(new[k:m]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one; a space between two changes belongs to both, so that a changed
    sentence is not cut at each of its words.
    """
    run: dict[Kind, str] = {"removed": "", "added": ""}
    for piece in pieces:
        if piece.kind == "same" and piece.text.isspace() and (run["removed"] or run["added"]):
            run = {"removed": run["removed"] + piece.text, "added": run["added"] + piece.text}
        elif piece.kind == "same":
            yield from _changes(run)
            run = {"removed": "", "added": ""}
            yield piece
        else:
            run[piece.kind] += piece.text
    yield from _changes(run)


def _changes(run: dict[Kind, str]) -> Iterator[Piece]:
    """What both sides of a change end with alike is no change."""
    gone, come = run["removed"], run["added"]
    shared = len(gone) - len(gone.rstrip())
    tail = gone[len(gone) - shared :] if shared and come.endswith(gone[-shared:]) else ""
    if tail:
        gone, come = gone[: -len(tail)], come[: -len(tail)]
    if gone:
        yield Piece("removed", gone)
    if come:
        yield Piece("added", come)
    if tail:
        yield Piece("same", tail)
