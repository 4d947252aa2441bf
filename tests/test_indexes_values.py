"""Facet values are found by any of their names, however many slices they are spread over."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexes.names import fold
from indexes.texts import Texts
from indexes.types import Label
from indexes.values import Packed, Values

words = st.sampled_from(["Ada", "Åsa", "Marsh", "harbour", "Łódź", "union", "of", "ada"])
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
labels = st.builds(
    Label,
    names,
    st.sampled_from(["person", "organisation", ""]),
    st.lists(names, max_size=2).map(tuple),
    st.none() | st.just((1.5, -2.0)),
)
slices = st.lists(
    st.dictionaries(st.text("abcd", min_size=1, max_size=2), labels, max_size=6),
    min_size=1,
    max_size=3,
)


@given(st.lists(st.text()))
def test_packed_strings_are_the_strings(texts):
    assert list(Texts.of(texts)) == texts


@given(slices, names)
def test_a_value_goes_by_the_names_that_the_newest_slice_gives_it(parts, asked):
    values = Values.joined([Packed.of(part, part) for part in parts])
    newest = {name: label for part in parts for name, label in part.items()}
    assert sorted(values) == sorted(newest)
    for name, label in newest.items():
        code = values.code(name)
        assert code is not None
        assert values[code] == name
        assert values.label(code) == label
        assert code in values.of_kind(label.kind)
    called = {values[code] for code in values.called(fold(asked))}
    assert called == {
        name
        for name, label in newest.items()
        if fold(asked) in {fold(n) for n in (label.name, *label.aliases)}
    }


@given(slices, st.sampled_from(["a", "ad", "ha", "lo", "x", "union"]))
def test_a_beginning_finds_every_value_with_such_a_word(parts, prefix):
    values = Values.joined([Packed.of(part, part) for part in parts])
    newest = {name: label for part in parts for name, label in part.items()}
    found = {values[code] for code in values.beginning(prefix).tolist()}
    for name, label in newest.items():
        named = " ".join(fold(n) for n in (label.name, *label.aliases)).split()
        if any(word.startswith(prefix) for word in named):
            assert name in found


@given(slices, st.sampled_from(["a", "da", "nio", "ur", "n o", "x", ""]))
def test_a_part_finds_every_value_with_it_in_a_name(parts, part):
    values = Values.joined([Packed.of(slice_, slice_) for slice_ in parts])
    newest = {name: label for slice_ in parts for name, label in slice_.items()}
    found = {values[code] for code in values.containing(part).tolist()}
    for name, label in newest.items():
        if any(part in fold(n) for n in (label.name, *label.aliases)):
            assert name in found


@given(slices, st.sampled_from(["a", "h", "lo", "z"]))
def test_values_stand_in_the_order_of_their_labels(parts, prefix):
    values = Values.joined([Packed.of(slice_, slice_) for slice_ in parts])
    alphabet = values.alphabet
    codes = np.argsort(alphabet.ranks)
    ranks = alphabet.ranks[codes]
    assert len(set(ranks.tolist())) == len(values)
    labels = [fold(values.label(code).name) for code in codes.tolist()]
    shown = [(label, values[code]) for label, code in zip(labels, codes.tolist(), strict=True)]
    assert shown == sorted(shown)
    first, last = alphabet.beginning(prefix)
    within = [label for label, rank in zip(labels, ranks, strict=True) if first <= rank < last]
    assert within == [label for label in labels if label.startswith(prefix)]
    assert alphabet.initials(ranks) == sorted({label[0] for label in labels if label})


def test_values_are_read_back_as_they_were_written(tmp_path):
    known = {"ada-marsh": Label("Ada Marsh", "person", ("A. Marsh",)), "x": Label("X")}
    Packed.of(["x", "ada-marsh", "nobody"], known).save(tmp_path)
    values = Values(Packed.load(tmp_path))
    assert list(values) == ["ada-marsh", "nobody", "x"]
    assert values.label(0) == known["ada-marsh"]
    assert values.label(1) == Label("nobody")
    assert values.called("a. marsh") == [0]
    assert values.beginning("mar").tolist() == [0]
