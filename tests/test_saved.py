"""Searches are saved, say what is new, have a feed, and go where their owner goes."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, integers, sets
from typer.testing import CliRunner

from archive.chunk import passages_of
from archive.cli.app import app
from archive.core import open_archive
from archive.errors import InputError, NotFound
from archive.novelty import Found, looked, new, unseen
from archive.query.request import FacetFilter, Mode, SearchRequest
from archive.saved import LISTED
from archive.store import Store
from archive.types import Enriched, RawDocument, Role, Scope
from tests.archives import NOW, settings_in, store_invented
from tests.collection import enriched, invented
from tests.people import PASSWORD, browser, csrf, enrol, send, sign_in, signed_in
from web.schemas import SavedBody

ATOM = "{http://www.w3.org/2005/Atom}"
ADA = SearchRequest(filters=(FacetFilter("actor", "ada-marsh"),))


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("saved"), models)) as archive:
        store_invented(archive, 24)
        enrol(archive, Role.READER, Role.EDITOR)
        yield archive


def account(archive, name="reader"):
    with archive.store.accounts() as accounts:
        return accounts.get(name)


def numbers(archive, request):
    return set(archive.found(request).numbers.tolist())


def come_in(archive, seed):
    """More articles, of which some name whom a search is for."""
    with archive.store.writing() as writer:
        for article, mentions in invented(12, seed=seed):
            fresh = replace(
                article,
                key=f"{article.key}-{seed}",
                url=f"{article.url}-{seed}",
                origin=f"{article.origin}-{seed}",
                text=f"{article.text} And again {seed}.",
            )
            passages = passages_of(fresh, archive.embedder)
            raw = RawDocument(fresh.text.encode(), "plain", fresh.origin)
            writer.add(enriched(fresh, mentions, passages), raw, now=NOW)
    archive.indexer.refresh()


def test_a_saved_search_says_what_came_in_since_it_was_looked_at(archive):
    saved = archive.saved.save(account(archive), "Ada", ADA)
    before, known = archive.saved.fresh(saved), numbers(archive, ADA)
    assert before.new == ()
    assert before.total == archive.search(ADA).total == len(known) > 0
    come_in(archive, 11)
    after = archive.saved.fresh(saved)
    assert sorted(after.new) == sorted(numbers(archive, ADA) - known)
    assert len(after.new) == after.total - before.total > 1
    # Who saw the first of them has not seen the rest.
    changes = archive.store.last_changes(after.new)
    first = after.new[-1]
    for upto in (changes[first], 0):
        archive.saved.see(archive.saved.find(saved.id), upto=upto)
        left = archive.saved.fresh(archive.saved.get(account(archive), saved.id))
        assert left.new == after.new[:-1]
    archive.saved.see(archive.saved.find(saved.id), upto=after.change)
    assert archive.saved.fresh(archive.saved.get(account(archive), saved.id)).new == ()


def test_an_old_article_is_new_when_its_correction_begins_to_match_and_only_then(archive):
    about = SearchRequest(q="title:zeppelin", mode=Mode.WORDS)
    saved = archive.saved.save(account(archive), "Airships", about)
    old = min(numbers(archive, ADA))

    def correct(title, text):
        record = next(archive.store.scan(numbers=[old]))
        fresh = replace(record.article, title=title, text=text)
        raw = RawDocument(f"{title} {text}".encode(), "plain", fresh.origin)
        with archive.store.writing() as writer:
            writer.replace(old, Enriched(fresh, passages=record.passages), raw, now=NOW)
        archive.indexer.refresh()
        return archive.saved.fresh(archive.saved.get(account(archive), saved.id))

    text = next(archive.store.scan(numbers=[old])).article.text
    assert correct("A zeppelin over the harbour", text).new == (old,)
    _, records = archive.saved.feed(saved.token, size=3)
    assert [record.number for record in records] == [old]
    archive.saved.see(archive.saved.find(saved.id))
    # It was found before: correcting it once more does not make it news.
    again = correct("A zeppelin over the harbour, again", text)
    assert (again.total, again.new) == (1, ())


@given(
    then=sets(integers(1, 60)),
    now=sets(integers(1, 60)),
    changes=dictionaries(integers(1, 60), integers(1, 9)),
    at=integers(0, 9),
)
def test_new_is_what_was_not_found_then_and_came_in_or_changed_since(then, now, changes, at):
    def found(numbers, change):
        return Found(np.array(sorted(numbers), np.int64), change)

    seen = looked(found(then, at))
    fresh = {n: changes[n] for n in unseen(seen, found(now, 9)) if n in changes}
    assert set(new(seen, fresh)) == {n for n in now - then if changes.get(n, 0) > at}
    # All that is looked at is new no more, and an older index changes nothing of that.
    again = looked(found(now, 0), before=looked(found(now, 9)))
    assert new(again, dict.fromkeys(unseen(again, found(now, 9)), 9)) == ()


def test_a_search_is_kept_as_it_was_asked(store_url):
    asked = SearchRequest(
        q="“tide” OR harbour", mode=Mode.WORDS, filters=(FacetFilter("place", "norland", True),)
    )
    with Store.open(store_url) as store:
        with store.writing() as writer:
            owner = writer.accounts.add("Eve", Role.READER, "hashed", now=NOW)
            seen = looked(Found(np.array([2, 70_000]), 7))
            writer.saved.add(owner, "Tides", asked, seen=seen, token="t", now=NOW)
        with store.saved() as saved:
            (kept,) = saved.all(owner)
            assert saved.of("t") == kept
    assert (kept.request, kept.seen, kept.created) == (asked, seen, NOW)


def test_nobody_reads_or_removes_what_is_anothers(archive):
    mine = archive.saved.save(account(archive), "Mine", ADA)
    with pytest.raises(NotFound):
        archive.saved.get(account(archive, "editor"), mine.id)
    other = signed_in(archive, "editor")
    assert other.get(f"/saved/{mine.id}").status_code == 404
    for act in ("seen", "remove"):
        assert send(other, f"/saved/{mine.id}/{act}", {}, "/account").status_code == 404
    stranger = browser(archive, follow_redirects=False).get(f"/saved/{mine.id}")
    assert stranger.headers["location"] == f"/sign-in?then=/saved/{mine.id}"
    archive.saved.remove(mine)


def test_a_search_that_cannot_be_made_or_named_is_not_saved(archive):
    with pytest.raises(InputError):
        archive.saved.save(account(archive), "x" * 121, ADA)
    client = browser(archive)
    assert client.get("/save?actors=ada").status_code == 400
    form = {"label": "x" * 121, "csrf": csrf(client, "/save?q=tide")}
    answer = client.post("/save?q=tide", data=form)
    assert answer.status_code == 400
    assert "120 characters" in answer.text


def test_a_search_without_a_name_is_called_as_it_was_asked(archive):
    for asked, label in (("tide\x00 harbour", "tide harbour"), ("", "All articles")):
        saved = archive.saved.save(account(archive), " \n\x00", SearchRequest(q=asked))
        assert saved.label == label
    long = archive.saved.save(account(archive), "", SearchRequest(q="tide " * 100))
    assert long.label == ("tide " * 24).strip()


def test_what_a_visitor_saves_comes_along_when_they_sign_in(archive):
    client = browser(archive)
    assert "have not saved a search yet" in client.get("/saved").text
    page = client.get("/?q=tide&place=norland").text
    assert 'href="/save?q=tide&amp;place=norland"' in page
    form = {"label": "Tides <here>"}
    saved = send(client, "/save?q=tide&place=norland", form, "/save?q=tide&place=norland")
    assert "Tides &lt;here&gt;" in saved.text
    assert "“tide”, place: norland" in saved.text
    assert "The search is saved for this browser" in saved.text
    assert "Tides" not in browser(archive).get("/saved").text
    sign_in(client, "editor")
    assert "Tides &lt;here&gt;" in client.get("/saved").text
    elsewhere = signed_in(archive, "editor")
    assert "Tides &lt;here&gt;" in elsewhere.get("/saved").text


def test_a_page_shows_what_is_new_until_it_is_seen(archive):
    saved = archive.saved.save(account(archive), "Ada again", ADA)
    come_in(archive, 12)
    client = signed_in(archive, "reader")
    assert "new</strong>" in client.get("/saved").text
    at = f"/saved/{saved.id}"
    page = client.get(at).text
    new = len(archive.saved.fresh(saved).new)
    assert page.count('<article class="card') == new > 0
    send(client, f"{at}/seen", {}, at)
    assert "Nothing yet since you last looked" in client.get(at).text
    send(client, f"{at}/remove", {}, f"{at}/remove")
    assert client.get(at).status_code == 404


def test_a_feed_has_the_last_articles_first_and_takes_its_address_alone(archive):
    saved = archive.saved.save(account(archive), "Ada & co <b>", ADA)
    come_in(archive, 13)
    answer = browser(archive).get(f"/feeds/saved/{saved.token}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    assert root.findtext(f"{ATOM}title") == "Ada & co <b>"
    found = archive.store.records(sorted(numbers(archive, ADA))).values()
    last = sorted(found, key=lambda r: (r.updated_at, r.number), reverse=True)
    told = [entry.findtext(f"{ATOM}id").rpartition(":")[2] for entry in root.iter(f"{ATOM}entry")]
    assert told == [record.id for record in last[:50]]
    link = root.find(f"{ATOM}entry/{ATOM}link").get("href")
    assert browser(archive).get(link.removeprefix("http://testserver")).status_code == 200
    assert browser(archive).get("/feeds/saved/another").status_code == 404
    archive.saved.remove(saved)
    assert browser(archive).get(f"/feeds/saved/{saved.token}").status_code == 404


def test_programs_save_look_and_remove_by_key(archive):
    _, secret = archive.keys.make("reader", "saves", [Scope.SAVE], by="reader")
    client = browser(archive, headers={"Authorization": f"Bearer {secret}"})
    asked = {
        "label": "By program",
        "search": {"filters": [{"facet": "actor", "value": "ada-marsh"}]},
    }
    made = client.post("/api/v1/saved", json=asked)
    assert made.status_code == 201
    SavedBody.model_validate(made.json())
    assert made.json()["new"] == []
    come_in(archive, 14)
    (found,) = [
        s for s in client.get("/api/v1/saved").json()["saved"] if s["label"] == "By program"
    ]
    kept = archive.saved.get(account(archive), found["id"])
    ids = archive.store.ids(archive.saved.fresh(kept).new)
    assert sorted(found["new"]) == sorted(ids.values())
    assert len(ids) > 0
    assert client.get(found["feed"].removeprefix("http://testserver")).status_code == 200
    at = f"/api/v1/saved/{found['id']}"
    assert client.post(f"{at}/seen").status_code == 204
    assert archive.saved.fresh(archive.saved.get(account(archive), found["id"])).new == ()
    assert client.delete(at).status_code == 204
    assert client.delete(at).status_code == 404
    bad = client.post("/api/v1/saved", json={"search": {"filters": [{"facet": "x", "value": "y"}]}})
    assert bad.status_code == 400
    assert browser(archive).get("/api/v1/saved").status_code == 401


def test_only_some_are_asked_at_once_and_the_older_follow(archive):
    archive.accounts.add("keeper", Role.READER, PASSWORD, by="Eve")
    for at in range(LISTED + 2):
        archive.saved.save(account(archive, "keeper"), f"Search {at}", SearchRequest())
    client = signed_in(archive, "keeper")
    page = client.get("/saved").text
    assert page.count("Remove …") == LISTED
    older = page.split('href="/saved?before=')[1].split('"')[0]
    rest = client.get(f"/saved?before={older}").text
    assert "Search 1<" in rest
    assert "Search 0<" in rest
    assert rest.count("Remove …") == 2
    assert "before=" not in rest
    _, secret = archive.keys.make("keeper", "saves", [Scope.SAVE], by="keeper")
    program = browser(archive, headers={"Authorization": f"Bearer {secret}"})
    first = program.get("/api/v1/saved").json()
    assert (len(first["saved"]), first["older"]) == (LISTED, int(older))
    last = program.get(f"/api/v1/saved?before={older}").json()
    assert ([s["label"] for s in last["saved"]], last["older"]) == (["Search 1", "Search 0"], None)


def test_the_command_line_saves_lists_shows_and_removes(archive):
    def command(*words):
        home = {"ARCHIVE_HOME": str(archive.settings.home)}
        return CliRunner().invoke(app, ["saved", *words], env=home)

    made = command("add", "editor", "Typed", "title:report", "--exclude", "actor=ada-marsh")
    total = len(numbers(archive, SearchRequest(q="title:report")) - numbers(archive, ADA))
    assert f"Typed: {total} articles now" in made.stdout
    listed = json.loads(command("list", "--account", "editor", "--json").stdout)
    (typed,) = [kept for kept in listed if kept["label"] == "Typed"]
    kept = archive.saved.find(typed["id"])
    assert kept.request.told == "“title:report”, not actor: ada-marsh"
    assert "Typed" in command("list").stdout
    come_in(archive, 15)
    number = str(typed["id"])
    shown = command("show", number, "-n", "1", "--seen")
    new = archive.saved.fresh(archive.saved.find(typed["id"]))
    assert new.new == ()
    assert f"{new.total} articles, {new.total - total} new" in shown.stdout
    assert f"and {new.total - total - 1} more" in shown.stderr
    command("remove", number)
    assert isinstance(command("show", number).exception, NotFound)
    assert isinstance(command("add", "nobody", "Typed").exception, NotFound)
