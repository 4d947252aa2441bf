"""Segments that are made one answer as they did, and as if all had been built at once."""

import filecmp
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.generation import Generation, GenerationWriter, current, open_named
from indexes.merging import due, merge
from indexes.segment import WORDS as WORDS_FOLDER
from indexes.segment import SegmentWriter, join
from indexes.types import Entry, Label
from indexes.wording import WordsWriter

FACETS, PASSAGE_FACETS = ("actor", "source"), ("actor",)
DIMENSION = 8
NOW = datetime(2024, 6, 1, tzinfo=UTC)
WORDS = ("harbour", "strike", "ferry", "council", "harbours", "vote")
ACTORS = ("ada", "bo", "cy", "dee")


def vectors(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def entry(number: int, seed: int) -> Entry:
    """An invented article; another seed is another version of it."""
    draw = np.random.default_rng([number, seed])
    text = " ".join(draw.choice(WORDS, 12))
    actors = tuple(a for a in ACTORS if draw.random() < 0.4)
    first = int(draw.integers(19_000, 19_100))
    return Entry(
        number=number,
        title=str(draw.choice(WORDS)),
        text=text,
        passages=((0, 20), (20, len(text)))[: int(draw.integers(0, 3))],
        values={"actor": actors, "source": ("Courier",)},
        passage_values={"actor": (actors[:1], actors[1:])},
        days=(first, first + 1) if draw.random() < 0.8 else None,
        spoken=((first - 30, first), (None, first)) if draw.random() < 0.5 else (),
        moment=first * 86_400,
    )


def fill(writer, entries):
    for item in entries:
        named = item.passage_values["actor"][: len(item.passages)]
        cut = replace(item, passage_values={"actor": named})
        writer.add(cut, vectors(len(item.passages), item.number))


def publish(root, entries, *, base=None, removed=()):
    writer = GenerationWriter(
        root,
        facets=FACETS,
        passage_facets=PASSAGE_FACETS,
        dimension=DIMENSION,
        now=NOW,
        base=base,
    )
    for number in removed:
        writer.remove(number)
    for actor in ACTORS:
        writer.label("actor", actor, Label(actor.title(), "person", (f"{actor} of the harbour",)))
    fill(writer, entries)
    generation = writer.write({"change": 1})
    pairs, live = np.arange(len(generation.numbers)), np.flatnonzero(generation.live)
    pairs[live] = np.repeat(live[::2], 2)[: len(live)]
    writer.publish(groups={"stories": pairs})
    return open_named(root, current(root))


def answers(generation: Generation) -> dict:
    """All that an index can be asked, by number in place of ordinal."""
    live, numbers = generation.live, generation.numbers
    passages = [
        (int(numbers[a]), *span)
        for a, span in zip(
            generation.passage_articles, generation.passage_spans.tolist(), strict=True
        )
    ]
    near, cosines = generation.dense.similar(vectors(1, 99)[0], -1.0)
    actors, named = generation.columns["actor"], generation.passage_columns["actor"]
    inside = live[generation.passage_articles]
    counts = actors.counts(live)
    return {
        "articles": (generation.manifest.articles, sorted(numbers[live].tolist())),
        "passages": generation.manifest.passages,
        "words": {
            term: sorted(zip(numbers[found].tolist(), scores.tolist(), strict=True))
            for term in ("harbour", "strike", "ferri", "council", "vote")
            for found, scores in [generation.words.scored(term)]
        },
        "near": sorted(
            (passages[p], c)
            for p, c in zip(near.tolist(), cosines.tolist(), strict=True)
            if inside[p]
        ),
        "actors": {
            (name, actors.values.label(code), int(counts[code]))
            for code, name in enumerate(actors.values)
            if counts[code]
        },
        "having": {a: sorted(numbers[actors.having(a) & live].tolist()) for a in ACTORS},
        "named": {
            a: sorted(passages[p] for p in np.flatnonzero(named.having(a) & inside)) for a in ACTORS
        },
        "days": generation.days.periods(live, "D"),
        "spoken": generation.spoken.overlapping(19_000, 19_050)[live][
            np.argsort(numbers[live])
        ].tolist(),
        "moments": sorted(
            zip(numbers[live].tolist(), generation.moments[live].tolist(), strict=True)
        ),
    }


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), max_size=4),
        min_size=1,
        max_size=7,
    ),
    st.data(),
)
def test_however_articles_came_in_and_segments_were_joined_answers_are_those_of_one_build(
    batches, data
):
    with tempfile.TemporaryDirectory() as folder:
        root, whole = Path(folder, "grown"), Path(folder, "whole")
        known: dict[int, Entry] = {}
        generation = None
        for batch in batches:
            new = {number: entry(number, seed) for number, seed in batch}
            gone = (
                data.draw(st.sets(st.sampled_from(sorted(known)), max_size=2)) if known else set()
            )
            removed = gone | (new.keys() & known.keys())
            known = {n: e for n, e in known.items() if n not in removed} | new
            generation = publish(root, new.values(), base=generation, removed=removed)
            while merge(root, generation, now=NOW, together=2, small=1):
                before = answers(generation)
                generation = open_named(root, current(root))
                assert answers(generation) == before
        assert generation is not None
        built = publish(whole, [known[number] for number in sorted(known)])
        assert answers(generation) == answers(built)


def test_joined_segments_have_the_files_of_one_that_was_written_at_once(tmp_path):
    entries = [entry(number, 0) for number in range(1, 9)]
    labels = {"actor": {a: Label(a.title(), "person") for a in ACTORS}}

    def write(name, some):
        writer = SegmentWriter(FACETS, DIMENSION, PASSAGE_FACETS)
        words = WordsWriter(tmp_path / f"{name}.lexical")
        fill(writer, some)
        for e in some:
            words.add(e.number, e.title, e.text)
        (tmp_path / name).mkdir()
        writer.write(tmp_path / name, labels)
        words.finish(tmp_path / name / WORDS_FOLDER)
        return tmp_path / name

    parts = [write("a", entries[:3]), write("b", entries[3:4]), write("c", entries[4:])]
    kept = [np.array([True, False, True]), np.array([False]), np.ones(4, np.bool_)]
    join(
        parts,
        kept,
        tmp_path / "joined",
        facets=FACETS,
        passage_facets=PASSAGE_FACETS,
        dimension=DIMENSION,
    )
    whole = write("whole", [e for e, k in zip(entries, np.concatenate(kept), strict=True) if k])
    files = [p.relative_to(whole).as_posix() for p in whole.rglob("*") if p.is_file()]
    assert files
    assert filecmp.cmpfiles(whole, tmp_path / "joined", files, shallow=False)[1:] == ([], [])


def test_articles_that_count_as_one_still_do_when_their_segments_are_joined(tmp_path):
    generation = publish(tmp_path, [entry(n, 0) for n in (1, 2, 3)])
    generation = publish(tmp_path, [entry(n, 1) for n in (2, 4, 5)], base=generation, removed=[2])

    def groups(found):
        first = found.groups["stories"].first
        return {
            int(found.numbers[a]): int(found.numbers[first[a]]) for a in np.flatnonzero(found.live)
        }

    before = groups(generation)
    merge(tmp_path, generation, now=NOW, together=2, small=8)
    joined = open_named(tmp_path, current(tmp_path))
    assert len(joined.manifest.segments) == 1
    assert groups(joined) == before
    assert joined.manifest.facts == generation.manifest.facts


@pytest.mark.parametrize(
    ("sizes", "run"),
    [
        ([], None),
        ([1] * 7, None),
        ([1] * 8, range(8)),
        ([100_000, *[1] * 7], None),
        ([100_000, *[1] * 8], range(1, 9)),
        ([1, 2, 100_000, *[1] * 7], None),
        ([100_000, *[5_000] * 5, *[1] * 7], None),
    ],
)
def test_segments_of_one_size_are_joined_when_there_are_eight(sizes, run):
    assert due(sizes) == run


@given(st.lists(st.integers(1, 3_000), max_size=300))
def test_segments_stay_few_and_no_article_is_copied_often(added):
    sizes: list[int] = []
    copied: Counter[str] = Counter()
    for size in added:
        sizes.append(size)
        while run := due(sizes, together=4, small=10):
            copied["articles"] += sum(sizes[run.start : run.stop])
            sizes[run.start : run.stop] = [sum(sizes[run.start : run.stop])]
    tiers = 1 + np.log(max(sum(added), 10) / 10) / np.log(4)
    assert len(sizes) <= 3 * (tiers + 1)
    assert copied["articles"] <= 2 * (tiers + 1) * sum(added)
