"""Where an actor or a place stands among all others: counted as searches count."""

import math
from typing import get_args

import pytest
from fastapi.testclient import TestClient

from archive.authority import Authority
from archive.evidence import RULES, evidence_of
from archive.extract import governments
from archive.extract.extractor import DEMONYM
from archive.extract.places import Rule
from archive.extract.trust import NameRule
from archive.query.request import FacetFilter, SearchRequest
from archive.types import Actor, Article, Mention, Place, Record
from tests.archives import NOW
from tests.collection import places
from web.app import create_app


@pytest.fixture(scope="module")
def client(invented_archive):
    return TestClient(create_app(invented_archive))


def total(archive, *filters):
    return archive.search(SearchRequest(filters=tuple(FacetFilter(*f) for f in filters))).total


def test_counts_are_those_of_searches(invented_archive):
    profile = invented_archive.profile("actor", "Ada Marsh")
    assert profile.articles == total(invented_archive, ("actor", "ada-marsh"))
    assert profile.main == total(invented_archive, ("about", "ada-marsh"))
    for name in profile.places:
        both = total(invented_archive, ("actor", "ada-marsh"), ("place", name.value))
        assert name.count == both >= 2


def test_company_is_ordered_by_how_much_more_often_than_chance_names_meet(invented_archive):
    profile = invented_archive.profile("place", "norland")
    everything = total(invented_archive)
    strengths = [name.strength for name in profile.actors]
    assert strengths == sorted(strengths, reverse=True)
    for name in profile.actors:
        alone = total(invented_archive, ("actor", name.value))
        chance = profile.articles * alone / everything
        few = min(alone, profile.articles)
        lowered = name.count / (name.count + 1) * few / (few + 1)
        told = math.log2(name.count / chance) * lowered
        assert math.isclose(name.strength, told, abs_tol=0.001)


def test_a_place_is_not_in_the_company_of_what_it_lies_in(invented_archive):
    profile = invented_archive.profile("place", "northport.norland")
    assert {"norland", "northport.norland"}.isdisjoint(n.value for n in profile.places)
    assert [p.value for p in profile.parents][:1] == ["norland"]


def test_latest_articles_come_newest_first(invented_archive):
    profile = invented_archive.profile("actor", "ada-marsh")
    days = [hit.published.start for hit in profile.latest if hit.published]
    assert days == sorted(days, reverse=True)
    assert profile.first <= profile.last


def test_the_api_tells_of_actors_and_places(client):
    for address in ("/api/v1/actors/ada-marsh", "/api/v1/places/norland"):
        body = client.get(address).json()
        assert {"value", "label", "articles", "actors", "places", "latest"} <= set(body)
    assert client.get("/api/v1/actors/nobody").status_code == 404


def test_evidence_names_the_span_the_rule_and_the_decision(client, invented_archive):
    chosen = FacetFilter("place", "northport.norland")
    hit = invented_archive.search(SearchRequest(filters=(chosen,))).hits[0]
    body = client.get(f"/api/v1/articles/{hit.id}/evidence?facet=place").json()
    text = client.get(f"/api/v1/articles/{hit.id}").json()["text"]
    found = {item["value"]: item for item in body["evidence"]}
    [mention] = found["northport.norland"]["mentions"]
    assert text[mention["start"] : mention["end"]] == mention["surface"] == "Northport"
    assert (mention["rule"], found["northport.norland"]["decisions"]) == ("recogniser", [])
    if not found["norland"]["mentions"]:
        assert "Northport" in found["norland"]["within"]


def test_what_lies_within_is_told_once_and_of_places_named_alone():
    names = [("Norland", "place", "norland"), ("army", "country", "norland")]
    names += [("Northport", "place", "northport.norland")]
    text = "The army of Norland left Northport."
    mentions = tuple(
        Mention(text.index(n), text.index(n) + len(n), n, kind, value, n)
        for n, kind, value in names
    )
    record = Record("a", 1, 1, Article("", text, "x"), NOW, NOW, mentions=mentions)
    actors = {"norland": Actor("norland", "Norland", "country", uncertain=True)}
    known = places() | {"europe": Place("europe", "Europe", 50.0, 10.0, kind="continent")}
    found = {(e.facet, e.value): e for e in evidence_of(record, Authority([], actors), known)}
    assert found["place", "europe"].within == ("Norland", "Northport")
    assert found["actor", "norland"].uncertain
    assert not found["place", "norland"].uncertain


def test_every_rule_is_told_in_words():
    rules = {*get_args(NameRule), *get_args(Rule), DEMONYM, governments.RULE}
    assert rules == RULES.keys()


def test_every_facet_value_of_an_article_has_evidence(invented_archive):
    for hit in invented_archive.search(SearchRequest(size=20)).hits:
        shown = {e.value for e in invented_archive.evidence(hit.id) if not e.hidden}
        assert {v.value for v in (*hit.actors, *hit.places)} <= shown
