"""A model that reads a query and a text together and says how well the text answers it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from archive.embed import quiet_libraries
from archive.errors import ModelError
from indexes.types import Scores


class Reranker(Protocol):
    """What compares queries with texts; slower than vectors by far, so only for the best hits."""

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """From 0 to 1, how well each text answers the query; (n,)."""


class CrossEncoder:
    """Any cross-encoder that sentence-transformers loads (Nogueira & Cho 2019, "Passage Re-ranking
    with BERT"). It brings torch with it, so it is loaded only where it is asked for.
    """

    def __init__(self, name: str) -> None:
        """ModelError if there is no such model, or it judges something else."""
        import sentence_transformers as library

        remedy = "set ARCHIVE_RERANK_MODEL to a cross-encoder, by name or path, or unset it"
        try:
            with quiet_libraries():
                self._model = library.CrossEncoder(name)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(f"the model {name} cannot be loaded: {reason}", hint=remedy) from error
        if self._model.num_labels != 1:
            raise ModelError(
                f"the model {name} tells {self._model.num_labels} classes apart, "
                "and does not say how well a text answers a query",
                hint=remedy,
            )

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """From 0 to 1, how well each text answers the query; (n,)."""
        from torch.nn import Sigmoid

        pairs = [(query, text) for text in texts]
        found = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        return np.asarray(found, np.float32).reshape(len(texts))
