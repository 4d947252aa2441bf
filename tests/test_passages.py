"""Passages are whole sentences that the model reads to the end; vectors are kept and equal."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.chunk import chunk, heading, passage_text, passages_of, sentences
from archive.embed import DEFAULT_WEIGHTS, Reference, find_model, load_embedder
from archive.errors import ModelError
from archive.types import Article
from archive.vectors import VectorCache, embed_cached

TEXT = (
    "The council closed the bridge on Monday. Dr. Marsh said that repairs cost $3.5 million.\n\n"
    "Traffic goes over the new bridge until spring. Nobody was hurt."
)


def words(texts):
    return [len(t.split()) for t in texts]


def test_a_sentence_is_not_cut_at_an_abbreviation_or_a_number():
    found = [TEXT[a:b] for a, b in sentences(TEXT, "en")]
    assert found[1] == "Dr. Marsh said that repairs cost $3.5 million."
    assert len(found) == 4


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            ["The bridge is closed.", "Why?", "word " * 60, "x" * 90, "\n\n", " ", "猫。"]
        ),
        max_size=25,
    ).map(" ".join),
    limit=st.integers(3, 40),
    target=st.integers(2, 40),
)
def test_passages_hold_every_character_once_and_fit(text, limit, target):
    found = chunk(text, count=words, limit=limit, target=target)
    assert all(p.tokens <= limit for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert "".join("".join(text[p.start : p.end].split()) for p in found) == "".join(text.split())


def test_passages_end_with_sentences_where_they_fit():
    text = " ".join(f"Sentence number {n} is here." for n in range(60))
    for passage in chunk(text, count=words, limit=40, target=30):
        assert text[passage.start : passage.end].startswith("Sentence")
        assert text[passage.start : passage.end].endswith("here.")


@pytest.fixture(scope="module")
def embedder(models):
    return load_embedder("all-MiniLM-L6-v2", models)


def test_nothing_that_is_embedded_is_longer_than_the_model_reads(embedder):
    article = Article(title="Bridge " * 12, text=" ".join([TEXT] * 40), origin="made")
    head = heading(article.title, embedder)
    for passage in passages_of(article, embedder):
        whole = passage_text(head, article.text[passage.start : passage.end])
        assert embedder.count([whole])[0] <= embedder.max_tokens


def test_a_headline_that_is_too_long_is_left_out_of_passages(embedder):
    assert heading("word " * 200, embedder) == ""


def test_the_quick_path_says_what_the_model_says(embedder, models):
    reference = Reference(find_model("all-MiniLM-L6-v2", models))
    texts = [TEXT[a:b] for a, b in sentences(TEXT, "en")] + ["A storm is coming.", "¿Qué pasó?"]
    cosines = (embedder.passages(texts) * reference.passages(texts)).sum(axis=1)
    assert cosines.mean() > 0.98
    assert reference.count(texts) == embedder.count(texts)
    assert reference.key != embedder.key


def test_a_texts_vector_does_not_depend_on_its_neighbours(embedder):
    alone = embedder.passages(["The bridge is closed."])[0]
    among = embedder.passages(["word " * 150, "The bridge is closed.", "x"])[1]
    assert np.array_equal(alone, among)


def test_texts_of_one_meaning_are_nearer_than_others(embedder):
    a, b, c = embedder.passages(
        ["Rescuers saved families from the flood.", "People were rescued from high water.",
         "The central bank left interest rates unchanged."]
    )  # fmt: skip
    assert a @ b > a @ c + 0.2


def test_the_default_models_weights_are_those_that_were_published(models):
    assert find_model("all-MiniLM-L6-v2", models).weights == DEFAULT_WEIGHTS


def test_a_folder_may_be_the_model_and_states_its_own_prompts(models, tmp_path):
    packaged = find_model("all-MiniLM-L6-v2", models).path
    own = tmp_path / "own"
    own.mkdir()
    for file in packaged.iterdir():
        (own / file.name).symlink_to(file, target_is_directory=file.is_dir())
    (own / "config_sentence_transformers.json").unlink(missing_ok=True)
    (own / "config_sentence_transformers.json").write_text(
        '{"prompts": {"query": "query: ", "passage": "passage: "}}'
    )
    embedder = load_embedder(str(own), models)
    plain = load_embedder("all-MiniLM-L6-v2", models)
    assert embedder.max_tokens < plain.max_tokens
    assert np.allclose(embedder.queries(["bridge"]), plain.queries(["query: bridge"]), atol=1e-6)
    assert np.allclose(
        embedder.passages(["bridge"]), plain.passages(["passage: bridge"]), atol=1e-6
    )


def test_a_model_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="no-such-model"):
        load_embedder("no-such-model", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="holds no model"):
        load_embedder(str(tmp_path / "empty"), tmp_path)


def test_no_text_is_embedded_twice(embedder, tmp_path):
    asked: list[str] = []

    class Counting:
        dimension = embedder.dimension

        def passages(self, texts):
            asked.extend(texts)
            return embedder.passages(texts)

    cache = VectorCache(tmp_path, embedder.key)
    first = embed_cached(Counting(), cache, ["a bridge", "a ferry", "a bridge"], [1, 2, 3])
    second = embed_cached(Counting(), cache, ["a ferry", "a bridge"], [2, 1])
    assert asked == ["a bridge", "a ferry"]
    assert np.array_equal(first[[1, 0]], second)


def test_vectors_of_another_model_are_never_used(embedder, tmp_path):
    embed_cached(embedder, VectorCache(tmp_path, embedder.key), ["a bridge"], [1])
    rows, _ = VectorCache(tmp_path, embedder.key + "x").get(["a bridge"], embedder.dimension)
    assert rows == {}


def test_a_damaged_cache_costs_time_and_no_answer(embedder, tmp_path):
    cache = VectorCache(tmp_path, embedder.key)
    before = embed_cached(embedder, cache, ["a bridge"], [1])
    cache.path.write_bytes(b"not a database at all" * 1000)
    for name in ("-wal", "-shm"):
        cache.path.with_name(cache.path.name + name).unlink(missing_ok=True)
    assert np.array_equal(embed_cached(embedder, cache, ["a bridge"], [1]), before)


def test_an_article_without_a_headline_has_passages_of_text_alone(embedder):
    article = Article(title="", text=TEXT, origin="made")
    assert passage_text(heading("", embedder), TEXT) == TEXT
    assert passages_of(article, embedder)
