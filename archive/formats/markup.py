"""HTML and its relatives (NITF, XHTML bodies) as paragraphs."""

import re
from collections.abc import Iterator
from typing import Any

from archive.text import normalise

_BLOCK = frozenset(
    "p div section article h1 h2 h3 h4 h5 h6 hl1 hl2 li item head quote blockquote pre td th "
    "dd dt figcaption caption tr ul ol list table tbody thead figure main body block "
    "body.content header footer aside nav dl br lb".split()
)
_UNSEEN = frozenset("script style noscript template svg head.title title form button".split())
_SPACES = re.compile(r"\s+")


def blocks_of_markup(markup: str) -> list[str]:
    """The paragraphs of a fragment of markup."""
    from lxml import html

    if not markup.strip():
        return []
    return blocks_of_tree(html.fragment_fromstring(f"<div>{markup}</div>", create_parent="div"))


def blocks_of_tree(root: Any) -> list[str]:
    """The paragraphs under an lxml element: text between the borders of block elements."""
    blocks: list[str] = []
    line: list[str] = []
    for part in _flow(root):
        if part is None:
            _close(line, blocks)
        else:
            line.append(part)
    _close(line, blocks)
    return blocks


def _close(line: list[str], blocks: list[str]) -> None:
    text = normalise(_SPACES.sub(" ", "".join(line)))
    if text:
        blocks.append(text)
    line.clear()


def _flow(element: Any) -> Iterator[str | None]:
    """Text in order; None at the border of a block."""
    name = element.tag if isinstance(element.tag, str) else ""
    if name and name.lower() not in _UNSEEN:
        is_block = name.lower() in _BLOCK
        if is_block:
            yield None
        if element.text:
            yield element.text
        for child in element:
            yield from _flow(child)
            if child.tail:
                yield child.tail
        if is_block:
            yield None
