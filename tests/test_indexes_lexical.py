"""Words are found as people mean them, and nothing they type is taken for syntax."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.lexical import Lexical
from indexes.terms import content_words, terms
from indexes.wording import WordsWriter

TEXTS = {
    1: ("Ferry strike ends", "Crews returned to work after talks in the harbour."),
    2: ("Harbour talks", "Negotiators met the ferry company; no strike was called."),
    3: ("São Paulo floods", "Heavy rain closed roads. Rescuers reached Türkiye's envoy."),
    4: ("A strike on the harbour", "The bridge was hit at night."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lexical")
    writer = WordsWriter(folder)
    for number, (title, text) in TEXTS.items():
        writer.add(number, title, text)
    writer.finish(None)
    return Lexical(folder)


def found(index, query):
    return sorted(index.matching(query).tolist())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("strike", [1, 2, 4]),
        ("STRIKES", [1, 2, 4]),
        ("sao", [3]),
        ("turkiye", [3]),
        ("negotiator", [2]),
        ("nothing", []),
    ],
)
def test_a_word_is_found_in_any_case_accent_and_ending(index, typed, expected):
    assert found(index, index.phrase(typed)) == expected


def test_a_phrase_demands_order_and_nearness(index):
    assert found(index, index.phrase("ferry strike")) == [1]
    assert found(index, index.phrase("ferry strike", slop=4)) == [1, 2]
    assert found(index, index.phrase("strike ferry")) == []


def test_a_title_search_looks_at_titles_alone(index):
    assert found(index, index.phrase("harbour", title_only=True)) == [2, 4]


def test_a_prefix_finds_words_as_they_are_spelt(index):
    assert found(index, index.prefix("negot")) == [2]
    assert found(index, index.prefix("harb")) == [1, 2, 4]
    assert found(index, index.prefix("negotiators")) == [2]


def test_function_words_are_not_demanded_unless_there_is_nothing_else():
    assert content_words("what is the price of the ferry") == ["price", "ferry"]
    assert content_words("to be or not to be") == ["to", "be", "or", "not"]
    assert content_words("?!") == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_only_words(index, typed):
    for query in (index.phrase(typed), index.phrase(typed, slop=2), index.prefix(typed)):
        found(index, query)


@given(st.text(max_size=80))
def test_terms_are_stable_when_folded_again(typed):
    assert all(term for term in terms(typed))
