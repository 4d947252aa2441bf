"""Rough vectors from words alone: quick enough for every sentence of a page.

A model's own word vectors, rare words weighing more, averaged over a text (Arora, Liang & Ma
2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). They choose among the
sentences of a passage; what is in a result set, and its order, the model itself decides.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexes.types import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_TABLE = "embeddings.word_embeddings.weight"
_HEADER = 8  # bytes that say how long the header is
_KINDS = {"F32": np.float32, "F16": np.float16}
_WORD = re.compile(r"\w+")
_WORDS_KEPT = 100_000


@dataclass(frozen=True)
class WordVectors:
    """A model's vectors of single tokens; `table` has a row a token."""

    table: "NDArray[np.floating]"
    tokenizer: "Tokenizer"

    @cached_property
    def _tokens(self) -> Callable[[str], tuple[int, ...]]:
        """The tokens of a word; words come again and again, so they are remembered."""

        @lru_cache(maxsize=_WORDS_KEPT)
        def remembered(word: str) -> tuple[int, ...]:
            return tuple(self.tokenizer.encode(word, add_special_tokens=False).ids)

        return remembered

    def gists(self, texts: Sequence[str]) -> Vectors:
        """(n, width of the table), rows of unit length; zeros for a text without words.

        Tokenizers number their tokens by frequency, nearly, so a token's number says how much
        it weighs (Zipf's law), and no count of words is needed.
        """
        tokens = [
            tuple(chain.from_iterable(map(self._tokens, _WORD.findall(text)))) for text in texts
        ]
        rows = np.zeros((len(texts), self.table.shape[1]), np.float32)
        filled = [at for at, found in enumerate(tokens) if found]
        if filled:
            ids = np.fromiter(chain.from_iterable(tokens), np.int64)
            starts = np.cumsum([0, *(len(tokens[at]) for at in filled[:-1])])
            weighted = self.table[ids] * np.log1p(ids).astype(np.float32)[:, None]
            rows[filled] = np.add.reduceat(weighted, starts, axis=0)
        norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return np.asarray(rows / norms, np.float32)


def word_vectors(weights: Path) -> "NDArray[np.floating] | None":
    """The word vectors in a safetensors file, memory-mapped, a row a token; None if it has none
    (another format, another kind of model).
    """
    if weights.suffix != ".safetensors":
        return None
    with weights.open("rb") as file:
        size = int.from_bytes(file.read(_HEADER), "little")
        header = json.loads(file.read(size))
    found = next((v for name, v in header.items() if name.endswith(_TABLE)), None)
    if found is None or found["dtype"] not in _KINDS:
        return None
    return np.memmap(
        weights,
        _KINDS[found["dtype"]],
        mode="r",
        offset=_HEADER + size + found["data_offsets"][0],
        shape=tuple(found["shape"]),
    )
