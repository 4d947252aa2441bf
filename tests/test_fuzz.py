"""Whatever comes in is taken in or refused with a reason; nothing breaks the stream."""

import random
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import mutated, seeds, taken_in

SEEDS = seeds()
quick = settings(max_examples=200, deadline=None)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_a_sound_input_of_every_format_is_understood(name):
    assert taken_in(SEEDS[name])


@quick
@given(st.binary(max_size=400), st.sampled_from(sorted(SEEDS)))
def test_any_bytes_after_the_mark_of_a_format_are_survived(content, name):
    _survive(SEEDS[name][:12] + content)


@quick
@given(st.sampled_from(sorted(SEEDS)), st.integers(0, 2**32))
def test_sound_inputs_with_broken_parts_are_survived(name, seed):
    _survive(mutated(SEEDS[name], list(SEEDS.values()), random.Random(seed)))


@quick
@given(st.text(max_size=500))
def test_any_text_is_survived(text):
    _survive(text.encode("utf-8", "surrogatepass"))


def _survive(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what libraries say of broken input
        taken_in(content)
