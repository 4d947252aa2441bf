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


def blocks_of_tree(root: Any, *, without: frozenset[str] = frozenset()) -> list[str]:
    """The paragraphs under an element of any tree (lxml's or the standard library's): text
    between the borders of block elements. Elements named in `without` are passed over.
    """
    blocks: list[str] = []
    line: list[str] = []
    for part in _flow(root, _UNSEEN | without):
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


def _flow(root: Any, unseen: frozenset[str]) -> Iterator[str | None]:
    """Text in order; None at the border of a block. Without recursion: pages nest deeply."""
    if _name(root) in unseen or not _name(root):
        return
    path: list[tuple[Any, Iterator[Any]]] = []
    entered: Any = root
    while True:
        if entered is not None:
            if _name(entered) in _BLOCK:
                yield None
            if entered.text:
                yield entered.text
            path.append((entered, iter(entered)))
        element, children = path[-1]
        entered = None
        child = next(children, None)
        if child is None:
            path.pop()
            if _name(element) in _BLOCK:
                yield None
            if not path:
                return
            if element.tail:
                yield element.tail
        elif _name(child) and _name(child) not in unseen:
            entered = child
        elif child.tail:
            yield child.tail


def _name(element: Any) -> str:
    """The local name in lower case; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
