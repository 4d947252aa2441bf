"""Phrases, beginnings of words and words spelt alike, in tantivy: which articles have them, and how
well they match (BM25). Single words are looked up in postings (indexes/postings.py).

Words are compared after lower-casing, folding accents and stemming, in title and text alike.
Queries are built from terms, never from a query string, so nothing a person types can be
taken for syntax.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy

from indexes.errors import IndexDamaged
from indexes.types import Ordinals, Scores

STEMMED = "stemmed"
PLAIN = "plain"
# A title is indexed so many times with the text that it stands over: BM25 then weighs its words
# in one field with all others (as BM25F does; Robertson, Zaragoza & Taylor 2004).
TITLE_WEIGHT = 4
_TOKEN = r"\w+"
# Where words stand in a text; "U.N." is one.
WORD = re.compile(r"\w+(?:(?<=\b[^\W\d_])\.(?:[^\W\d_]\.)+)?")
_DOTTED = re.compile(r"(?:\b[^\W\d_]\.){2,}")
_LONGEST_TOKEN = 80
_WRITER_BYTES = 128_000_000
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


@lru_cache(maxsize=2)
def _analyser(name: str) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN))
        .filter(tantivy.Filter.remove_long(_LONGEST_TOKEN))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if name == STEMMED:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


def terms(text: str) -> list[str]:
    """The terms of a text as they are indexed: folded and stemmed, in order."""
    return list(_analyser(STEMMED).analyze(_undotted(text)))


def plain_words(text: str) -> list[str]:
    """The words of a text as they are spelt, folded, in order."""
    return list(_analyser(PLAIN).analyze(_undotted(text)))


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


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=STEMMED, index_option="position")
    builder.add_text_field("text", tokenizer_name=STEMMED, index_option="position")
    builder.add_text_field("plain", tokenizer_name=PLAIN, index_option="basic")
    builder.add_unsigned_field("number", indexed=True, fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    for name in (STEMMED, PLAIN):
        index.register_tokenizer(name, _analyser(name))


class LexicalWriter:
    """Writes articles into a tantivy index, a new one or one that is already there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        _register(self._index)
        # One thread: the same articles in the same order give the same index.
        self._writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)

    def add(self, number: int, title: str, text: str) -> None:
        """Add one article."""
        title, text = _undotted(title), _undotted(text)
        document = tantivy.Document()
        document.add_text("title", title)
        for value in (*[title] * TITLE_WEIGHT, text):
            document.add_text("text", value)
        document.add_text("plain", f"{title}\n{text}")
        document.add_unsigned("number", number)
        self._writer.add_document(document)

    def delete(self, number: int) -> None:
        """Take out an article; nothing happens if it is not there."""
        one = tantivy.Query.term_query(self._index.schema, "number", number)
        self._writer.delete_documents_by_query(one)

    def close(self) -> None:
        """Commit and wait until everything is on disk."""
        self._writer.commit()
        self._writer.wait_merging_threads()


@dataclass(frozen=True, slots=True)
class Matched:
    """Articles (by number) with their BM25 scores, in no particular order."""

    numbers: Ordinals
    scores: Scores


class Lexical:
    """A published tantivy index, open for reading."""

    def __init__(self, folder: Path) -> None:
        """IndexDamaged if tantivy cannot open the folder."""
        try:
            self._index = tantivy.Index.open(str(folder))
            self._index.config_reader(reload_policy="manual")
            self._index.reload()
            self._searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            raise IndexDamaged(f"the word index in {folder.name}/ does not open") from error
        _register(self._index)
        self._schema = self._index.schema

    @property
    def articles(self) -> int:
        """How many articles the index holds."""
        return int(self._searcher.num_docs)

    # What is asked. Each takes text as people typed it and returns a query.

    def phrase(self, text: str, *, slop: int = 0, title_only: bool = False) -> tantivy.Query:
        """Articles that have the words in this order, at most `slop` words out of place."""
        words = terms(text)
        if not words:
            return tantivy.Query.empty_query()
        field = "title" if title_only else "text"
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, field, words[0], index_option="freq")
        return tantivy.Query.phrase_query(self._schema, field, list(words), slop=slop)

    def prefix(self, text: str, *, title_only: bool = False) -> tantivy.Query:
        """Articles that have a word beginning so, as it is spelt (not stemmed)."""
        words = list(_analyser(PLAIN).analyze(text))
        if len(words) != 1:
            return self.phrase(text, title_only=title_only)
        # The analyser leaves letters, digits and underscores only: no character of a regular
        # expression can stand in it.
        field = "title" if title_only else "plain"
        return tantivy.Query.regex_query(self._schema, field, f"{words[0]}.*")

    def like(self, word: str, distance: int) -> tantivy.Query:
        """Articles that have a word spelt so, but for so many letters; two that changed places
        are one.
        """
        return tantivy.Query.fuzzy_term_query(self._schema, "plain", word, distance=distance)

    # Answers.

    def matching(self, query: tantivy.Query) -> Ordinals:
        """The numbers of all articles that match."""
        hits = self._searcher.search(
            query, limit=max(1, self.articles), count=False, order_by_field="number"
        ).hits
        return np.array([number for number, _ in hits], np.int64)

    def scored(self, query: tantivy.Query) -> Matched:
        """All articles that match, with their scores."""
        limit = max(1, self.articles)
        hits = self._searcher.search(query, limit=limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return Matched(
            numbers=np.array(numbers, np.int64),
            scores=np.array([score for score, _ in hits], np.float32),
        )
