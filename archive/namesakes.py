"""The articles that name a person, and whom and what else each of them names, in; whether they may
be about two people of one name, out.
"""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

_Article = TypeVar("_Article", bound=Hashable)

# Articles on either side: one that shares nothing with others is nothing to go by.
LEAST_EACH = 2
# What more articles than these name, and more than this share of all, joins no two of them.
_COMMON, _COMMON_SHARE = 10, 0.1


def most_telling(articles: int) -> float:
    """In how many of all articles a name may be that still tells that two belong together."""
    return max(_COMMON, _COMMON_SHARE * articles)


def fall_apart(beside: Mapping[Hashable, Collection[Hashable]]) -> bool:
    """Whether some of the articles share nobody and nothing, in steps, with some others.

    `beside` has what each article names besides the person, common names left out.
    """
    if len(beside) < 2 * LEAST_EACH:
        return False
    found = parts(beside)
    return len(found) > 1 and len(found[1]) >= LEAST_EACH


def parts(beside: Mapping[_Article, Collection[Hashable]]) -> list[list[_Article]]:
    """The articles in parts that share a name, in steps, with none of another part; the largest
    first, their articles in the order given.
    """
    joined = {article: article for article in beside}

    def root(article: _Article) -> _Article:
        while joined[article] != article:
            joined[article] = joined[joined[article]]
            article = joined[article]
        return article

    naming: dict[Hashable, _Article] = {}
    for article, names in beside.items():
        for name in names:
            joined[root(article)] = root(naming.setdefault(name, article))
    found: dict[_Article, list[_Article]] = {}
    for article in beside:
        found.setdefault(root(article), []).append(article)
    return sorted(found.values(), key=len, reverse=True)
