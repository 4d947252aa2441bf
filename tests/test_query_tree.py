"""A query as a tree of JSON is the query that was typed, and nothing else gets in by it."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import QueryError
from archive.query.parse import parse
from archive.query.tree import node_json, query_text
from tests.test_query import TODAY, expressions, odd_strings

LATER = date(2031, 1, 1)
texts = st.text(max_size=12)
leaves = st.one_of(
    texts.map(lambda t: {"type": "word", "text": t}),
    texts.map(lambda t: {"type": "phrase", "text": t, "slop": 0}),
    texts.map(lambda t: {"type": "prefix", "text": t}),
    texts.map(lambda t: {"type": "field", "field": "actor", "value": t}),
    st.tuples(texts, texts).map(lambda t: {"type": "published", "first": t[0], "last": t[1]}),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"type": "and", "parts": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"type": "or", "parts": parts}),
        inner.map(lambda part: {"type": "not", "part": part}),
        inner.map(lambda part: {"type": "title", "part": part}),
    ),
    max_leaves=6,
)


@given(text=expressions)
def test_the_tree_of_an_answer_can_be_sent_back_on_any_day(text):
    tree = node_json(parse(text, today=TODAY).root)
    again = parse(query_text(json.loads(json.dumps(tree))), today=LATER)
    assert node_json(again.root) == tree


def test_the_tree_of_what_did_not_parse_can_be_sent_back_too():
    for text in odd_strings():
        tree = node_json(parse(text, today=TODAY).root)
        assert node_json(parse(query_text(tree), today=LATER).root) == tree


@given(tree=trees)
def test_a_tree_is_searched_as_it_says_or_refused(tree):
    try:
        text = query_text(tree)
    except QueryError as refused:
        assert refused.field.startswith("tree")
        assert refused.hint
    else:
        root = node_json(parse(text, today=TODAY).root)
        assert query_text(root) == text


@pytest.mark.parametrize(
    ("tree", "field"),
    [
        ({"type": "word", "text": "two words"}, "tree"),
        ({"type": "word", "text": "NOT"}, "tree"),
        ({"type": "not", "part": {"type": "prefix", "text": "a*b"}}, "tree.part"),
        (
            {
                "type": "and",
                "parts": [
                    {"type": "word", "text": "ferry"},
                    {"type": "field", "field": "actor", "value": 'x" OR place:"y'},
                ],
            },
            "tree.parts.1",
        ),
        ({"type": "published", "first": None, "last": None}, "tree"),
        ({"type": "published", "first": "2024-06-02", "last": "2024-06-01"}, "tree"),
        ({"type": "published", "first": "2024-06-01 oil", "last": None}, "tree"),
        ({"type": "within", "bbox": [0, 80, 10, 20]}, "tree"),
        ({"type": "title", "part": {"type": "field", "field": "place", "value": "x"}}, "tree"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_where_it_stands(tree, field):
    with pytest.raises(QueryError) as refused:
        query_text(tree)
    assert refused.value.field == field


def test_a_bottomless_tree_is_refused():
    tree = {"type": "word", "text": "ferry"}
    for _ in range(1_000):
        tree = {"type": "not", "part": tree}
    with pytest.raises(QueryError):
        query_text(tree)
    wide = {"type": "or", "parts": [{"type": "word", "text": "ferry"}] * 10_000}
    with pytest.raises(QueryError):
        query_text(wide)
