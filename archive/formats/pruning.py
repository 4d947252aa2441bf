"""What surrounds an article on its page, taken out by what it calls itself.

Sites name the parts of their pages for their own style sheets, and in much the same words. No
site is known here: a name counts only as a word of a class or id, and only where taking the part
out leaves the article.
"""

import re
from collections.abc import Iterator
from typing import Any

_WORDS = re.compile(r"[a-z]+")
# Readers' words, and posts of other services, however long they are.
_FOREIGN = frozenset("comments disqus livefyre coral tweet instagram tiktok".split())
_BESIDE = frozenset("newsletter newsletters signup".split())
# An element with more of the page's paragraphs than this is the article or holds it.
_MOST_OF_PAGE = 0.25
# Characters that must be left, so that a wrapper named after what it holds too is not taken out.
_SHORTEST_REST = 400
# Characters in the paragraphs of what is more than a teaser.
_SHORTEST_ARTICLE = 800
# Share of the page's paragraphs that stand with the headline in what holds all of the article.
_ALL_OF_ARTICLE = 0.8


def prune(page: Any, headline: Any) -> None:
    """Take out of a page what is not its article, which `headline` is the heading of; the page is
    changed.
    """
    body = page.find("body")
    if body is None:
        return
    _keep_one(body)
    if headline is not None:
        _keep_around(headline, body)
    total = _paragraphs(body)
    for element in list(_candidates(body)):
        named = _names(element)
        is_foreign, is_beside = bool(named & _FOREIGN), bool(named & _BESIDE)
        if not (is_foreign or is_beside) or element.getparent() is None:
            continue
        if element.find(".//h1") is not None or element.find(".//article") is not None:
            continue
        own = _paragraphs(element)
        if own < total * _MOST_OF_PAGE or (is_foreign and total - own >= _SHORTEST_REST):
            element.drop_tree()
            total -= own


def _keep_one(body: Any) -> None:
    """Where a page goes on with other articles below the first, take those out."""
    own = None
    for article in _articles(body):
        if own is not None:
            article.drop_tree()
        elif _paragraphs(article) >= _SHORTEST_ARTICLE:
            own = article


def _articles(body: Any) -> list[Any]:
    """Articles side by side: of one within another the outer, unless the inner one has a headline
    of its own. Then the outer is a stream of articles, and is no longer called one.
    """
    found: dict[Any, None] = {}
    for article in list(body.iter("article")):
        outer = [parent for parent in article.iterancestors() if parent.tag == "article"]
        if not outer:
            found[article] = None
        elif article.find(".//h1") is not None and _paragraphs(article) >= _SHORTEST_ARTICLE:
            for parent in outer:
                parent.tag = "div"
                found.pop(parent, None)
            found[article] = None
    return list(found)


def _keep_around(headline: Any, body: Any) -> None:
    """Take out what lies beside the least element that holds the headline and nearly all
    paragraphs, such as the columns to its left and right.
    """
    most = _paragraphs(body) * _ALL_OF_ARTICLE
    held, around = 0, headline
    while most >= _SHORTEST_REST and around is not body and around.getparent() is not None:
        siblings = (*around.itersiblings(), *around.itersiblings(preceding=True))
        beside = [one for one in siblings if isinstance(one.tag, str)]
        if held < most:
            held += sum(map(_paragraphs, beside))
        else:
            for one in beside:
                one.drop_tree()
        around = around.getparent()


def _candidates(body: Any) -> Iterator[Any]:
    yield from body.iter("div", "section", "aside", "ul", "form", "blockquote")


def _names(element: Any) -> set[str]:
    """The words of an element's classes and id, each by itself."""
    return set(_WORDS.findall(f"{element.get('class') or ''} {element.get('id') or ''}".lower()))


def _paragraphs(element: Any) -> int:
    """How many characters its paragraphs have."""
    return sum(len(p.text_content()) for p in element.iter("p"))
