"""Actor and meaning in one passage: articles of several passages, some of which have both."""

from dataclasses import replace

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.chunk import passages_of
from archive.core import open_archive
from archive.query.request import Count, FacetFilter, Mode, SearchRequest
from archive.types import Article, Mention, RawDocument
from tests.archives import NOW, settings_in
from tests.collection import PLACES, enriched, places
from web.app import create_app

PARAGRAPHS = (
    "Dock workers at the harbour refused to unload the ships and demanded higher wages. ",
    "Rescuers in boats took families from flooded streets after the river broke its banks. ",
    "Astronomers pointed the new telescope at a comet and measured the light of its tail. ",
)
ASKED = ("harbour wages strike", "people rescued from the flood", "a telescope sees a comet")
PEOPLE = ("Ada Marsh", "Bruno Keller")
TOWNS = tuple(PLACES)[:2]


def made(at):
    """An article of three passages; each names one person, one town, or nobody."""
    parts, mentions = [], []
    for number, sentence in enumerate(PARAGRAPHS):
        choice = (at // 3**number) % 3
        person, town = (PEOPLE[choice], TOWNS[(choice + at) % 2]) if choice < 2 else ("", "")
        start = sum(len(p) + 2 for p in parts)
        opening = f"{person} spoke in {places()[town].label}. " if person else ""
        if person:
            value = person.lower().replace(" ", "-")
            mentions.append(Mention(start, start + len(person), person, "person", value, person))
            label = places()[town].label
            begin = start + opening.index(label)
            mentions.append(Mention(begin, begin + len(label), label, "place", town, label))
        parts.append((opening + sentence * 14).strip())
    key = f"https://news.example.org/together/{at}"
    return Article("A report", "\n\n".join(parts), f"made/{at}", key=key), tuple(mentions)


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("together"), models)) as archive:
        with archive.store.writing() as writer:
            for at in range(27):
                article, mentions = made(at)
                raw = RawDocument(article.text.encode(), "plain", article.origin)
                passages = passages_of(article, archive.embedder)
                assert len(passages) >= len(PARAGRAPHS)
                writer.add(enriched(article, mentions, passages), raw, now=NOW)
        archive.indexer.refresh()
        yield archive


def found(archive, request):
    return {hit.id for hit in archive.search(replace(request, size=100)).hits}


chosen = st.sets(
    st.sampled_from(
        [FacetFilter("actor", p.lower().replace(" ", "-")) for p in PEOPLE]
        + [FacetFilter("place", t) for t in (*TOWNS, "norland")]
        + [FacetFilter("actor", "ada-marsh", exclude=True)]
    ),
    max_size=3,
).map(lambda found: tuple(sorted(found, key=repr)))
requests = st.builds(
    SearchRequest,
    q=st.sampled_from(ASKED),
    mode=st.sampled_from([Mode.BOTH, Mode.MEANING]),
    filters=chosen,
    together=st.just(True),
    count=st.sampled_from([Count.ARTICLES, Count.STORIES]),
)
some = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@some
@given(request=requests)
def test_found_is_what_has_a_near_passage_with_every_name(archive, request):
    engine = archive.engine
    generation = engine.generation
    vector = archive.embedder.queries([request.q])[0]
    wanted = {}
    for f in request.filters:
        if not f.exclude:
            wanted.setdefault(f.facet, set()).add(f.value)
    shunned = {f.value for f in request.filters if f.exclude}
    expected = set()
    records = {record.number: record for record in archive.store.scan(batch=50)}
    for article in range(len(generation.numbers)):
        record = records[int(generation.numbers[article])]
        if shunned & {m.value for m in record.mentions}:
            continue
        own = generation.passages_of(article)
        near = generation.dense.vectors(own) @ vector >= engine.calibration.cutoff
        for passage in own[np.flatnonzero(near)]:
            start, end = generation.passage_spans[passage]
            named = {m.value for m in record.mentions if m.start < end and m.end > start}
            around = {p for v in named if v in places() for p in places()[v].parents}
            if all(values & (named | around) for values in wanted.values()):
                expected.add(record.id)
    assert found(archive, replace(request, count=Count.ARTICLES)) == expected


@some
@given(request=requests, facet=st.sampled_from(["actor", "place", "about", "source"]))
def test_the_count_beside_a_value_is_the_total_of_choosing_it(archive, request, facet):
    own = tuple(f for f in request.filters if f.facet != facet or f.exclude)
    for value in archive.search(request).facets[facet]:
        if value.chosen != "exclude":
            asked = replace(request, filters=(*own, FacetFilter(facet, value.value)))
            assert archive.search(asked).total == value.count, value


@some
@given(request=requests)
def test_one_passage_is_a_part_of_the_whole_result(archive, request):
    request = replace(request, count=Count.ARTICLES)  # a story may be told by another article
    assert found(archive, request) <= found(archive, replace(request, together=False))


def test_a_name_in_another_passage_is_not_enough(archive):
    filters = (FacetFilter("actor", "ada-marsh"),)
    request = SearchRequest(q=ASKED[0], mode=Mode.MEANING, filters=filters)
    apart, together = (found(archive, replace(request, together=t)) for t in (False, True))
    assert 0 < len(together) < len(apart)


def test_the_passage_shown_names_what_was_chosen(archive):
    filters = (FacetFilter("actor", "bruno-keller"),)
    for q in ASKED:
        answer = archive.search(SearchRequest(q=q, filters=filters, together=True, size=100))
        assert answer.hits
        assert all("Bruno Keller" in hit.passage.text for hit in answer.hits)


def test_why_says_that_no_passage_has_both(archive):
    filters = (FacetFilter("actor", "ada-marsh"),)
    request = SearchRequest(q=ASKED[0], mode=Mode.MEANING, filters=filters, together=True)
    left_out = found(archive, replace(request, together=False)) - found(archive, request)
    why = archive.why(request, sorted(left_out)[0])
    assert not why.is_in
    assert "in one passage" in why.verdict


def test_words_alone_leave_the_option_aside_and_say_so(archive):
    request = SearchRequest(q="harbour", mode=Mode.WORDS, together=True)
    answer = archive.search(request)
    assert answer.total == archive.search(replace(request, together=False)).total
    assert any("in one passage" in notice.message for notice in answer.notices)


def test_the_page_offers_it_where_names_are_chosen(archive):
    client = TestClient(create_app(archive))
    asked = "/?q=harbour+wages+strike&actor=ada-marsh"
    assert "All in one passage" in client.get(asked).text
    assert "All in one passage" not in client.get("/?q=harbour+wages+strike").text
    chosen = client.get(f"{asked}&together=1").text
    assert "(chosen)" in chosen
    total = client.get(f"/api/v1/search?{asked.partition('?')[2]}&together=1").json()["total"]
    assert f"{total} article" in chosen
