"""The sentence nearest to a query is chosen by words, in no time."""

import numpy as np
import pytest

from archive.embed import load_embedder
from archive.search.answer import Snippet
from archive.search.snippets import closest_sentences


@pytest.fixture(scope="module")
def embedder(models):
    return load_embedder("all-MiniLM-L6-v2", models)


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("ships at the quay", "Three vessels waited outside the harbour."),
        ("vaccine", "The hospital gave the first doses on Monday."),
        ("cost of bread", "Wheat prices rose again."),
    ],
)
def test_the_sentence_shown_is_near_in_meaning(embedder, query, nearest):
    text = (
        "Three vessels waited outside the harbour. The hospital gave the first doses on Monday. "
        "Wheat prices rose again. A court heard two witnesses."
    )
    snippet = Snippet(text=text, start=0, end=len(text))
    [span] = closest_sentences([snippet], ["en"], query, embedder.gists)
    assert text[slice(*span)] == nearest


def test_rough_vectors_have_unit_length_and_none_without_words(embedder):
    lengths = np.linalg.norm(embedder.gists(["The ferry sails.", ""]), axis=1)
    assert lengths == pytest.approx([1.0, 0.0], abs=1e-5)
