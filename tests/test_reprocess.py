"""Articles made anew from what is stored, and moving to another model under those who search."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive.core import open_archive
from archive.errors import RebuildNeeded
from archive.ingest import Ingester
from archive.query.request import Mode, SearchRequest
from indexes.generation import Manifest
from tests.archives import settings_in

WORDS = "ferry strike council harbour bridge vote price wheat coast school the of and".split()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one layer with random weights, which reads 32 tokens."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    letters = [*"abcdefghijklmnopqrstuvwxyz", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", *letters, *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    encoder = models.Transformer(str(folder / "bert"), max_seq_length=64)
    pooling = models.Pooling(16)
    SentenceTransformer(modules=[encoder, pooling], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture
def filled(archive, tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(6):
        words = " ".join(WORDS[(number + k) % len(WORDS)] for k in range(40))
        (tmp_path / "in" / f"{number}.json").write_text(
            json.dumps(
                {
                    "title": f"Harbour report {number}",
                    "text": f"Mayor Ada Marsh spoke in Paris. {words}.\n\n{words}.",
                    "url": f"https://harbour.example.org/{number}",
                    "date": "2024-03-04",
                }
            )
        )
    archive.ingest([tmp_path / "in"])
    return archive


def records(archive):
    """What is stored of articles; how sure a place is depends on what else its source names."""
    return {
        r.id: (
            r.number,
            r.version,
            r.article,
            [(m.start, m.surface, m.value) for m in r.mentions],
            r.passages,
            r.dates,
        )
        for r in archive.store.scan()
    }


def test_articles_made_anew_keep_their_ids_and_versions_and_get_what_was_lost(filled):
    before = records(filled)
    with filled.store.writing() as writer:
        for record in list(filled.store.scan()):
            writer.cut(record.number, ())
    assert records(filled) != before
    filled.rebuild(reprocess=True)
    assert records(filled) == before
    assert filled.search(SearchRequest(q="harbour")).total == len(before)


def test_a_run_that_was_stopped_goes_on_where_it_was(filled, monkeypatch):
    monkeypatch.setattr("archive.reprocess._BATCH", 2)
    made: list[str] = []
    enrich = Ingester.enrich

    def counted(self, articles):
        if len(made) == 4:
            made.append("stopped")
            raise KeyboardInterrupt
        made.extend(a.title for a in articles)
        return enrich(self, articles)

    monkeypatch.setattr(Ingester, "enrich", counted)
    with pytest.raises(KeyboardInterrupt):
        filled.rebuild(reprocess=True)
    filled.rebuild(reprocess=True)
    made.remove("stopped")
    assert sorted(made) == [f"Harbour report {n}" for n in range(6)]
    # Another run is a new one.
    filled.rebuild(reprocess=True)
    assert len(made) == 12


def test_what_people_decided_outlives_articles_made_anew(filled):
    decision = filled.proposed("actor", "Ada Marsh", "rename", {"label": "Ada M. Marsh"}, by="me")
    filled.decide([decision])
    filled.rebuild(reprocess=True)
    assert filled.named("actor", "ada-marsh").label == "Ada M. Marsh"


def test_a_reader_moves_to_another_model_with_its_generation(filled, tiny):
    with open_archive(filled.settings) as reader:
        request = SearchRequest(q="harbour bridge", size=3, mode=Mode.MEANING)
        first = reader.search(request)
        filled.rebuild(model=str(tiny))
        # Pages of a search that began before go on in its generation, with its model.
        old = reader.search(replace(request, cursor=first.next))
        assert old.generation == first.generation
        now = reader.search(SearchRequest(q="harbour bridge"))
        assert now.generation != first.generation
        assert reader.engine.embedder.dimension == 16
        assert reader.status().model == tiny.name
        # What comes in later is embedded like the rest, though no model is set.
        assert reader.embedder.key == reader.engine.generation.manifest.facts["model"]


def test_passages_are_cut_for_the_model_that_an_archive_moves_to_and_its_index_names_it(
    filled, tiny
):
    before = filled.store.counts().passages
    filled.rebuild(model=str(tiny))
    assert filled.store.counts().passages > before
    embedder = filled.embedder
    for record in filled.store.scan():
        assert all(p.tokens <= embedder.max_tokens for p in record.passages)
    facts = Manifest.read(filled.engine.generation.folder).facts
    assert facts["model_asked"] == str(tiny)
    assert len(facts["weights"]) == 64
    assert {"model", "revision", "cleaner", "chunker", "change", "calibration"} <= facts.keys()


def test_a_model_that_is_set_is_not_mixed_into_an_index_of_another(filled, tiny, tmp_path):
    settings = filled.settings.model_copy(update={"embedding_model": str(tiny)})
    with open_archive(settings) as other:
        # Searching needs no decision: the index is asked with its own model.
        assert other.search(SearchRequest(q="harbour bridge")).total == 6
        (tmp_path / "more.txt").write_text("A new ferry\n\nThe ferry sails to the coast again.")
        with pytest.raises(RebuildNeeded, match=tiny.name) as fault:
            other.ingest([tmp_path / "more.txt"])
        assert "archive rebuild" in fault.value.hint


def test_a_model_whose_weights_were_changed_is_refused(filled, tiny, tmp_path, models):
    own = tmp_path / "own"
    shutil.copytree(tiny, own)
    filled.rebuild(model=str(own))
    weights = own / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with (
        open_archive(settings_in(filled.settings.home, models)) as again,
        pytest.raises(RebuildNeeded, match="own"),
    ):
        again.search(SearchRequest(q="harbour"))
