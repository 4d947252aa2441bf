"""Programs speak with a served archive by a typed client."""

import inspect
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields

import httpx
import pytest

from archive.client import Client, ClientError, Unreachable, asked, found, kept, record
from archive.client.told import Told
from archive.query.request import FACETS
from tests.archives import listening
from tests.contract import administered
from web import schemas
from web.app import create_app
from web.params import KNOWN

# What only editors, administrators and probes ask.
_NOT_FOR_READERS = ("/decisions", "/audit", "/healthz", "/readyz")


@pytest.fixture(scope="module")
def served_archive(tmp_path_factory, models):
    home = tmp_path_factory.mktemp("client") / "home"
    with (
        administered(home, models) as (archive, secret),
        listening(create_app(archive)) as port,
    ):
        yield f"http://127.0.0.1:{port}", secret


@pytest.fixture(scope="module")
def client(served_archive):
    address, secret = served_archive
    with Client(address, key=secret) as client:
        yield client


def test_all_hits_of_a_search_come_page_after_page(client):
    total = client.search("").total
    ids = [hit.id for hit in client.hits("", size=7)]
    assert len(ids) == len(set(ids)) == total == client.status().articles


def test_what_a_facet_counts_is_what_choosing_it_finds(client):
    for value in list(client.facet("place", size=2))[:3]:
        assert client.search(place=value.value).total == value.count
        assert client.search(not_place=value.value).total == client.search().total - value.count
    assert all(client.place(v.value).parents for v in client.facet("place", under="europe"))
    two = [value.value for value in client.facet("source")][:2]
    assert client.search(source=two).total == sum(client.search(source=s).total for s in two)


def test_a_syntax_tree_finds_what_its_words_find(client):
    typed = client.search("title:flood OR harbour", not_language="de", size=3)
    again = client.search(typed.query.tree, not_language="de", size=3)
    assert typed.hits == again.hits
    found = [hit.id for hit in client.hits(typed.query.tree, not_language=["de"], size=1)]
    assert len(found) == typed.total > 1


def test_what_a_search_has_beside_its_hits_is_told(client):
    assert sum(p.published for p in client.timeline("harbour").periods) > 0
    for story in client.stories("harbour"):
        assert client.search("harbour", story=story.id).total == story.count
    assert client.looser("harbour", after="2100")[0].total > 0
    assert client.suggest("ada")[0].value == "ada-marsh"


def test_an_article_is_told_whole(client):
    hit = client.search(actor="ada-marsh", mode="words").hits[0]
    article = client.article(hit.id)
    assert article.title == hit.title
    assert hit.passage.text in article.text
    assert hit.title in client.citation(hit.id, "bibtex")
    assert [v.title for v in client.versions(hit.id)] == [hit.title]
    assert client.version(hit.id, 1).text == article.text
    mention = client.mentions(hit.id, value="ada-marsh").mentions[0]
    assert mention.surface in mention.sentence
    assert mention.surface in [m.surface for m in article.mentions]
    assert "ada-marsh" in [item.value for item in client.evidence(hit.id, facet="actor")]
    assert hit.id not in [related.id for related in client.related(hit.id, size=3)]
    assert client.why(hit.id, actor="ada-marsh").is_in
    assert client.story(hit.id).articles >= 1
    assert client.actor("Ada Marsh").articles == client.search(actor="ada-marsh").total
    assert client.place("Northport").parents[0].value == "norland"
    wire = client.source("Harbour Wire")
    assert wire.articles == client.search(source="Harbour Wire").total
    assert wire.timeline == client.timeline(source="Harbour Wire")


def test_changes_go_on_from_the_last_one_seen(client):
    changes = list(client.changes())
    assert len(changes) >= client.status().articles
    assert list(client.changes(changes[-1].number)) == []
    assert list(client.changes(changes[4].number)) == changes[5:]


def test_a_whole_result_set_is_taken_away_and_asked_for_again(client):
    lines = b"".join(client.export("harbour")).splitlines()
    manifest = client.manifest("harbour")
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(manifest.ids)
    told = client.compare(manifest)
    assert (told.new, told.gone, told.total) == ((), (), manifest.count)
    with zipfile.ZipFile(io.BytesIO(b"".join(client.export(form="csv", packed=True)))) as packed:
        assert {name.rpartition(".")[2] for name in packed.namelist()} == {"csv", "json"}


def test_searches_are_saved_and_somebody_is_told_of_what_is_new(client):
    saved = client.saved.save("Harbour", "harbour", not_place="merida")
    assert saved.total == client.search("harbour", not_place="merida").total
    assert [kept.label for kept in client.saved.all()] == ["Harbour"]
    alert = client.saved.add_alert(saved.id, "mail", "desk@paper.example", pace="hour")
    client.saved.restart_alert(saved.id, alert.id)
    told = client.saved.alerts(saved.id)
    assert ([a.to for a in told.alerts], told.rate.days > 0) == (["desk@paper.example"], True)
    client.saved.end_alert(saved.id, alert.id)
    client.saved.see(saved.id)
    client.saved.remove(saved.id)
    assert list(client.saved.all()) == []


def test_articles_are_put_aside(client):
    made = client.collections.add("Harbour", "for Sunday")
    id_ = client.search("harbour").hits[0].id
    client.collections.put(made.id, id_, "the first report")
    assert client.collections.change(made.id, "Strike").total == 1
    contents = client.collections.contents(made.id)
    assert [(c.id, c.note) for c in contents.articles] == [(id_, "the first report")]
    assert id_.encode() in b"".join(client.collections.export(made.id, "csv"))
    assert httpx.get(client.collections.share(made.id)).status_code == 200
    client.collections.hide(made.id)
    client.collections.take_out(made.id, id_)
    assert [c.name for c in client.collections.all()] == ["Strike"]
    client.collections.remove(made.id)
    assert client.collections.all() == ()


def test_every_operation_for_readers_has_a_method(served_archive, client):
    address, _ = served_archive
    some = {"name": "place", "beginning": "a", "value": "norland", "number": 1, "label": "All"}
    some |= {"manifest": client.manifest(), "channel": "mail", "target": "a@paper.example"}
    some |= {"article": client.search().hits[0].id, "alert": 1}
    for room, id_ in ((client, some["article"]), (client.saved, 1), (client.collections, 1)):
        for name, method in inspect.getmembers(room, inspect.ismethod):
            if name.startswith("_") or name == "close":
                continue
            wanted = inspect.signature(method).parameters.values()
            given = {p.name for p in wanted if p.default is p.empty and p.kind is not p.VAR_KEYWORD}
            with suppress(ClientError):  # 1 may be none
                told = method(**{name: (some | {"id_": id_})[name] for name in given})
                next(told, None) if isinstance(told, Iterator) else None
    numbers = httpx.get(f"{address}/metrics").text
    asked = set(re.findall(r'requests_total\{method="(\w+)",route="([^"]+)"', numbers))
    asked |= {(method, route.replace(":path", "")) for method, route in asked}
    described = httpx.get(f"{address}/api/v1/openapi.json").json()["paths"]
    there = {(m.upper(), path) for path, methods in described.items() for m in methods}
    left = {each for each in there - asked if not any(no in each[1] for no in _NOT_FOR_READERS)}
    assert left <= {("POST", "/api/v1/search")}  # what `search` asks with a tree


def test_what_is_told_has_the_fields_of_the_api():
    nouns = [
        noun
        for module in (found, record, kept)
        for noun in vars(module).values()
        if inspect.isclass(noun) and issubclass(noun, Told) and noun is not Told
    ]
    assert len(nouns) > 40
    for noun in nouns:
        described = getattr(schemas, f"{noun.__name__}Body").model_fields
        assert {field.name for field in fields(noun)} - {"told"} <= set(described), noun


def test_every_parameter_of_a_search_and_of_a_list_has_a_type(served_archive):
    named = {f"-{facet}": f"not_{facet}" for facet in FACETS}
    known = {named.get(name, name.replace("-", "_")) for name in KNOWN - {"q"}}
    assert set(asked.Asked.__annotations__) == known
    address, _ = served_archive
    told = httpx.get(f"{address}/api/v1/openapi.json").json()["paths"]["/api/v1/facets"]["get"]
    of_lists = {p["name"] for p in told["parameters"]} - KNOWN - {"name"}
    assert set(asked.Listed.__annotations__) - known == of_lists


def test_what_is_wrong_is_said(served_archive, client):
    address, _ = served_archive
    with pytest.raises(ClientError, match="no filter") as refused:
        client.search("x", plaec="sudan")
    assert (refused.value.status, refused.value.field) == (400, "plaec")
    with pytest.raises(ClientError) as missing:
        client.article("aaaaaaaaaaaa")
    assert missing.value.status == 404
    with pytest.raises(ClientError):
        client.article("../status")
    with Client(address) as stranger, pytest.raises(ClientError) as nobody:
        stranger.collections.all()
    assert nobody.value.status == 401
    with Client("http://127.0.0.1:9") as nowhere, pytest.raises(Unreachable):
        nowhere.status()


def test_it_waits_where_it_asked_too_often_and_knows_a_file_that_breaks_off():
    calls = []

    async def busy(scope, receive, send):
        calls.append(scope["path"])
        status = 429 if len(calls) < 3 else 200
        headers = [(b"retry-after", b"0"), (b"content-length", b"10")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"half of"})
        raise ConnectionError

    with (
        listening(busy) as port,
        Client(f"http://127.0.0.1:{port}") as client,
        pytest.raises(Unreachable),
    ):
        list(client.export())
    assert calls == ["/api/v1/export"] * 3
