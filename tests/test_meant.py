"""Did you mean: words that the archive lacks are exchanged for those that it has."""

import string

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from archive.query.request import Mode, SearchRequest
from archive.search.meant import edits
from web.app import create_app

words = st.text(string.ascii_lowercase, max_size=8)


@given(one=words, other=words)
def test_edits_are_a_distance(one, other):
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))


@given(word=st.text(string.ascii_lowercase, min_size=2), at=st.integers(0, 50))
def test_one_slip_is_one_edit(word, at):
    at %= len(word) - 1
    dropped = word[:at] + word[at + 1 :]
    turned = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert edits(word, dropped) == 1
    assert edits(word, turned) <= 1


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("harbuor wages", "harbour wages"),
        ("resqers", None),  # too far from anything
        ("sattelite", "satellite"),
        ("title:flod", "title:flood"),
        ('"poling stations" OR ferri', '"polling stations" OR ferri'),  # a stem of “ferry”
        ("wheat -excahnge", "wheat -exchange"),
        ("place:Nortport wheat", None),  # values of facets are resolved otherwise
        ("wheat", None),
        ("", None),
        ("qqqqqqqq", None),
        ("2O24 x1", None),
    ],
)
@pytest.mark.parametrize("mode", [Mode.WORDS, Mode.BOTH])
def test_words_that_no_article_has_are_exchanged_for_those_that_some_have(
    invented_archive, asked, meant, mode
):
    answer = invented_archive.search(SearchRequest(q=asked, mode=mode))
    assert answer.query.meant == meant
    if meant:
        assert invented_archive.search(SearchRequest(q=meant, mode=mode)).query.meant is None


def test_the_page_leads_to_what_was_meant(invented_archive):
    page = TestClient(create_app(invented_archive)).get("/?q=harbuor&mode=words").text
    assert 'href="/?q=harbour&amp;mode=words"' in page
    assert invented_archive.search(SearchRequest(q="harbour", mode=Mode.WORDS)).total


def test_a_sentence_that_finds_articles_all_the_same_is_left_as_it_is(invented_archive):
    asked = "talks of the harbuor company about wages went on"
    answer = invented_archive.search(SearchRequest(q=asked, mode=Mode.WORDS))
    assert answer.total
    assert answer.query.meant is None
