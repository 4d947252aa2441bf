"""What the words of a text are compared as: folded and stemmed, or folded as they are spelt."""

import re
from functools import cache

import tantivy

# A title is indexed so many times with the text that it stands over: BM25 then weighs its words
# in one field with all others (as BM25F does; Robertson, Zaragoza & Taylor 2004).
TITLE_WEIGHT = 4
_TOKEN = r"\w+"
# Where words stand in a text; "U.N." is one.
WORD = re.compile(r"\w+(?:(?<=\b[^\W\d_])\.(?:[^\W\d_]\.)+)?")
_DOTTED = re.compile(r"(?:\b[^\W\d_]\.){2,}")
_LONGEST_TOKEN = 80
# Where a text is cut before the analyser sees it: at ASCII characters that no word has. A full
# stop stays, since "U.N." is a word.
_CUT = bytes(c if c > 127 or c in b"._" or chr(c).isalnum() else 32 for c in range(256))
# Function words: they carry no topic, so a query of plain words does not demand them.
STOP_WORDS = frozenset(
    """a about above after again against all am an and any are as at be because been before being
    below between both but by can could d did do does doing don down during each few for from
    further had has have having he her here hers him his how i if in into is it its itself just ll
    m me more most my no nor not now of off on once only or other our out over own re s same she
    should so some such t than that the their them then there these they this those through to too
    under until up ve very was we were what when where which while who whom why will with would
    you your""".split()
)


@cache
def _analyser(*, stemming: bool) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN))
        .filter(tantivy.Filter.remove_long(_LONGEST_TOKEN))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if stemming:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


def terms(text: str) -> list[str]:
    """The terms of a text as they are indexed: folded and stemmed, in order."""
    return list(_analyser(stemming=True).analyze(_undotted(text)))


def plain_words(text: str) -> list[str]:
    """The words of a text as they are spelt, folded, in order."""
    return list(_analyser(stemming=False).analyze(_undotted(text)))


def content_words(text: str) -> list[str]:
    """The distinct words of a text that carry meaning, unstemmed, in order; if all of them
    are function words, all of them.
    """
    words = list(dict.fromkeys(plain_words(text)))
    return [w for w in words if w not in STOP_WORDS] or words


def _undotted(text: str) -> str:
    """The text with "U.N." as "UN"."""
    # Most texts have no single letter between two dots, which is seen sooner by far.
    if 1 not in map(len, text.split(".")[1:-1]):
        return text
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text)


class Pieces(dict[bytes, int]):
    """Texts as numbers of the pieces that they are cut into: what the terms of a piece are is told
    once for all places where it stands. `stemmed` and `spelt` have them by number, with spaces
    between if there are several.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stemmed: list[str] = []
        self.spelt: list[str] = []
        self._stems: dict[str, str] = {}

    def of(self, text: str) -> list[int]:
        """The pieces of a text."""
        return [*map(self.__getitem__, text.encode("utf-8", "replace").translate(_CUT).split())]

    def __missing__(self, piece: bytes) -> int:
        text = piece.decode("utf-8", "replace")
        word = text.strip(".")
        # Most are one word that has nothing to fold but capitals.
        if word.isascii() and word.isalnum() and len(word) < _LONGEST_TOKEN:
            spelt = word.lower()
            if spelt not in self._stems:
                self._stems[spelt] = " ".join(terms(spelt))
            stemmed = self._stems[spelt]
        else:
            spelt, stemmed = " ".join(plain_words(text)), " ".join(terms(text))
        self.spelt.append(spelt)
        self.stemmed.append(stemmed)
        self[piece] = len(self)
        return len(self) - 1
