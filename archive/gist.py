"""Rough vectors from words alone: quick enough for every sentence of a page.

A model's own word vectors, rare words weighing more, averaged over a text (Arora, Liang & Ma
2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). They choose among the
sentences of a passage; what is in a result set, and its order, the model itself decides.
"""

import json
from collections.abc import Sequence
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


def gist(texts: Sequence[str], tokenizer: "Tokenizer", table: "NDArray[np.floating]") -> Vectors:
    """(n, width of the table), rows of unit length; zeros for a text without words.

    Tokenizers number their tokens by frequency, nearly, so a token's number says how much it
    weighs (Zipf's law), and no count of words is needed.
    """
    rows = np.zeros((len(texts), table.shape[1]), np.float32)
    for at, encoded in enumerate(
        tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    ):
        ids = np.array(encoded.ids, np.int64)
        if len(ids):
            rows[at] = np.log1p(ids).astype(np.float32) @ table[ids]
    norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return np.asarray(rows / norms, np.float32)
