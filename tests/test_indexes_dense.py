"""Every passage near a query is found, however large the slice it lies in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.dense import Dense, DenseWriter, codes_beside, slices_in
from indexes.errors import IndexDamaged

DIMENSION = 32
COUNT = 3_000


def news(count, seed):
    """Unit vectors in a few dozen topics, as passages of news lie."""
    topics = np.random.default_rng(7).normal(size=(40, DIMENSION))
    rng = np.random.default_rng(seed)
    rows = topics[rng.integers(0, len(topics), count)] + rng.normal(size=(count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def written(folder, rows, *, coded_from):
    folder.mkdir(exist_ok=True)
    writer = DenseWriter(DIMENSION, coded_from=coded_from, slice_size=COUNT)
    for at in range(0, len(rows), 700):
        writer.add(rows[at : at + 700])
    writer.write(folder)
    return slices_in(folder)


@pytest.fixture(scope="module")
def rows():
    return np.concatenate([news(COUNT, 1), news(COUNT // 2, 2)])


@pytest.fixture(scope="module")
def coded_paths(tmp_path_factory, rows):
    paths = written(tmp_path_factory.mktemp("coded"), rows, coded_from=1)
    assert len(paths) == 2
    return paths


@pytest.fixture(scope="module")
def exhaustive(tmp_path_factory, rows):
    return Dense(written(tmp_path_factory.mktemp("plain"), rows, coded_from=10**9), DIMENSION)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.95))
def test_what_codes_let_through_is_near_and_has_its_own_similarity(
    coded_paths, exhaustive, seed, cutoff
):
    query = news(1, seed)[0]
    near, scores = Dense(coded_paths, DIMENSION).similar(query, cutoff)
    all_near, all_scores = exhaustive.similar(query, cutoff)
    by_passage = dict(zip(all_near.tolist(), all_scores.tolist(), strict=True))
    assert scores.tolist() == [by_passage[passage] for passage in near.tolist()]


def test_codes_hide_fewer_than_one_near_passage_in_a_hundred(coded_paths, exhaustive):
    dense, found, there = Dense(coded_paths, DIMENSION), 0, 0
    for seed in range(100):
        query, cutoff = news(1, seed)[0], (0.3, 0.4, 0.5, 0.6)[seed % 4]
        found += len(dense.similar(query, cutoff)[0])
        there += len(exhaustive.similar(query, cutoff)[0])
    assert there > 1_000
    assert found >= 0.99 * there


def test_the_ten_nearest_are_those_of_brute_force(coded_paths, rows):
    dense, found = Dense(coded_paths, DIMENSION), 0
    for seed in range(40):
        query = news(1, 100 + seed)[0]
        best = np.argsort(-(rows @ query))[:10]
        near, scores = dense.similar(query, 0.3)
        found += len(set(near[np.argsort(-scores)[:10]].tolist()) & set(best.tolist()))
    assert found >= 0.99 * 400


def test_a_large_slice_written_again_answers_the_same(tmp_path, coded_paths, rows):
    query = news(1, 9)[0]
    first = Dense(coded_paths, DIMENSION).similar(query, 0.4)
    again = Dense(written(tmp_path, rows, coded_from=1), DIMENSION).similar(query, 0.4)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_a_query_that_all_are_near_to_finds_all(coded_paths):
    near, _ = Dense(coded_paths, DIMENSION).similar(news(1, 3)[0], -1.0)
    assert sorted(near.tolist()) == list(range(COUNT + COUNT // 2))


def test_codes_of_another_slice_are_damage(tmp_path, rows):
    first, second = written(tmp_path, rows, coded_from=1)
    codes_beside(second).replace(codes_beside(first))
    with pytest.raises(IndexDamaged, match="does not belong"):
        Dense([first], DIMENSION)
