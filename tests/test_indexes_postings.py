"""The words of articles as arrays: every word of every article, and no other."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.postings import Postings, PostingsWriter, Words
from indexes.terms import TITLE_WEIGHT, Pieces, plain_words, terms

# Words, and what stands between and in them.
TEXT = st.text(st.sampled_from("abcNSs. .-'’“_9éİß\n"), max_size=40)
ARTICLES = st.lists(st.tuples(TEXT, TEXT), max_size=6)


def postings(folder, articles):
    writer, pieces = PostingsWriter(), Pieces()
    for title, text in articles:
        writer.add(pieces.of(title) * TITLE_WEIGHT + pieces.of(text))
    writer.build(pieces.stemmed).save(folder / "words")
    return Postings.load(folder / "words")


@settings(max_examples=300, deadline=None)
@given(text=TEXT | st.text(max_size=40))
def test_the_pieces_of_a_text_have_the_terms_of_the_text(text):
    pieces = Pieces()
    found = pieces.of(text)
    assert " ".join(pieces.stemmed[piece] for piece in found).split() == terms(text)
    assert " ".join(pieces.spelt[piece] for piece in found).split() == plain_words(text)


@settings(max_examples=150, deadline=None)
@given(articles=ARTICLES)
def test_each_article_is_under_each_of_its_terms_as_often_as_it_has_it(tmp_path_factory, articles):
    found = postings(tmp_path_factory.mktemp("postings"), articles)
    has = [Counter(terms(title) * TITLE_WEIGHT + terms(text)) for title, text in articles]
    assert list(found.terms) == sorted(set().union(*has) if has else ())
    for term in found.terms:
        owners, times = found.of(term)
        assert dict(zip(owners.tolist(), times.tolist(), strict=True)) == {
            at: counts[term] for at, counts in enumerate(has) if counts[term]
        }
        assert (np.diff(owners) > 0).all()
    assert found.lengths.tolist() == [counts.total() for counts in has]


SEVEN = [
    ("Ferry strike", "The crews of the harbour are on strike."),
    ("Harbour", "A quiet harbour town."),
    ("Weather", "Rain, and then more rain over the harbour and the hills beyond it."),
    ("", ""),
    ("Ferry", "The ferry sails."),
    ("U.N. talks", "The U.N. envoy spoke of ferries."),
    ("Budget", "Parliament passed it."),
]


def test_words_of_several_slices_score_as_of_one(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    live = np.ones(len(SEVEN), np.bool_)
    whole = Words([postings(tmp_path, SEVEN)], live)
    parts = Words([postings(tmp_path / "a", SEVEN[:3]), postings(tmp_path / "b", SEVEN[3:])], live)
    for term in ("ferri", "harbour", "strike", "un", "absent"):
        for one, other in zip(whole.scored(term), parts.scored(term), strict=True):
            assert one.tolist() == other.tolist()


def test_an_article_that_is_gone_leaves_no_trace_in_scores(tmp_path):
    (tmp_path / "rest").mkdir()
    live = np.array([True, False, True, True, True, True, True])
    marked = Words([postings(tmp_path, SEVEN)], live)
    rest = [article for article, stays in zip(SEVEN, live, strict=True) if stays]
    alone = Words([postings(tmp_path / "rest", rest)], np.ones(6, np.bool_))
    at = np.flatnonzero(live)
    for term in ("harbour", "ferri"):
        ordinals, scores = alone.scored(term)
        assert marked.scored(term)[0].tolist() == at[ordinals].tolist()
        assert marked.scored(term)[1] == pytest.approx(scores)
        assert marked.having(term) == len(ordinals)


def test_a_headline_and_a_short_text_weigh_more(tmp_path):
    words = Words([postings(tmp_path, SEVEN)], np.ones(len(SEVEN), np.bool_))
    harbour = dict(zip(*(a.tolist() for a in words.scored("harbour")), strict=True))
    assert harbour[1] > harbour[0] > harbour[2]


def test_a_file_that_is_cut_short_is_refused(tmp_path):
    postings(tmp_path, SEVEN)
    np.save(tmp_path / "words" / "articles.npy", np.zeros(3, np.int32))
    with pytest.raises(ValueError, match="not whole"):
        Postings.load(tmp_path / "words")
