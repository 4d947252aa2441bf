"""Phrases, beginnings of words and words spelt alike, in tantivy: which articles have them, and how
well they match (BM25). Single words are looked up in postings (indexes/postings.py).

Texts come as terms (indexes/terms.py), which tantivy parts at the spaces between them. Queries are
built from terms, never from a query string, so nothing a person types can be taken for syntax.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy

from indexes.errors import IndexDamaged
from indexes.terms import plain_words, terms
from indexes.types import Ordinals, Scores

_WRITER_BYTES = 128_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("plain", tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("number", indexed=True, fast=True)
    return builder.build()


class LexicalWriter:
    """Writes articles into a tantivy index, a new one or one that is already there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        # One thread: the same articles in the same order give the same index.
        self._writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)

    def add(self, number: int, title: str, texts: Sequence[str], plain: str) -> None:
        """Add one article: the stemmed terms of its title and of all texts, and its words as they
        are spelt, with spaces between.
        """
        document = tantivy.Document()
        document.add_text("title", title)
        for value in texts:
            document.add_text("text", value)
        document.add_text("plain", plain)
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
        words = plain_words(text)
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
