"""How answers travel and what is to be seen of a server: tags, packing, other sites, times."""

import gzip
import json
import logging
import re
from xml.etree import ElementTree

import httpx
import pytest

from archive.core import Archive
from archive.settings import Settings
from archive.types import Role, Scope
from tests.archives import served
from tests.people import PASSWORD, browser


@pytest.fixture(scope="module")
def client(sample_archive):
    return browser(sample_archive)


@pytest.fixture(scope="module")
def told(sample_archive):
    """The same archive, open to pages of another site, with a log of its requests."""
    home = sample_archive.settings.home
    settings = Settings(home=home, cors_origins="https://desk.example", log_requests=True)
    with Archive(settings) as archive:
        yield browser(archive)


@pytest.mark.parametrize(
    "address", ["/?q=bridge", "/api/v1/search?q=bridge", "/about", "/facets/actor", "/timeline"]
)
def test_what_has_not_changed_is_not_sent_again(client, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get(address, headers={"If-None-Match": 'W/"another"'})
    assert (other.status_code, other.text) == (200, first.text)


@pytest.mark.parametrize("address", ["/?q=bridge", "/api/v1/search?q=bridge", "/nowhere"])
def test_whoever_wants_the_head_alone_is_told_what_the_whole_answer_would_be(client, address):
    whole, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("content-type", "etag", "content-security-policy"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/api/v1/search", "GET, HEAD, POST"),
        ("/api/v1/collections/1", "GET, HEAD, PUT, DELETE"),
        ("/api/v1/saved/1/seen", "POST"),
        ("/about", "GET, HEAD"),
    ],
)
def test_a_method_that_an_address_has_not_is_answered_by_those_it_has(client, address, allowed):
    refused = client.patch(address)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)


def test_answers_travel_packed_but_pages_for_somebody_do_not(client):
    size = {"Accept-Encoding": "gzip"}
    with client.stream("GET", "/?q=bridge", headers=size) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert b"bridge" in gzip.decompress(raw)
    known = size | {"Cookie": "archive-session=anything"}
    assert "content-encoding" not in client.get("/?q=bridge", headers=known).headers


def test_pages_of_other_sites_may_ask_the_api_where_a_setting_says_so(client, told):
    for origin, allowed in (("https://desk.example", True), ("https://other.example", False)):
        answer = told.get("/api/v1/search?q=bridge", headers={"Origin": origin})
        assert ("access-control-allow-origin" in answer.headers) == allowed
        assert "access-control-allow-credentials" not in answer.headers
        page = told.get("/?q=bridge", headers={"Origin": origin})
        assert "access-control-allow-origin" not in page.headers
    answer = client.get("/api/v1/search", headers={"Origin": "https://desk.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_a_request_has_a_name_and_tells_how_long_each_stage_took(client):
    answer = client.get("/api/v1/search?q=bridge", headers={"X-Request-Id": "desk-7"})
    assert answer.headers["x-request-id"] == "desk-7"
    stages = dict(re.findall(r"(\w+);dur=([\d.]+)", answer.headers["server-timing"]))
    assert {"match", "rank", "facets", "total"} <= set(stages)
    assert float(stages["total"]) > 0
    for bad in ("", "a b", "x" * 65, "a\tb"):
        given = client.get("/about", headers={"X-Request-Id": bad}).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{16}", given)


def test_the_log_tells_of_a_request_but_not_what_was_looked_for(told, caplog):
    with caplog.at_level(logging.INFO, "archive.requests"):
        told.get("/articles/secret-thing?q=whistleblower", headers={"X-Request-Id": "desk-8"})
    (line,) = [r.message for r in caplog.records if "desk-8" in r.message]
    assert json.loads(line)["route"] == "/articles/{id_}"
    assert json.loads(line)["status"] == 404
    assert "secret-thing" not in line
    assert "whistleblower" not in line


def test_numbers_for_prometheus_tell_of_requests_and_of_what_is_held(client, sample_archive):
    client.get("/?q=bridge")
    text = client.get("/metrics").text
    articles = sample_archive.status().articles
    assert f'archive_holds{{what="articles"}} {float(articles)}' in text
    assert re.search(r'archive_requests_total\{method="GET",route="/",status="200"\} \d', text)
    assert 'archive_search_stage_seconds_total{stage="match"}' in text
    assert "bridge" not in text


def test_a_page_of_results_leads_to_the_pages_beside_it(client):
    answer = client.get("/api/v1/search?size=5")
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])
    links = {way: target for target, way in found}
    assert list(links) == ["next"]
    following = client.get(links["next"])
    assert following.json()["position"] == 5
    assert 'rel="prev"' in following.headers["link"]


def test_browsers_can_take_the_archive_as_a_search_engine(client):
    page = client.get("/").text
    assert 'rel="search"' in page
    root = ElementTree.fromstring(client.get("/opensearch.xml").text)
    (url,) = root.findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    asked = url.get("template").replace("{searchTerms}", "bridge")
    assert "for <q>bridge</q>" in client.get(asked).text


def test_the_processes_of_a_server_count_together(archive, monkeypatch):
    archive.accounts.add("reader", Role.READER, PASSWORD, by="Eve")
    _, secret = archive.keys.make("reader", "desk", [Scope.READ], by="Eve")
    monkeypatch.setenv("ARCHIVE_KEY_LIMIT", "20/hour")
    with served(archive.settings, "--processes", "2") as address:
        shown = {"Authorization": f"Bearer {secret}"}
        at = f"{address}/api/v1/status"
        asked = [httpx.get(at, headers=shown, timeout=60) for _ in range(25)]
        told = {
            line
            for _ in range(5)
            for line in httpx.get(f"{address}/metrics").text.splitlines()
            if 'route="/api/v1/status",status=' in line
        }
    assert [answer.status_code for answer in asked] == [200] * 20 + [429] * 5
    counts = {re.sub(r".*status=", "", line) for line in told}
    assert counts == {'"200"} 20.0', '"429"} 5.0'}


def test_invented_methods_are_counted_as_one(client):
    for name in ("BREW", "STEEP", "POUR"):
        client.request(name, "/about")
    numbers = client.get("/metrics").text
    assert 'method="other"' in numbers
    assert "BREW" not in numbers


def test_an_answer_to_a_bug_is_guarded_and_counted_like_others(client, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Archive, "suggest", broken)
    answer = client.get("/api/v1/suggest?prefix=a")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["title"] == "Internal Server Error"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-Id"]
    assert re.search(r'route="/api/v1/suggest",status="500"', client.get("/metrics").text)
