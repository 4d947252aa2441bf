"""What a query may have meant: words that no article has, and those like them that some have."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from archive.query.syntax import And, Node, Not, Or, Phrase, Title, Word
from indexes.generation import Generation
from indexes.terms import plain_words, terms

# Letters that may be wrong: one from so many letters on, two from so many.
_ONE_WRONG, _TWO_WRONG = 4, 8
# Articles in which a word's like is looked for, and words that are looked up, at most.
_ARTICLES, _WORDS = 12, 6
Texts = Callable[[Sequence[int]], Iterable[str]]


def meant(root: Node, generation: Generation, texts: Texts) -> Node | None:
    """The tree with each word that no article has in place of one that some have and that is
    spelt nearly so; None if there is nothing to exchange. `texts` gives articles by number.
    """
    found: dict[str, str | None] = {}

    def exchanged(word: str) -> str:
        plain = plain_words(word)
        if len(plain) != 1 or len(found) >= _WORDS or not plain[0].isalpha():
            return word
        if word not in found:
            known = _articles_with(word, generation)
            found[word] = None if known else _like(plain[0], generation, texts)
        return found[word] or word

    tree = _mapped(root, exchanged)
    return tree if tree != root else None


def _mapped(node: Node, exchanged: Callable[[str], str]) -> Node:
    match node:
        case Word(text=text):
            return Word(exchanged(text))
        case Phrase(text=text):
            return replace(node, text=" ".join(map(exchanged, text.split())))
        case Title(part=part):
            return Title(_mapped(part, exchanged))
        case Not(part=part):
            return Not(_mapped(part, exchanged))
        case And(parts=parts) | Or(parts=parts):
            return type(node)(tuple(_mapped(part, exchanged) for part in parts))
    return node


def _like(word: str, generation: Generation, texts: Texts) -> str | None:
    """The word of the archive that is nearest, of those as near the one in most articles."""
    most = (len(word) >= _ONE_WRONG) + (len(word) >= _TWO_WRONG)
    for distance in range(1, most + 1):
        lexical = generation.lexical
        articles = lexical.matching(lexical.like(word, distance))
        some = articles[:: max(1, len(articles) // _ARTICLES)][:_ARTICLES]
        spelt = {other for text in texts(some.tolist()) for other in plain_words(text)}
        candidates = [other for other in spelt if _is_near(word, other, distance)]
        if candidates:
            return min(candidates, key=lambda other: (-_articles_with(other, generation), other))
    return None


def _articles_with(word: str, generation: Generation) -> int:
    """How many articles have a word in any form; of one that is cut in several, the rarest."""
    return min(map(generation.words.having, terms(word)), default=0)


def _is_near(one: str, other: str, distance: int) -> bool:
    # Lengths and letters tell most words apart, at a fraction of the cost.
    return (
        abs(len(other) - len(one)) <= distance
        and len(set(one) ^ set(other)) <= 2 * distance
        and edits(one, other) <= distance
    )


def edits(one: str, other: str) -> int:
    """Letters to add, drop, change, or exchange with the next, from one word to another (optimal
    string alignment).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
