"""Near-copies: found whatever was cut, changed or added, and nothing else taken for one."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.identity import is_copy, shingles, sketch
from archive.store import Store
from archive.types import Article, Enriched, Precision, PublishedDate, RawDocument
from tests.edits import edits, report, rewritten

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def store_texts(store: Store, texts: list[str], days: list[int] | None = None) -> list[str]:
    """Their ids, stored in one transaction."""
    with store.writing() as writer:
        made = []
        for at, text in enumerate(texts):
            name = f"https://paper.example.org/{hash_of(text)}/{at}"
            article = Article(f"Report {at}", text, name, key=name, published=day(days, at))
            made.append(
                writer.add(Enriched(article), RawDocument(text.encode(), "plain", name), now=NOW).id
            )
    return made


def hash_of(text: str) -> int:
    return sum(text.encode())


def day(days: list[int] | None, at: int) -> PublishedDate | None:
    if days is None:
        return None
    start = NOW + timedelta(days=days[at])
    return PublishedDate(
        f"{start:%Y-%m-%d}", Precision.DAY, "meta", start, start + timedelta(days=1)
    )


def groups(store: Store, ids: list[str]) -> list[set[str]]:
    """Groups of near-copies as sets of ids, each once."""
    found = {frozenset({i, *(c.id for c in store.copies(i))}) for i in ids}
    assert sum(map(len, found)) == len(ids), "groups must not overlap"
    return [set(group) for group in found]


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/archive.db") as opened:
        yield opened


def test_generated_edits_are_found_and_other_reports_are_not(store):
    rng = random.Random(11)
    texts, families = [], []
    for family in range(50):
        lines = report(rng, rng.randrange(10, 45))
        for version in (lines, *edits(rng, lines)):
            texts.append("\n\n".join(version))
            families.append(family)
        texts.append("\n\n".join(rewritten(rng, lines)))
        families.append(1_000 + family)
    order = list(range(len(texts)))
    rng.shuffle(order)
    ids = store_texts(store, [texts[i] for i in order])
    family_of = {id_: families[i] for id_, i in zip(ids, order, strict=True)}
    true = {frozenset(p) for p in combinations(ids, 2) if family_of[p[0]] == family_of[p[1]]}
    found = {frozenset(p) for group in groups(store, ids) for p in combinations(group, 2)}
    right = len(true & found)
    assert len(true) > 700
    assert right / len(found) >= 0.98
    assert right / len(true) >= 0.98


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_groups_do_not_depend_on_the_order_in_which_articles_came(tmp_path_factory, seed):
    rng = random.Random(seed)
    texts = []
    for _ in range(4):
        lines = report(rng, 16)
        texts += ["\n\n".join(version) for version in (lines, *edits(rng, lines))]
    days = [rng.randrange(300) for _ in texts]
    found = []
    for _ in range(2):
        order = list(range(len(texts)))
        rng.shuffle(order)
        folder = tmp_path_factory.mktemp("order")
        with Store.open(f"sqlite:///{folder}/archive.db") as store:
            ids = store_texts(store, [texts[i] for i in order], [days[i] for i in order])
            place = dict(zip(ids, order, strict=True))
            firsts = {place[i]: place.get(store.get(i).copy_of or i) for i in ids}
            found.append(firsts)
    assert {i: days[first] for i, first in found[0].items()} == {
        i: days[first] for i, first in found[1].items()
    }
    same = [{frozenset(i for i in f if f[i] == first) for first in f.values()} for f in found]
    assert same[0] == same[1]


def test_the_first_published_is_what_the_others_copy(store):
    text = " ".join(report(random.Random(1), 12))
    late, first, undated = store_texts(store, [text, text + " More."], [9, 2]) + store_texts(
        store, [text + " And more."]
    )
    assert [store.get(i).copy_of for i in (late, first, undated)] == [first, None, first]
    assert [c.id for c in store.copies(undated)] == [first, late]


def test_what_only_one_article_held_together_comes_apart_when_it_changes(store):
    rng = random.Random(2)
    one, other = report(rng, 20), report(rng, 20)
    a, b = store_texts(store, [" ".join(one), " ".join(other)])
    (both,) = store_texts(store, [" ".join([*one, *other])])
    assert {c.id for c in store.copies(both)} == {a, b}
    before = store.changes(0).latest
    record = store.get(both)
    changed = Article(
        "Changed", " ".join(report(rng, 20)), record.article.origin, key=record.article.key
    )
    with store.writing() as writer:
        writer.replace(record.number, Enriched(changed), RawDocument(b"x", "plain", "x"), now=NOW)
    assert [store.copies(i) for i in (a, b, both)] == [(), (), ()]
    # Its near-copies have not changed themselves, but whoever counts groups must look again.
    assert store.changes(before).changed == (record.number,)
    assert store.changes(before).latest > before


def test_short_notices_of_one_form_are_no_copies():
    form = "A quake of magnitude {} shook {} at {} on Tuesday, an observatory said. Nothing fell."
    one = form.format("4.1", "the northern islands", "noon")
    other = form.format("3.2", "a mountain village", "dawn")
    assert not is_copy(shingles(one), shingles(other))
    assert not is_copy(shingles(one), shingles(one))  # so short a text has equals only


def test_a_digest_joins_none_of_the_reports_that_it_quotes():
    rng = random.Random(3)
    reports = [report(rng, 12) for _ in range(9)]
    digest = shingles(" ".join(line for lines in reports for line in lines))
    assert not any(is_copy(digest, shingles(" ".join(lines))) for lines in reports)


@given(text=st.text(max_size=400))
def test_any_text_has_shingles_in_order_and_a_sketch_of_them(text):
    found = shingles(text)
    assert (found[1:] > found[:-1]).all()
    assert set(sketch(found)) <= set(found.tolist())
    assert is_copy(found, found) == bool(sketch(found))


@pytest.mark.parametrize("text", ["新闻报道说大桥已经关闭" * 3, "ข่าวสะพานปิดแล้วในวันนี้" * 3])
def test_scripts_without_spaces_have_shingles_too(text):
    assert len(shingles(text)) >= 5
