"""Stories: articles on one event meet, whatever else the archive holds and however it grew."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.core import open_archive
from archive.evaluate.stories import evaluate_stories
from archive.grouping import grouped
from archive.identity.stories import WINDOW_DAYS, Told, stories, weights_of
from archive.query.request import SearchRequest
from archive.search.story import new_words
from indexes.terms import terms
from tests.archives import settings_in

DIMENSION = 24


def told(rng: np.random.Generator, events: list[int], days: list[float]) -> Told:
    """Articles that say and name what their event gives them to, and things of their own."""
    order = np.lexsort((events, days))
    events = [events[i] for i in order]
    about = np.random.default_rng(5).standard_normal((max(events, default=0) + 1, DIMENSION))
    meaning = about[events] + 0.25 * rng.standard_normal((len(events), DIMENSION))
    named = [[3 * e, 3 * e + 1, 3 * e + 2] for e in events]
    codes = np.array([c for row in named for c in row], np.int64)
    known = 3 * (max(events, default=0) + 1)
    return Told(
        meaning=meaning.astype(np.float32).reshape(-1, DIMENSION),
        days=np.array([days[i] for i in order], np.float64),
        offsets=np.arange(0, len(codes) + 1, 3),
        codes=codes,
        hashes=np.random.default_rng(6).integers(0, 2**31, known),
        weights=weights_of(np.bincount(codes, minlength=known), len(events)),
    )


def sets(groups: np.ndarray) -> set[frozenset[int]]:
    """Groups by the articles in them."""
    return {frozenset(np.flatnonzero(groups == g).tolist()) for g in set(groups.tolist())}


event_lists = st.lists(st.integers(0, 6), min_size=1, max_size=40)


@settings(deadline=None)
@given(events=event_lists, seed=st.integers(0, 99))
def test_articles_on_one_event_are_one_story_and_others_are_not(events, seed):
    rng = np.random.default_rng(seed)
    events = sorted(events)
    days = [10.0 * event + float(at) / 10 for at, event in enumerate(events)]
    assert sets(stories(told(rng, events, days))) == sets(np.array(events))


@settings(deadline=None)
@given(events=event_lists, seed=st.integers(0, 99), share=st.floats(0, 1))
def test_what_comes_later_joins_the_stories_that_there_are(events, seed, share):
    rng = np.random.default_rng(seed)
    articles = told(rng, events, [float(rng.integers(0, 20)) for _ in events])
    whole = stories(articles)
    known = np.where(rng.random(len(events)) < share, whole, -1)
    assert sets(stories(articles, known)) == sets(whole)


def test_an_archive_of_one_matter_tells_its_events_apart():
    rng = np.random.default_rng(4)
    events = sorted(list(range(20)) * 10)
    articles = told(rng, events, [1.0] * len(events))
    matter = rng.standard_normal(DIMENSION) * 1.6
    assert sets(stories(replace(articles, meaning=articles.meaning + matter))) == sets(
        np.array(events)
    )


def test_a_story_is_named_by_its_first_article():
    articles = told(np.random.default_rng(1), [0, 0, 1, 0], [3.0, 1.0, 2.0, 9.0])
    assert stories(articles).tolist() == [0, 1, 0, 0]


def test_the_same_event_a_year_later_is_another_story():
    rng = np.random.default_rng(2)
    articles = told(rng, [0, 0, 0], [0.0, 1.0, WINDOW_DAYS + 20])
    assert stories(articles).tolist() == [0, 0, 2]


def test_an_undated_article_is_a_story_of_its_own():
    articles = told(np.random.default_rng(3), [0, 0, 0], [1.0, 2.0, 3.0])
    undated = replace(articles, days=np.array([1.0, np.nan, 3.0]))
    assert stories(undated).tolist() == [0, 1, 0]


def test_stories_of_the_samples_are_told_across_papers(sample_archive):
    generation = sample_archive.engine.generation
    first, copies = (generation.groups[name].first for name in ("stories", "copies"))
    records = sample_archive.store.records(generation.numbers.tolist())
    titles = [records[n].article.title for n in generation.numbers.tolist()]
    bridge = {at for at, title in enumerate(titles) if "Baltimore" in title and "falls" in title}
    story = np.flatnonzero(first == first[bridge.pop()])
    assert len(story) >= 4
    assert all("Bridge" in titles[at] or "bridge" in titles[at] for at in story)
    sources = {records[n].article.source for n in generation.numbers[story].tolist()}
    assert len(sources) >= 4
    # Copies are of one story, and a story's first article is the first of its copies.
    assert (first == first[copies]).all()
    assert (copies[first] == first).all()


def test_an_archive_that_grows_keeps_its_stories_as_a_whole_build_would_tell_them(
    sample_archive, monkeypatch
):
    generation, store = sample_archive.engine.generation, sample_archive.store
    whole = grouped(generation, store)
    monkeypatch.setattr("archive.grouping._TOLD_WHOLE", 0)
    for changed in (set(), set(generation.numbers.tolist()), set(generation.numbers[::5].tolist())):
        grown = grouped(generation, store, base=generation, changed=changed)
        assert grown["stories"].tolist() == whole["stories"].tolist()


def test_words_that_no_earlier_headline_has_are_found_in_any_form():
    seen = set(terms("Ferry crews strike in Eastville"))
    title = "Striking crews of the ferry return to Eastville’s harbour"
    assert [title[a:b] for a, b in new_words(title, seen)] == ["return", "harbour"]
    assert new_words(title, set(terms(title))) == ()


def test_related_articles_say_that_they_are_of_the_same_story_and_are_no_copies(sample_archive):
    found = sample_archive.search(SearchRequest(q="key bridge baltimore", size=20)).hits
    hit = next(h for h in found if h.copies)
    view = sample_archive.article(hit.id)
    assert view.story == hit.story
    copies = {h.id for h in view.copies}
    assert view.related
    assert not {r.hit.id for r in view.related} & (copies | {hit.id})
    flags = [r.same_story for r in view.related]
    assert flags == sorted(flags, reverse=True)
    assert any(flags)
    assert view.related[0].shared


def test_judged_articles_are_measured(tmp_path, models, capsys):
    told_of = {
        "strike": "Ferry crews went on strike in Eastville harbour over pay, the union said.",
        "quake": "An earthquake of magnitude six shook the Merida coast and broke a dam wall.",
    }
    lines = [
        {
            "id": f"{event}-{at}",
            "title": f"{text[:25]} {at}",
            "text": f"{text} {more}",
            "published_at": f"2024-03-0{at + 1}",
            "event": event,
        }
        for event, text in told_of.items()
        for at, more in enumerate(("Talks failed.", "Nobody was hurt, officials said on Monday."))
    ]
    path = Path(tmp_path, "judged.jsonl")
    path.write_text("\n".join(map(json.dumps, lines)))
    with open_archive(settings_in(tmp_path / "home", models)) as archive:
        result = evaluate_stories(path, archive)
    assert result == {
        "b3_f1": 1.0,
        "b3_precision": 1.0,
        "b3_recall": 1.0,
        "articles": 4,
        "events": 2,
        "stories": 2,
    }
