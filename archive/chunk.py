"""An article's text in, passages out: whole sentences that a model reads to the end."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from archive.types import Article, Passage

Span = tuple[int, int]
Count = Callable[[Sequence[str]], Sequence[int]]

# Raised when passages are cut otherwise, so that an archive can tell what was cut by an older one.
CHUNKER_VERSION = 1
# Tokens that a passage is wished to have; chosen on judged collections (docs/quality.md).
TARGET_TOKENS = 160
# A headline stands before each passage that is embedded, unless it would take more than this
# share of what the model reads.
_HEADING_SHARE = 0.25
# A border inside a paragraph costs as much as missing the target by this share.
_INSIDE_PARAGRAPH = 0.3
# A tokenizer may count a "word" of 5,000 letters as one unknown token. At least so many tokens
# are reckoned for a text: no language has more characters a token, but data without spaces has.
_MOST_CHARACTERS_PER_TOKEN = 16

_BLANK_LINES = re.compile(r"\n\s*\n")
_SPACE = re.compile(r"\s+")
_CLAUSE = re.compile(r"(?:[,;:—]|\s[–-])\s+|(?<=[、，；：])")
# "5 p.m. ET" is one sentence, whatever the library thinks of the short word.
_HOUR = re.compile(r"\b[ap]\.m\.\s*$", re.IGNORECASE)
_ZONE = re.compile(r"[A-Z]{2,4}\b(?!\.)")


class Reader(Protocol):
    """What reads passages: how it counts tokens, and how many it takes."""

    max_tokens: int

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, the model's own marks left out, none cut off."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long. `size` is what it counts towards a limit;
    `opens` says that a paragraph begins with it.
    """

    start: int
    end: int
    size: int
    opens: bool


def passages_of(
    article: Article, reader: Reader, *, target: int = TARGET_TOKENS
) -> tuple[Passage, ...]:
    """The article's passages; with its headline before it, each fits what the reader takes."""
    head = heading(article.title, reader)
    taken = reader.count([passage_text(head, "")])[0] if head else 0
    return chunk(
        article.text,
        count=reader.count,
        limit=reader.max_tokens - taken,
        target=target,
        language=article.language,
    )


def heading(title: str, reader: Reader) -> str:
    """The headline to embed with each passage: the title, or "" when it is too long for that."""
    if not title or _sizes([title], reader.count)[0] > reader.max_tokens * _HEADING_SHARE:
        return ""
    return title


def passage_text(head: str, text: str) -> str:
    """What is embedded for a passage: under its headline, so that "he" and "the company" have
    a subject.
    """
    return f"{head}\n{text}" if head else text


def sentences(text: str, language: str | None = None) -> list[Span]:
    """Spans of the sentences, without space around them; they never cross a blank line and
    together hold every character that is not space.
    """
    return [span for paragraph in _paragraphs(text) for span in _split(text, *paragraph, language)]


def chunk(
    text: str,
    *,
    count: Count,
    limit: int,
    target: int = TARGET_TOKENS,
    language: str | None = None,
) -> tuple[Passage, ...]:
    """Passages of whole sentences, about `target` tokens each and never more than `limit`.

    `count` is the model's tokenizer without the marks that it puts around a text: `limit` is
    what remains beside them. Passages ascend, are disjoint, hold every character that is not
    space, and neither begin nor end with space. They end with a paragraph where that leaves
    sizes even; a sentence over the limit is cut at clauses, then between words, then anywhere.
    ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"a passage cannot have at most {limit} tokens")
    groups = _grouped(_pieces(text, count, limit, language), min(target, limit), limit)
    done: list[Passage] = []
    while groups:
        tokens = count([text[group[0].start : group[-1].end] for group in groups])
        halves: list[Sequence[_Piece]] = []
        for group, size in zip(groups, tokens, strict=True):
            if size > limit and len(group) > 1:  # joined sentences may count more than their sum
                halves += _halved(group)
            else:
                done.append(Passage(group[0].start, group[-1].end, size))
        groups = halves
    return tuple(sorted(done, key=lambda passage: passage.start))


def _paragraphs(text: str) -> Iterator[Span]:
    start = 0
    for gap in _BLANK_LINES.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _split(text: str, start: int, end: int, language: str | None) -> Iterator[Span]:
    """The sentences of one paragraph."""
    from sentencex import get_sentence_boundaries

    if not text[start:end].strip():
        return
    bounds = get_sentence_boundaries(language or "en", text[start:end])
    begin = start
    for at in [*(start + int(bound["start_index"]) for bound in bounds), end]:
        if at <= begin or (
            at < end and _HOUR.search(text, max(begin, at - 8), at) and _ZONE.match(text, at)
        ):
            continue
        yield from _trimmed(text, begin, at)
        begin = at


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without space around it; none if nothing remains."""
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if left < right:
        yield left, right


def _sizes(texts: Sequence[str], count: Count) -> list[int]:
    return [
        max(tokens, -(-len(text) // _MOST_CHARACTERS_PER_TOKEN))
        for text, tokens in zip(texts, count(texts), strict=True)
    ]


def _pieces(text: str, count: Count, limit: int, language: str | None) -> list[_Piece]:
    """All sentences, those over the limit in parts; one call counts a whole round of parts."""
    openings = {next(_trimmed(text, *paragraph), paragraph)[0] for paragraph in _paragraphs(text)}
    waiting = sentences(text, language)
    pieces: list[_Piece] = []
    while waiting:
        sizes = _sizes([text[a:b] for a, b in waiting], count)
        parts: list[Span] = []
        for (start, end), size in zip(waiting, sizes, strict=True):
            if size > limit and end - start > 1:
                parts += _cut(text, start, end)
            else:
                pieces.append(_Piece(start, end, size, start in openings))
        waiting = parts
    return sorted(pieces, key=lambda piece: piece.start)


def _cut(text: str, start: int, end: int) -> list[Span]:
    """A span in two: near its middle, at a clause if there is one in the middle half, else
    between words, else anywhere.
    """
    middle, quarter = (start + end) // 2, (end - start) // 4
    clauses = (m.end() for m in _CLAUSE.finditer(text, middle - quarter, middle + quarter))
    words = (m.end() for m in _SPACE.finditer(text, start, end))
    for places in (clauses, words):
        inside = [place for place in places if start < place < end]
        if inside:
            middle = min(inside, key=lambda place: abs(place - middle))
            break
    return [*_trimmed(text, start, middle), *_trimmed(text, middle, end)]


def _grouped(pieces: Sequence[_Piece], target: int, limit: int) -> list[Sequence[_Piece]]:
    """Consecutive pieces, none of the groups over the limit unless one piece is.

    Of all ways to part them, the one that costs least: the squared share by which each group
    misses the target, and a price for each border inside a paragraph. So sizes come out even,
    without a tail of a few words. (Optimal line breaking: Knuth and Plass 1981.)
    """
    ends = [0, *accumulate(piece.size for piece in pieces)]
    best = [0.0]  # the least cost of the first n pieces
    last: list[int] = [0]  # where their last group begins
    for n in range(1, len(pieces) + 1):
        border = n < len(pieces) and not pieces[n].opens
        price = _INSIDE_PARAGRAPH**2 if border else 0.0
        costs: list[tuple[float, int]] = []
        for first in range(n - 1, -1, -1):
            size = ends[n] - ends[first]
            if size > limit and first < n - 1:
                break
            costs.append((best[first] + ((size - target) / target) ** 2 + price, first))
        cost, first = min(costs)
        best.append(cost)
        last.append(first)
    groups: list[Sequence[_Piece]] = []
    n = len(pieces)
    while n:
        groups.append(pieces[last[n] : n])
        n = last[n]
    return groups[::-1]


def _halved(group: Sequence[_Piece]) -> list[Sequence[_Piece]]:
    """A group in two of about the same size."""
    ends = list(accumulate(piece.size for piece in group))
    at = min(range(1, len(group)), key=lambda n: abs(ends[n - 1] - ends[-1] / 2))
    return [group[:at], group[at:]]
