"""The JSON API: what it promises to programs, and how it says no."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.query.request import FacetFilter, SearchRequest
from archive.search.wire import plain
from indexes.names import fold
from web import asked as bodies
from web import schemas
from web.schemas import (
    ArticleBody,
    FacetBody,
    LooserSearchesBody,
    MentionsBody,
    RelatedArticlesBody,
    SearchBody,
    StoriesBody,
    StoryBody,
    SuggestionsBody,
    TimelineBody,
)

OPERATIONS = Path(__file__).parent / "operations.txt"
ODD = (
    "' OR 1=1 --", '"', "((((", "))))", "AND", "NOT", "a AND", "OR b", "-", "--", "*", "?*", "a*b",
    "title:", 'actor:"', "date:", "date:9999", "date:..", "after:never", "~5", '"a b"~',
    '"a b"~99999', "🦊🦊", "שלום", "مرحبا بالعالم", "中文新闻", "\u202eright to left", "%00", "\\",
    "<script>alert(1)</script>", "{{7*7}}", "${x}", "../../etc/passwd", "a:b:c",
    "http://example.org/?q=1", "NEAR/5", "[a TO b]", "field:(a OR b)", "é" * 1500,
    "(" * 500 + "a", "a " * 900, "\t\n", '+-&|!(){}[]^"~*?:\\/',
)  # fmt: skip


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def description(client):
    return client.get("/api/v1/openapi.json").json()


def test_operations_keep_their_names_by_which_generated_clients_call_them(description):
    told = {
        (told["operationId"], method.upper(), path)
        for path, methods in description["paths"].items()
        for method, told in methods.items()
    }
    # A change of this file is a change for every program: what is written down here stays.
    kept = {tuple(line.split()) for line in OPERATIONS.read_text("utf-8").splitlines()}
    assert told == kept
    names = [name for name, *_ in told]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


def test_every_operation_says_what_it_is_about_and_how_it_refuses(description):
    tags = {tag["name"] for tag in description["tags"]}
    for path, methods in description["paths"].items():
        for told in methods.values():
            assert len(told["tags"]) == 1, path
            assert set(told["tags"]) <= tags
            assert told["summary"], path
            assert told["description"], path
            refusals = {s: r["content"] for s, r in told["responses"].items() if s >= "400"}
            assert {"401", "403", "429"} <= set(refusals), path
            if told.get("parameters") or "requestBody" in told:
                assert "400" in refusals, path
            for content in refusals.values():
                schema = content["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemBody"}
    assert "HTTPValidationError" not in description["components"]["schemas"]


def test_every_answer_body_and_parameter_is_described_by_an_example(description):
    shapes = description["components"]["schemas"]
    for path, methods in description["paths"].items():
        for told in methods.values():
            for each in told.get("parameters", []):
                schema = each["schema"]
                is_plain = "enum" in schema or "$ref" in schema or schema.get("default")
                is_told = schema.get("default") is False or each["name"] == "cursor"
                assert is_plain or is_told or schema["examples"], (path, each["name"])
            if "requestBody" in told:
                schema = told["requestBody"]["content"]["application/json"]["schema"]
                name = schema["$ref"].rsplit("/")[-1]
                for example in shapes[name]["examples"]:
                    getattr(bodies, name).model_validate(example)
            for status, answer in told["responses"].items():
                shown = answer.get("content", {}).get("application/json")
                if status < "300" and shown:
                    name = shown["schema"]["$ref"].rsplit("/")[-1]
                    getattr(schemas, name).model_validate(shown["example"])


def test_a_search_answers_the_contract(client):
    answer = client.get("/api/v1/search", params={"q": "ceasefire negotiations"}).json()
    SearchBody.model_validate(answer)
    assert answer["total"] >= 3
    hit = answer["hits"][0]
    assert {"value", "precision", "origin"} <= set(hit["published"])
    assert hit["passage"]["text"]
    assert {"actor", "place", "date", "source"} <= set(answer["facets"])


def test_any_article_of_a_story_leads_to_all_of_it(client):
    hits = client.get("/api/v1/search", params={"q": "bridge baltimore"}).json()["hits"]
    hit = next(h for h in hits if h["story"] and h["copies"])
    story = client.get(f"/api/v1/stories/{hit['id']}").json()
    StoryBody.model_validate(story)
    assert (story["id"], story["articles"]) == (hit["story"]["id"], hit["story"]["articles"])
    told = [t["id"] for t in story["tellings"]]
    told += [copy["id"] for t in story["tellings"] for copy in t["copies"]]
    found = client.get("/api/v1/search", params={"story": hit["id"], "size": 100}).json()
    assert sorted(told) == sorted(h["id"] for h in found["hits"])
    copies = client.get("/api/v1/search", params={"copies-of": hit["id"], "size": 100}).json()
    assert copies["total"] == hit["copies"]["articles"]
    assert len({h["source"] for h in copies["hits"]}) == hit["copies"]["sources"]
    for value in story["actors"][:3]:
        asked = {"story": hit["id"], "actor": value["value"]}
        assert client.get("/api/v1/search", params=asked).json()["total"] == value["count"]
    assert client.get("/api/v1/stories/aaaaaaaaaaaa").status_code == 404


def test_a_facets_value_is_what_its_filter_takes(client):
    answer = client.get("/api/v1/search", params={"q": "ceasefire"}).json()
    for facet in ("actor", "place", "date", "source"):
        for value in answer["facets"][facet][:3]:
            chosen = client.get("/api/v1/search", params={"q": "ceasefire", facet: value["value"]})
            assert chosen.json()["total"] == value["count"]
            without = client.get(
                "/api/v1/search", params={"q": "ceasefire", f"-{facet}": value["value"]}
            )
            assert without.json()["total"] == answer["total"] - value["count"]


def test_following_next_meets_every_article_once(client):
    seen, cursor = [], None
    while True:
        params = {"size": 7} | ({"cursor": cursor} if cursor else {})
        answer = client.get("/api/v1/search", params=params).json()
        seen += [hit["id"] for hit in answer["hits"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == answer["total"]


@pytest.mark.parametrize("order", ["count", "name"])
def test_following_next_meets_every_value_of_a_facet_once(client, order):
    asked = {"q": "ceasefire", "name": "place", "order": order, "size": 9}
    answer, values = client.get("/api/v1/facets", params=asked), []
    first = answer.json()
    FacetBody.model_validate(first)
    for _ in range(50):
        told = answer.json()
        assert told["position"] == len(values)
        values += told["values"]
        links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", "")))
        following = {way: target for target, way in links.items()}
        assert ("next" in following) == bool(told["next"])
        if "next" not in following:
            break
        answer = client.get(following["next"])
    before = client.get(following["prev"]).json()
    assert before["values"][-1] == values[told["position"] - 1]
    assert len(values) == len({v["value"] for v in values}) == first["total"] > 20
    by = {"count": lambda v: (-v["count"], fold(v["label"])), "name": lambda v: fold(v["label"])}
    assert values == sorted(values, key=by[order])


def test_a_facets_list_is_searched_and_its_cursor_is_of_that_list(client):
    whole = client.get("/api/v1/facets", params={"name": "place", "size": 100}).json()
    asked = {"name": "place", "find": "AN", "size": 100}
    found = client.get("/api/v1/facets", params=asked).json()
    labels = {v["label"] for v in found["values"]}
    assert {v["label"] for v in whole["values"] if "an" in fold(v["label"])} <= labels
    assert found["total"] < whole["total"]
    told = client.get("/api/v1/facets", params={**asked, "size": 2}).json()
    assert told["values"] == found["values"][:2]
    begun = client.get("/api/v1/facets", params={"name": "place", "initial": "s"}).json()
    assert all(fold(v["label"]).startswith("s") for v in begun["values"])
    other = client.get("/api/v1/facets", params={**asked, "find": "e", "cursor": told["next"]})
    assert (other.status_code, other.json()["field"]) == (400, "cursor")


def test_articles_facets_and_suggestions_answer_what_is_described(client):
    hit = client.get("/api/v1/search", params={"q": "earthquake"}).json()["hits"][0]
    article = client.get(f"/api/v1/articles/{hit['id']}").json()
    ArticleBody.model_validate(article)
    for mention in article["mentions"]:
        text = article[mention["field"]]
        assert text[mention["start"] : mention["end"]] == mention["surface"]
    FacetBody.model_validate(client.get("/api/v1/facets", params={"name": "place"}).json())
    found = client.get("/api/v1/suggest", params={"q": "sud"}).json()
    SuggestionsBody.model_validate(found)
    assert "Sudan" in [s["label"] for s in found["suggestions"]]


def test_what_a_page_shows_of_a_search_programs_can_ask_for(client, sample_archive):
    request = SearchRequest(q="ceasefire", filters=(FacetFilter("language", "en"),))
    asked = {"q": "ceasefire", "language": "en"}
    total = client.get("/api/v1/search", params=asked).json()["total"]
    timeline = client.get("/api/v1/timeline", params=asked).json()
    TimelineBody.model_validate(timeline)
    assert timeline == plain(sample_archive.timeline(request))
    assert 0 < sum(p["published"] for p in timeline["periods"]) <= total
    stories = client.get("/api/v1/stories", params=asked).json()
    StoriesBody.model_validate(stories)
    for story in stories["stories"]:
        chosen = client.get("/api/v1/search", params=asked | {"story": story["id"]}).json()
        assert chosen["total"] == story["count"]


def test_a_search_without_hits_says_what_it_could_give_up(client):
    asked = {"q": "ceasefire", "place": "sudan", "after": "2100"}
    assert client.get("/api/v1/search", params=asked).json()["total"] == 0
    told = client.get("/api/v1/looser", params=asked).json()
    LooserSearchesBody.model_validate(told)
    assert "after:2100" in [less["without"] for less in told["looser"]]
    for less in told["looser"]:
        assert client.get(less["href"]).json()["total"] == less["total"] > 0
        posted = client.post("/api/v1/search", json=less["request"]).json()
        assert posted["total"] == less["total"]


def test_names_and_times_of_an_article_come_with_the_sentence_they_stand_in(client):
    hit = client.get("/api/v1/search", params={"q": "earthquake"}).json()["hits"][0]
    article = client.get(f"/api/v1/articles/{hit['id']}").json()
    told = client.get(f"/api/v1/articles/{hit['id']}/mentions").json()
    MentionsBody.model_validate(told)
    assert len(told["mentions"]) == len(article["mentions"]) > 0
    assert len(told["dates"]) == len(article["dates"])
    for mention in (*told["mentions"], *told["dates"]):
        assert mention["surface"] in mention["sentence"]
        assert mention["sentence"] in article[mention["field"]]
    place = article["places"][0]
    asked = {"facet": "place", "value": place["value"]}
    of_place = client.get(f"/api/v1/articles/{hit['id']}/mentions", params=asked).json()
    assert len(of_place["mentions"]) == place["mentions"]


def test_more_articles_than_a_page_shows_can_be_asked_to_go_with_one(client):
    hit = client.get("/api/v1/search", params={"q": "ceasefire"}).json()["hits"][0]
    article = client.get(f"/api/v1/articles/{hit['id']}").json()
    path = f"/api/v1/articles/{hit['id']}/related"
    told = client.get(path, params={"size": len(article["related"])}).json()
    RelatedArticlesBody.model_validate(told)
    assert told["related"] == article["related"]
    assert client.get(path, params={"size": 1}).json()["related"] == told["related"][:1]


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("/api/v1/search?acter=x", 400, "acter"),
        ("/api/v1/search?size=0", 400, "size"),
        ("/api/v1/search?mode=telepathy", 400, "mode"),
        ("/api/v1/search?after=20024", 400, "after"),
        ("/api/v1/search?cursor=abc", 400, "cursor"),
        ("/api/v1/facets?name=colour", 400, "name"),
        ("/api/v1/articles/nothing", 404, None),
        ("/api/v1/nothing", 404, None),
    ],
)
def test_what_cannot_be_answered_is_a_problem_in_words(client, address, status, field):
    response = client.get(address)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem.get("field")) == (status, field)
    assert problem["detail"]


def test_a_query_of_100_000_characters_is_refused_in_words(server):
    # httpx makes no address as long as that.
    address = f"{server}/api/v1/search?q={'x' * 100_000}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)
    with refused.value as response:
        assert response.status == 400
        assert "100,000 characters" in json.load(response)["detail"]


def test_a_search_that_is_posted_is_the_one_that_is_addressed(client):
    asked = {"q": "ceasefire -place:Sudan date:2020..", "sort": "newest", "size": 3}
    got = client.get("/api/v1/search", params=asked).json()
    posted = client.post("/api/v1/search", json=asked).json()
    assert posted == got


def test_the_tree_of_an_answer_finds_the_same_again(client):
    first = client.get(
        "/api/v1/search", params={"q": "title:(ceasefire OR truce) date:2020..", "size": 2}
    ).json()
    assert first["query"]["tree"]["type"] == "and"
    again = client.post("/api/v1/search", json={"tree": first["query"]["tree"], "size": 2}).json()
    SearchBody.model_validate(again)
    assert [hit["id"] for hit in again["hits"]] == [hit["id"] for hit in first["hits"]]
    assert again["total"] == first["total"]
    assert again["query"]["tree"] == first["query"]["tree"]
    further = {"tree": first["query"]["tree"], "size": 2, "cursor": again["next"]}
    assert again["next"] is None or client.post("/api/v1/search", json=further).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tree": {"type": "wrod", "text": "x"}}, "tree"),
        ({"tree": {"type": "word"}}, "tree.text"),
        ({"tree": {"type": "and", "parts": [{"type": "phrase", "text": 5}]}}, "tree.parts.0.text"),
        ({"tree": {"type": "not", "part": {"type": "word", "text": "a b"}}}, "tree.part"),
        ({"tree": {"type": "word", "text": "x"}, "q": "y"}, "tree"),
        ({"q": "x", "size": 0}, "size"),
        ({"colour": "red"}, "colour"),
        ({"filters": [{"facet": "place"}]}, "filters.0.value"),
        ({"filters": [{"facet": "colour", "value": "red"}]}, "colour"),
        ([1, 2], "body"),
    ],
)
def test_a_posted_search_that_cannot_be_made_says_where(client, body, field):
    response = client.post("/api/v1/search", json=body)
    assert response.status_code == 400
    assert response.json()["field"] == field
    assert response.json()["detail"]


def test_a_bottomless_body_is_refused(client):
    deep = '{"tree":' + '{"type":"not","part":' * 40_000
    for body in (deep, deep + '{"type":"all"}' + "}" * 40_001, "{", ""):
        headers = {"content-type": "application/json"}
        assert client.post("/api/v1/search", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("page", ["/", "/api/v1/search"])
def test_nothing_typed_breaks_a_search(client, page, text):
    assert client.get(page, params={"q": text}).status_code == 200


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_breaks_a_search(client, text):
    assert client.get("/", params={"q": text}).status_code == 200
    assert client.get("/api/v1/suggest", params={"q": text}).status_code == 200


def test_probes_say_whether_it_runs_and_whether_it_can_search(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_pages_and_api_count_alike(client):
    total = client.get("/api/v1/search", params={"q": "earthquake"}).json()["total"]
    assert f"{total} articles for" in client.get("/", params={"q": "earthquake"}).text


def test_what_is_typed_is_shown_as_text(client):
    page = client.get("/", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page


def test_nothing_from_elsewhere_may_run_in_a_page(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
