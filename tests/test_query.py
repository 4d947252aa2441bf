"""The query language: what is typed is understood as it is written down, and nothing breaks it."""

import random
import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.query.parse import parse
from archive.query.request import SearchRequest
from archive.query.syntax import And, Not, Or, Phrase, Prefix, Published, Word, render

TODAY = date(2024, 6, 12)  # a Wednesday
PAGE = Path(__file__).parents[1] / "docs" / "query-language.md"
EXAMPLES = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)

words = st.text(string.ascii_lowercase + "éşıßø", min_size=1, max_size=6)
atoms = st.one_of(
    words,
    words.map(lambda w: w + "ab*"),
    st.lists(words, min_size=1, max_size=3).map(lambda ws: f'"{" ".join(ws)}"'),
    st.tuples(words, words, st.integers(1, 9)).map(lambda t: f'"{t[0]} {t[1]}"~{t[2]}'),
    words.map("title:{}".format),
    words.map('actor:"{}"'.format),
    st.sampled_from(
        [
            "date:2024",
            "after:2023-05",
            "date:2023-01..2023-02",
            "date:last-month",
            "mentions:2024-05",
        ]
    ),
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})"),
        inner.map("NOT {}".format),
        inner.map("({})".format),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_understood(example):
    query = parse(example, today=TODAY)
    assert query.notices == ()
    assert render(query.root)


@given(text=st.text(max_size=80))
def test_nothing_typed_breaks_the_parser(text):
    query = parse(text, today=TODAY)
    render(query.root)


@given(text=st.lists(st.sampled_from('"()-*~: ANDORNOTtitle:actor:ab2').map(str)).map("".join))
def test_no_heap_of_operators_breaks_the_parser(text):
    parse(text, today=TODAY)


@given(text=expressions)
def test_a_query_written_out_means_the_same_again(text):
    root = parse(text, today=TODAY).root
    assert parse(render(root), today=TODAY).root == root


def test_operators_bind_as_the_page_says():
    assert parse("a OR b c", today=TODAY).root == Or((Word("a"), And((Word("b"), Word("c")))))
    assert parse("a -b c", today=TODAY).root == And((Word("a"), Not(Word("b")), Word("c")))
    assert parse("NOT (a OR b)", today=TODAY).root == Not(Or((Word("a"), Word("b"))))
    assert parse("rock or roll", today=TODAY).root == And((Word("rock"), Word("or"), Word("roll")))
    assert parse("cease-fire", today=TODAY).root == Word("cease-fire")
    assert parse("“a  b”~3 harb*", today=TODAY).root == And((Phrase("a b", 3), Prefix("harb")))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("date:2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("date:yesterday", date(2024, 6, 11), date(2024, 6, 11)),
        ("date:this-week", date(2024, 6, 10), date(2024, 6, 16)),
        ("date:last-month", date(2024, 5, 1), date(2024, 5, 31)),
        ("date:P7D", date(2024, 6, 6), date(2024, 6, 12)),
        ("date:2024-06-01..2024-06-15", date(2024, 6, 1), date(2024, 6, 15)),
        ("after:2024", date(2024, 1, 1), None),
        ("before:2024-06", None, date(2024, 6, 30)),
    ],
)
def test_dates_stand_for_whole_days(text, first, last):
    node = parse(text, today=TODAY).root
    assert isinstance(node, Published)
    assert node.interval.start == first
    end = node.interval.end
    assert (date.fromordinal(end.toordinal() - 1) if end else None) == last


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"harbour strike', "quotation mark is not closed (character 1)"),
        ("(harbour", "parenthesis is not closed"),
        ("harbour OR", "“OR” is unexpected (character 9)"),
        ("date:2024-13", "is not a date"),
        ("acter:Marsh", "or “actor:”?"),
    ],
)
def test_what_is_not_understood_is_searched_as_words_and_said(text, said):
    query = parse(text, today=TODAY)
    assert any(said in notice.message for notice in query.notices)
    assert query.words is not None


def odd_strings() -> list[str]:
    """Five hundred things that somebody may type: cut, doubled and mixed from nasty ones."""
    rng = random.Random(20)
    seeds = [
        *("' OR 1=1; DROP TABLE article;--", '" OR ""="', "<script>alert(1)</script>"),
        *("title:", 'actor:"', "date:", "date:9999-99", "after:never", "~5", '"a b"~99999'),
        *("🦊🦊🏽🚀", "שלום עולם", "مرحبا بالعالم", "中文 新闻 档案", "\u202eright to left\u202c"),
        *("((((a", "b))))", "AND", "NOT NOT a", "OR OR", "- - -", "a AND OR b", "-", "--", "*"),
        *("NEAR/5", "[a TO b]", "field:(a OR b)", "^2", "a^2", "+a +b", "/re.*gex/", "\\", "?"),
        *("%00", "../../etc/passwd", "file:///etc/passwd", "http://example.org/?q=1&x=2"),
        *("\x00", "\x07\x1b[31m", "\t\r\n", "\u200b\u200d\ufeff", "\ud7ff", "é" * 300, "a " * 400),
        *("ſtraße ŒUVRE ﬁ", "I\u0307stanbul", "z" + "\u0301" * 200, "${jndi:ldap://x}", "`id`"),
        *("नमस्ते दुनिया", "{{7*7}}", "a*b", "a:b:c", "$$$", "\\x00", "author:-", "place:()", "()"),
    ]
    made = list(seeds)
    while len(made) < 500:
        one, other = rng.choice(seeds), rng.choice(seeds)
        cut = rng.randrange(len(one) + 1)
        made.append(
            rng.choice([one[:cut] + other, f"{one} {other}", f'"{one}"', f"({one}"])[:1_900]
        )
    return made


def test_five_hundred_odd_strings_are_answered(invented_archive):
    for text in odd_strings():
        answer = invented_archive.search(SearchRequest(q=text, size=2))
        assert answer.total >= len(answer.hits)
