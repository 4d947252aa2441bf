"""Articles are put aside in collections, with notes, and shared by link."""

import csv
import io
import json

import pytest

from archive.accounts import Accounts
from archive.collections import Collections
from archive.core import open_archive
from archive.errors import InputError, NotFound
from archive.query.request import SearchRequest
from archive.store import Store
from archive.types import RawDocument, Role, Scope
from tests.archives import NOW, settings_in, store_invented
from tests.collection import enriched, invented
from tests.people import browser, csrf, enrol, send, sign_in, signed_in, zip_of
from web.schemas import ContentsBody


@pytest.fixture
def kept(store_url):
    """Collections of a store with three articles, two accounts, and the articles' ids."""
    with Store.open(store_url) as store:
        with store.writing() as writer:
            ids = [
                writer.add(
                    enriched(article, mentions, ()),
                    RawDocument(article.text.encode(), "plain", article.origin),
                    now=NOW,
                ).id
                for article, mentions in invented(3)
            ]
            eve, adam = (
                writer.accounts.add(name, Role.READER, "hashed", now=NOW)
                for name in ("eve", "adam")
            )
        yield Collections(store), eve, adam, ids, store


def test_articles_are_put_in_noted_and_taken_out_in_order(kept):
    collections, eve, _, ids, store = kept
    made = collections.add(eve, "  Harbour   strike ", "to read")
    assert (made.name, made.note, made.articles) == ("Harbour strike", "to read", 0)
    assert collections.add(eve, "a\x00b", "c\x00d").name == "a b"
    for id_ in (ids[2], ids[0], ids[1]):
        collections.put(eve, made.id, id_, f"why {id_}")
    collections.put(eve, made.id, ids[0], "better put")
    contents = collections.contents(eve, made.id)
    by_number = store.ids([c.number for c in contents.articles])
    found = [(by_number[c.number], c.note) for c in contents.articles]
    assert found == [(ids[2], f"why {ids[2]}"), (ids[0], "better put"), (ids[1], f"why {ids[1]}")]
    assert contents.collection.articles == 3
    collections.take_out(eve, made.id, ids[0])
    collections.take_out(eve, made.id, ids[0])
    assert [c.articles for c in collections.all(eve)] == [2, 0]
    with pytest.raises(NotFound):
        collections.put(eve, made.id, "aaaaaaaaaaaa")


def test_nobody_else_reads_or_changes_one_that_is_not_shared(kept):
    collections, eve, adam, ids, _ = kept
    made = collections.add(eve, "Mine")
    for act in (
        lambda: collections.contents(adam, made.id),
        lambda: collections.put(adam, made.id, ids[0]),
        lambda: collections.take_out(adam, made.id, ids[0]),
        lambda: collections.change(adam, made.id, "His", ""),
        lambda: collections.share(adam, made.id),
        lambda: collections.remove(adam, made.id),
        lambda: collections.shared(""),
        lambda: collections.shared("None"),
    ):
        with pytest.raises(NotFound):
            act()
    assert collections.all(adam) == ()
    assert [c.name for c in collections.all(eve)] == ["Mine"]


def test_a_link_reads_until_it_is_ended_or_made_anew(kept):
    collections, eve, _, ids, _ = kept
    made = collections.add(eve, "Shared")
    collections.put(eve, made.id, ids[0])
    first = collections.share(eve, made.id)
    assert len(collections.shared(first).articles) == 1
    second = collections.share(eve, made.id)
    collections.hide(eve, made.id)
    for token in (first, second):
        with pytest.raises(NotFound):
            collections.shared(token)


def test_a_collection_goes_with_its_account_and_a_visitors_comes_along(kept):
    collections, eve, _, ids, store = kept
    with store.writing() as writer:
        visitor = writer.accounts.add(None, Role.READER, None, now=NOW)
    made = collections.add(visitor, "On the way")
    collections.put(visitor, made.id, ids[0])
    with store.writing() as writer:
        writer.accounts.take_over(visitor, eve)
    assert collections.contents(eve, made.id).collection.articles == 1
    Accounts(store).remove("eve", by="adam")
    with pytest.raises(NotFound):
        collections.contents(eve, made.id)


@pytest.mark.parametrize(
    ("name", "note"), [("", ""), (" ", ""), ("x" * 121, ""), ("x", "n" * 4001)]
)
def test_a_name_is_needed_and_neither_is_endless(kept, name, note):
    collections, eve, *_ = kept
    with pytest.raises(InputError):
        collections.add(eve, name, note)


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("collected"), models)) as archive:
        store_invented(archive, 12)
        enrol(archive, Role.READER)
        yield archive


def test_a_visitor_puts_an_article_aside_signs_in_and_shares_it(archive):
    first, second = (hit.id for hit in archive.search(SearchRequest(size=2)).hits)
    client = browser(archive)
    assert f"/articles/{first}/collect" in client.get(f"/articles/{first}").text
    assert "put nothing aside yet" in client.get("/collections").text
    at = f"/articles/{first}/collect"
    nameless = send(client, at, {"note": "why"}, at)
    assert nameless.status_code == 400
    shown = send(client, at, {"name": "Tides <b>", "note": "for <i>Monday</i>"}, at)
    assert shown.url.path.startswith("/collections/")
    assert "Tides &lt;b&gt;" in shown.text
    assert "for &lt;i&gt;Monday&lt;/i&gt;" in shown.text
    home = shown.url.path
    stranger = browser(archive, follow_redirects=False).get(home)
    assert stranger.headers["location"] == f"/sign-in?then={home}"

    sign_in(client, "reader")
    at = f"/articles/{second}/collect"
    send(client, at, {"into": home.rpartition("/")[2]}, at)
    page = client.get(home).text
    assert page.count('<article class="card') == 2
    send(client, f"{home}/note", {"article": second, "note": "and this"}, home)
    link = send(client, f"{home}/share", {}, home).text.split("/shared/")[1].split('"')[0]
    other = browser(archive)
    shared = other.get(f"/shared/{link}").text
    assert "and this" in shared
    assert 'method="post"' not in shared
    rows = other.get(f"/shared/{link}/export?format=jsonl").text.splitlines()
    assert len(rows) == 2
    assert client.get(f"{home}/export?format=csv").text.count("\n") == 3
    send(client, f"{home}/share", {"end": "1"}, home)
    assert other.get(f"/shared/{link}").status_code == 404

    send(client, f"{home}/take-out", {"article": second}, home)
    assert client.get(home).text.count('<article class="card') == 1
    send(client, home, {"name": "Ebb", "note": ""}, home)
    assert "Ebb" in signed_in(archive, "reader").get("/collections").text
    send(client, f"{home}/remove", {"csrf": csrf(client, home)}, f"{home}/remove")
    assert client.get(home).status_code == 404


def test_programs_collect_note_share_and_take_away_by_key(archive):
    _, secret = archive.keys.make("reader", "collects", [Scope.SAVE], by="reader")
    client = browser(archive, headers={"Authorization": f"Bearer {secret}"})
    root = "/api/v1/collections"
    made = client.post(root, json={"name": "Tides"})
    assert made.status_code == 201
    at = f"{root}/{made.json()['id']}"
    first, second = (hit.id for hit in archive.search(SearchRequest(size=2)).hits)
    for id_, note in ((second, "begins it"), (first, ""), (first, "ends it")):
        assert client.put(f"{at}/articles/{id_}", json={"note": note}).status_code == 204
    found = ContentsBody.model_validate(client.get(at).json())
    assert [(a.id, a.note) for a in found.articles] == [(second, "begins it"), (first, "ends it")]
    assert (found.total, found.link) == (2, None)
    changed = client.put(at, json={"name": "Ebb", "note": "and flow"}).json()
    assert client.get(root).json() == {"collections": [changed]}
    link = client.put(f"{at}/link").json()["link"]
    shared = link.removeprefix("http://testserver")
    assert "begins it" in browser(archive).get(shared).text
    packed = zip_of(browser(archive).get(f"{shared}/export?format=csv&zip=1"))
    told = json.loads(packed["manifest.json"])
    assert (told["collection"], told["note"], told["count"]) == ("Ebb", "and flow", 2)
    assert [a["note"] for a in told["articles"]] == ["begins it", "ends it"]
    rows = list(csv.DictReader(io.StringIO(packed[f"collection-{found.id}.csv"])))
    assert [row["id"] for row in rows] == [a["id"] for a in told["articles"]] == [second, first]
    lines = client.get(f"{at}/export").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [second, first]
    assert client.delete(f"{at}/link").status_code == 204
    assert browser(archive).get(shared).status_code == 404
    assert client.delete(f"{at}/articles/{first}").status_code == 204
    assert client.get(at).json()["total"] == 1
    assert client.put(f"{at}/articles/aaaaaaaaaaaa", json={}).status_code == 404
    assert client.post(root, json={"name": ""}).status_code == 400
    assert client.delete(at).status_code == 204
    for answer in (client.get(at), client.delete(at), client.put(f"{at}/link")):
        assert answer.status_code == 404
    assert browser(archive).get(root).status_code == 401
