"""Editors decide on pages: nothing happens unseen, unasked or from elsewhere."""

import re

import pytest

from archive.core import open_archive
from archive.types import Role
from tests.archives import settings_in, store_invented
from tests.people import browser, csrf, enrol, signed_in

ADA, BRUNO = "/actors/ada-marsh", "/actors/bruno-keller"


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    home = tmp_path_factory.mktemp("decided")
    with open_archive(settings_in(home, models)) as archive:
        store_invented(archive, 24)
        enrol(archive, Role.READER, Role.EDITOR)
        yield archive


@pytest.fixture
def reader(archive):
    return browser(archive)


@pytest.fixture(scope="module")
def editor(archive):
    return signed_in(archive, "editor")


def articles(archive, name):
    return archive.profile("actor", name).articles


def last_undo(client):
    return re.search(r'action="(/decisions/\d+/undo)"', client.get("/decisions").text)[1]


def test_readers_are_asked_to_sign_in_and_cannot_decide(reader, archive):
    asked = reader.get(f"{ADA}/decide", follow_redirects=False)
    assert asked.status_code == 303
    assert asked.headers["location"] == f"/sign-in?then={ADA}/decide"
    assert "/decide" not in reader.get(ADA).text
    before = len(archive.store.decisions())
    form = {"kind": "hide", "step": "carry out", "csrf": csrf(reader)}
    for address in (f"{ADA}/decide", "/decisions/1/undo"):
        assert reader.post(address, data=form).status_code == 403
    assert len(archive.store.decisions()) == before


def test_the_role_of_a_reader_is_not_enough_to_decide(archive):
    client = signed_in(archive, "reader")
    assert "/decide" not in client.get(ADA).text
    answer = client.get(f"{ADA}/decide")
    assert answer.status_code == 403
    assert "role of editor" in answer.text
    form = {"kind": "hide", "step": "carry out", "csrf": csrf(client, "/")}
    assert client.post(f"{ADA}/decide", data=form).status_code == 403
    assert not archive.store.decisions() or archive.store.decisions()[-1].kind != "hide"


def test_a_merge_is_shown_then_carried_out_then_undone(editor, archive):
    ada, bruno = articles(archive, "ada-marsh"), articles(archive, "bruno-keller")
    before = len(archive.store.decisions())
    form = {"csrf": csrf(editor, "/"), "kind": "merge", "into": "Bruno Keller"}

    preview = editor.post(f"{ADA}/decide", data=form)
    assert "Nothing is stored yet" in preview.text
    assert len(archive.store.decisions()) == before

    editor.post(f"{ADA}/decide", data={**form, "step": "carry out"})
    assert archive.store.decisions()[-1].by == "editor"
    assert articles(archive, "ada-marsh") == articles(archive, "bruno-keller") > max(ada, bruno)

    undo = last_undo(editor)
    assert "Nothing is stored yet" in editor.post(undo, data=form).text
    editor.post(undo, data={"csrf": form["csrf"], "step": "carry out"})
    assert (articles(archive, "ada-marsh"), articles(archive, "bruno-keller")) == (ada, bruno)


def test_a_decision_while_the_index_is_built_is_stored_and_says_that_the_index_waits(
    editor, archive, monkeypatch
):
    monkeypatch.setattr(archive, "patience", 0.1)
    before = articles(archive, "ada-marsh")
    form = {"csrf": csrf(editor, "/"), "step": "carry out"}
    with archive.indexer.alone():
        log = editor.post(f"{ADA}/decide", data={**form, "kind": "hide"}).text
    assert "The index is being built by another process" in log
    assert articles(archive, "ada-marsh") == before
    archive.indexer.refresh()
    assert "knows no actor" in editor.get(ADA).text
    assert "is being built" not in editor.post(last_undo(editor), data=form).text
    assert articles(archive, "ada-marsh") == before


@pytest.mark.parametrize(
    ("address", "form", "change"),
    [
        (ADA, {"kind": "rename", "label": "Dame Ada"}, "Dame Ada"),
        (ADA, {"kind": "retype", "is": "organisation"}, "organisation"),
        (ADA, {"kind": "alias", "name": "The Rower"}, "The Rower"),
        (ADA, {"kind": "wikidata", "id": "Q42"}, "wikidata.org/wiki/Q42"),
        ("/places/norland", {"kind": "rename", "label": "The North"}, "The North"),
        ("/places/norland", {"kind": "alias", "name": "The Far North"}, "The Far North"),
        ("/places/norland", {"kind": "wikidata", "id": "Q64"}, "wikidata.org/wiki/Q64"),
        ("/places/merida", {"kind": "merge", "into": "Norland"}, "<dd>Merida"),
        (
            "/places/northport.norland",
            {"kind": "relocate", "latitude": "0", "longitude": "-7.5"},
            "0.000, -7.500",
        ),
    ],
)
def test_every_form_decides_what_it_says(editor, address, form, change):
    form = {**form, "csrf": csrf(editor, "/"), "step": "carry out"}
    assert change not in editor.get(address).text
    assert editor.post(f"{address}/decide", data=form).status_code == 200
    assert change in editor.get(address).text
    editor.post(last_undo(editor), data=form)
    assert change not in editor.get(address).text


def test_articles_beside_another_are_split_off(editor, archive):
    ada = articles(archive, "ada-marsh")
    form = {"kind": "split", "to": "Ada Marsh (rower)", "beside": "Bruno Keller"}
    form |= {"csrf": csrf(editor, "/"), "step": "carry out"}
    editor.post(f"{ADA}/decide", data=form)
    other = articles(archive, "ada-marsh-rower")
    assert 0 < other < ada
    assert articles(archive, "ada-marsh") == ada - other
    editor.post(last_undo(editor), data=form)
    assert articles(archive, "ada-marsh") == ada


def test_what_is_wrong_stands_in_its_form_with_what_was_typed(editor):
    form = {"csrf": csrf(editor, "/"), "kind": "merge", "into": "Nobody At All"}
    answer = editor.post(f"{ADA}/decide", data=form)
    assert answer.status_code == 400
    assert "knows no actor “Nobody At All”" in answer.text
    assert 'value="Nobody At All"' in answer.text
