"""Generations appear whole, answer like one index, and say what is wrong with them."""

import json
import threading
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.errors import IndexDamaged, IndexMissing
from indexes.generation import (
    CURRENT,
    Generation,
    GenerationWriter,
    current,
    generations,
    open_named,
    prune,
)
from indexes.terms import terms
from indexes.types import Entry, Label

FACETS = ("actor", "source")
DIMENSION = 8
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def vectors(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def entry(number: int, text: str = "a quiet harbour town", actors: tuple[str, ...] = ()) -> Entry:
    return Entry(
        number=number,
        title=f"Report {number}",
        text=text,
        passages=((0, 7), (8, len(text))),
        values={"actor": actors, "source": ("Courier",)},
        days=(19_000 + number, 19_001 + number),
        moment=number * 86_400,
    )


def publish(root, entries, *, base=None, removed=(), facts=None):
    writer = GenerationWriter(root, facets=FACETS, dimension=DIMENSION, now=NOW, base=base)
    for number in removed:
        writer.remove(number)
    for item in entries:
        for actor in item.values["actor"]:
            writer.label("actor", actor, Label(actor.title(), "person"))
        writer.add(item, vectors(len(item.passages), item.number))
    writer.write(facts or {})
    return open_named(root, writer.publish())


def having(generation: Generation, word: str) -> list[int]:
    (term,) = terms(word)
    return generation.numbers[generation.words.scored(term)[0]].tolist()


def test_nothing_is_visible_before_it_is_published(tmp_path):
    writer = GenerationWriter(tmp_path, facets=FACETS, dimension=DIMENSION, now=NOW)
    writer.add(entry(1), vectors(2, 1))
    writer.write({})
    assert current(tmp_path) is None
    with pytest.raises(IndexMissing):
        open_named(tmp_path, current(tmp_path))
    writer.abandon()
    assert [p.name for p in tmp_path.iterdir()] == []


def test_an_addition_answers_like_a_whole_build(tmp_path):
    first = publish(tmp_path, [entry(1, actors=("ada",)), entry(2, "the ferry strike ended")])
    grown = publish(tmp_path, [entry(3, "the ferry sails again", ("ada", "bo"))], base=first)
    (tmp_path / "whole").mkdir()
    whole = publish(
        tmp_path / "whole",
        [
            entry(1, actors=("ada",)),
            entry(2, "the ferry strike ended"),
            entry(3, "the ferry sails again", ("ada", "bo")),
        ],
    )
    query = vectors(1, 9)[0]
    for generation in (grown, whole):
        assert generation.numbers.tolist() == [1, 2, 3]
        assert generation.columns["actor"].having("ada").tolist() == [True, False, True]
        assert having(generation, "ferry") == [2, 3]
    (_, a), (_, b) = (generation.words.scored("ferri") for generation in (grown, whole))
    assert a.tolist() == b.tolist()
    near, far = (g.dense.similar(query, -1.0) for g in (grown, whole))
    assert np.array_equal(near[1][np.argsort(near[0])], far[1][np.argsort(far[0])])


def test_a_removed_article_is_gone_and_its_new_version_found(tmp_path):
    first = publish(tmp_path, [entry(1, "an old wording"), entry(2)])
    second = publish(tmp_path, [entry(1, "a fresh wording")], base=first, removed=[1])
    assert second.live.sum() == second.manifest.articles == 2
    assert having(second, "old") == []
    assert having(second, "fresh") == [1]
    ordinal = second.ordinals(np.array([1]))[0]
    assert second.live[ordinal]
    assert len(second.passages_of(ordinal)) == 2


def test_an_open_generation_goes_on_answering_after_it_is_pruned(tmp_path):
    first = publish(tmp_path, [entry(1)])
    for number in range(2, 5):
        last = publish(tmp_path, [entry(number)])
    prune(tmp_path, keep=1)
    assert not first.folder.exists()
    assert last.folder.exists()
    assert having(first, "harbour") == [1]
    assert len(first.dense.similar(vectors(1, 1)[0], -1.0)[0]) == 2


def test_a_deletion_that_is_killed_leaves_no_half_of_a_generation(tmp_path, monkeypatch):
    first = publish(tmp_path, [entry(1)])
    publish(tmp_path, [entry(2)])

    def killed(path, **_):
        next(file for file in path.rglob("*.npy")).unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        prune(tmp_path, keep=1)
    assert generations(tmp_path) == [current(tmp_path)] != [first.id]


def test_every_file_that_is_altered_is_named(tmp_path):
    generation = publish(tmp_path, [entry(1), entry(2)])
    for name in generation.manifest.files:
        path = generation.folder / name
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        with pytest.raises(IndexDamaged, match="checksum"):
            Generation(generation.folder)
        path.write_bytes(content[:-1])
        with pytest.raises(IndexDamaged, match="bytes"):
            Generation(generation.folder)
        path.unlink()
        with pytest.raises(IndexDamaged, match="missing"):
            Generation(generation.folder)
        path.write_bytes(content)
    assert Generation(generation.folder).manifest.articles == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 99}', '{"format": 1}', "null"])
def test_a_broken_manifest_is_damage_and_no_crash(tmp_path, content):
    generation = publish(tmp_path, [entry(1)])
    (generation.folder / "manifest.json").write_text(content)
    with pytest.raises(IndexDamaged):
        Generation(generation.folder)


@pytest.mark.parametrize("name", ["../elsewhere", "no-such", ".", "/etc"])
def test_a_pointer_to_nowhere_is_damage(tmp_path, name):
    publish(tmp_path, [entry(1)])
    (tmp_path / CURRENT).write_text(name)
    with pytest.raises(IndexDamaged):
        open_named(tmp_path, current(tmp_path))


def test_readers_never_see_half_a_generation(tmp_path):
    publish(tmp_path, [entry(1)])
    faults: list[Exception] = []
    stop = threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            try:
                open_named(tmp_path, current(tmp_path))
            except Exception as error:
                faults.append(error)

    reader = threading.Thread(target=read_on)
    reader.start()
    for number in range(2, 12):
        publish(tmp_path, [entry(n) for n in range(1, number)])
    stop.set()
    reader.join()
    assert faults == []


def test_an_empty_generation_answers_with_nothing(tmp_path):
    generation = publish(tmp_path, [])
    assert generation.manifest.articles == 0
    assert len(generation.dense.similar(vectors(1, 1)[0], -1.0)[0]) == 0
    assert having(generation, "x") == []
    assert generation.ordinals(np.array([1])).tolist() == [-1]


def test_facts_are_kept_word_for_word(tmp_path):
    facts = {"model": "m", "change": 7, "calibration": {"cutoff": 0.4}}
    generation = publish(tmp_path, [entry(1)], facts=facts)
    assert generation.manifest.facts == facts
    assert json.loads((generation.folder / "manifest.json").read_text())["facts"] == facts


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-0.9, 0.9), st.integers(1, 60))
def test_a_passage_is_found_if_and_only_if_it_reaches_the_cutoff(seed, cutoff, count):
    import tempfile
    from pathlib import Path

    from indexes.dense import Dense, DenseWriter, slices_in

    # Half floats to begin with: where a component lies between two of them, libraries round apart.
    rows = vectors(count, seed).astype(np.float16).astype(np.float32)
    query = vectors(1, seed + 1)[0]
    with tempfile.TemporaryDirectory() as folder:
        writer = DenseWriter(DIMENSION, slice_size=max(1, count // 2))
        writer.add(rows)
        writer.write(Path(folder))
        paths = slices_in(Path(folder))
        found, scores = Dense(paths, DIMENSION).similar(query, cutoff)
    exact = rows @ query
    assert np.allclose(exact[found], scores, atol=1e-5)
    clear = np.abs(exact - cutoff) > 1e-5
    assert set(found[clear[found]]) == set(np.flatnonzero((exact >= cutoff) & clear))
