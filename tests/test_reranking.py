"""A cross-encoder that somebody names reads the best hits once more; what is found stays."""

from dataclasses import replace
from datetime import date

import pytest

from archive.embed import DEFAULT_PACKAGE
from archive.errors import ModelError
from archive.query.request import Mode, SearchRequest, Sort
from archive.rerank import CrossEncoder

TODAY = date(2025, 6, 1)
ASKED = SearchRequest(q="wages harbour", size=10)


def saved_model(folder, labels):
    """A cross-encoder that has learnt nothing, but is one."""
    import importlib.util
    from pathlib import Path

    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    package = Path(importlib.util.find_spec(DEFAULT_PACKAGE).origin).parent
    tokenizer = AutoTokenizer.from_pretrained(next(package.rglob("tokenizer.json")).parent)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=labels,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def reranker(tmp_path_factory):
    return CrossEncoder(saved_model(tmp_path_factory.mktemp("cross-encoder"), 1))


@pytest.fixture(scope="module")
def reranked(invented_archive, reranker):
    return replace(invented_archive.engine, reranker=reranker)


@pytest.mark.parametrize("mode", Mode)
def test_what_is_found_and_counted_stays_the_same(invented_archive, reranked, mode):
    request = replace(ASKED, mode=mode, size=100)
    plain = invented_archive.engine.search(request, today=TODAY)
    again = reranked.search(request, today=TODAY)
    assert {hit.id for hit in again.hits} == {hit.id for hit in plain.hits}
    assert (again.total, again.facets) == (plain.total, plain.facets)
    assert [h.id for h in again.hits] != [h.id for h in plain.hits]


def test_the_score_says_what_reading_added(reranked):
    hits = reranked.search(ASKED, today=TODAY).hits
    assert all(0 < hit.parts.reranking < 1 for hit in hits)
    for hit in hits:
        total = hit.parts.words + hit.parts.meaning + hit.parts.reranking
        assert hit.score == pytest.approx(total, abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_pages_go_on_without_repeating_or_skipping(reranked):
    whole = [hit.id for hit in reranked.search(replace(ASKED, size=100), today=TODAY).hits]
    request, found = replace(ASKED, size=7), []
    while True:
        answer = reranked.search(request, today=TODAY)
        found += [hit.id for hit in answer.hits]
        if answer.next is None:
            break
        request = replace(request, cursor=answer.next)
    assert found == whole


def test_why_tells_the_same_as_the_hit(invented_archive, reranked):
    hit = reranked.search(ASKED, today=TODAY).hits[0]
    told = reranked.why(ASKED, invented_archive.store.get(hit.id), today=TODAY)
    assert told.parts == hit.parts


def test_an_order_by_time_is_left_alone(invented_archive, reranked):
    request = replace(ASKED, sort=Sort.NEWEST)
    plain = invented_archive.engine.search(request, today=TODAY)
    assert reranked.search(request, today=TODAY).hits == plain.hits


def test_a_model_that_is_none_is_refused(tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoder(str(tmp_path))
    with pytest.raises(ModelError, match="3 classes"):
        CrossEncoder(saved_model(tmp_path / "classes", 3))
