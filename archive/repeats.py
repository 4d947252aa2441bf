"""Paragraphs that a site prints on many pages: its own words about itself, not an article's.

No phrase is known here. A paragraph counts as the site's when several of its articles have it that
are otherwise different: versions and copies of one article share far more than that.
"""

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import replace

from archive.text import text_hash
from archive.types import Article

# So many different articles of a site must have a paragraph.
_FEWEST = 4
# Articles that share more of their paragraphs than this are of one origin.
_MOST_SHARED = 0.5
# A paragraph of fewer characters may stand in different articles by accident ("Who won?").
_SHORTEST = 25
# The article must be what is left.
_LEAST_LEFT = 0.5


def repeated(texts: Iterable[str]) -> set[str]:
    """Hashes of the paragraphs that several different articles of one site have."""
    different: list[set[str]] = []
    for text in texts:
        blocks = {text_hash(b) for b in text.split("\n\n") if len(b) >= _SHORTEST}
        if all(
            len(blocks & other) <= _MOST_SHARED * min(len(blocks), len(other))
            for other in different
        ):
            different.append(blocks)
    counted = Counter(block for blocks in different for block in blocks)
    return {block for block, count in counted.items() if count >= _FEWEST}


def without(article: Article, blocks: Set[str]) -> Article:
    """An article without paragraphs of some hashes; as it was if they are most of it."""
    if not blocks:
        return article
    kept = [block for block in article.text.split("\n\n") if text_hash(block) not in blocks]
    text = "\n\n".join(kept)
    return article if len(text) < _LEAST_LEFT * len(article.text) else replace(article, text=text)
