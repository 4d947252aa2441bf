"""Every result can say why it is one, and every other article why it is not."""

import json
from dataclasses import replace

import httpx
import pytest
from hypothesis import given

from archive.errors import NotFound
from archive.query.request import Count, FacetFilter, Mode, SearchRequest
from tests.archives import run
from tests.test_result_sets import ids, requests, some
from web.schemas import WhyBody


@some
@given(request=requests)
def test_why_agrees_with_the_search(invented_archive, request):
    every = replace(request, size=100, count=Count.ARTICLES)
    members = set(ids(invented_archive, every))
    everyone = [record.id for record in invented_archive.store.scan()]
    for id_ in [*everyone[::25], *sorted(members)[:3]]:
        told = invented_archive.why(request, id_)
        assert told.is_in == (id_ in members)
        assert told.verdict
        if told.parts:
            assert told.score == pytest.approx(told.parts.words + told.parts.meaning, abs=1e-5)


def test_a_hits_score_is_the_sum_of_its_parts(invented_archive):
    for hit in invented_archive.search(SearchRequest(q="harbour wages flood", size=100)).hits:
        assert hit.score == pytest.approx(hit.parts.words + hit.parts.meaning, abs=1e-5)


def test_a_filter_that_keeps_an_article_out_is_named(invented_archive):
    found = invented_archive.search(SearchRequest(q="ferry", mode=Mode.WORDS)).hits[0]
    request = SearchRequest(
        q="ferry", filters=(FacetFilter("source", "No Such Paper"),), after="2020"
    )
    told = invented_archive.why(request, found.id)
    assert not told.is_in
    assert "filtered out by “source: No Such Paper”" in told.verdict
    assert {v.filter for v in told.filters if not v.passes} >= {"source: No Such Paper"}


def test_words_that_are_missing_and_the_distance_to_the_cut_off_are_told(invented_archive):
    request = SearchRequest(q="ferry zeppelin")
    grain = invented_archive.search(SearchRequest(q="wheat", mode=Mode.WORDS)).hits[0]
    told = invented_archive.why(request, grain.id)
    assert not told.is_in
    assert "lacks “ferry”, “zeppelin”" in told.verdict
    assert "below the cut-off" in told.verdict
    assert told.similarity < told.cutoff


def test_an_article_that_the_archive_does_not_have_is_not_found(invented_archive):
    with pytest.raises(NotFound):
        invented_archive.why(SearchRequest(q="ferry"), "aaaaaaaaaaaa")


def test_command_line_and_api_tell_the_same(server, sample_archive):
    found = sample_archive.search(SearchRequest(q="ceasefire")).hits[0]
    params = {"q": "ceasefire", "-place": "sudan"}
    answer = httpx.get(f"{server}/api/v1/articles/{found.id}/why", params=params, timeout=30)
    told = WhyBody.model_validate(answer.json())
    assert not told.is_in
    assert "not place: sudan" in told.verdict
    said = run(
        sample_archive.settings, "why", found.id, "ceasefire", "--exclude", "place=sudan", "--json"
    )
    assert json.loads(said.stdout) == answer.json()
    assert said.returncode == 1
    shown = run(sample_archive.settings, "why", found.id, "ceasefire")
    assert shown.returncode == 0
    assert "found: it has “ceasefire”" in shown.stdout
