"""Administrators sign in and decide on pages: nothing happens unseen, unasked or from elsewhere."""

import re
import time

import pytest
from fastapi.testclient import TestClient

from archive.core import open_archive
from tests.archives import settings_in, store_invented
from web.app import create_app
from web.security import COOKIE, SESSION_SECONDS, SignIn

TOKEN = "a-token-of-some-length"
ADA, BRUNO = "/actors/ada-marsh", "/actors/bruno-keller"


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    home = tmp_path_factory.mktemp("decided")
    with open_archive(settings_in(home, models, admin_token=TOKEN)) as archive:
        store_invented(archive, 24)
        yield archive


@pytest.fixture
def reader(archive):
    return TestClient(create_app(archive))


@pytest.fixture
def administrator(archive):
    client = TestClient(create_app(archive))
    client.post("/sign-in", data={"token": TOKEN, "name": "Eve", "then": "/decisions"})
    assert COOKIE in client.cookies
    return client


def csrf(client, address="/decisions"):
    return re.search(r'name="csrf" value="(\w+)"', client.get(address).text)[1]


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
    for address in (f"{ADA}/decide", "/decisions/1/undo", "/sign-out"):
        assert reader.post(address, data={"kind": "hide"}).status_code == 403
    assert len(archive.store.decisions()) == before


def test_a_wrong_token_signs_nobody_in(reader):
    answer = reader.post("/sign-in", data={"token": "a-token-of-some-lengths", "name": "Eve"})
    assert answer.status_code == 403
    assert "not the token" in answer.text
    assert COOKIE not in reader.cookies


def test_an_archive_without_a_token_has_no_administrators(invented_archive):
    client = TestClient(create_app(invented_archive))
    assert client.get("/sign-in").status_code == 404
    assert client.get("/decisions").status_code == 404
    assert client.post("/sign-in", data={"token": ""}).status_code == 403


def test_a_cookie_that_was_changed_or_is_old_signs_nobody_in():
    keys, now = SignIn(TOKEN), time.time()
    cookie = keys.cookie("Eve", now=now)
    assert keys.read(cookie, now=now).name == "Eve"
    assert keys.read(cookie, now=now + SESSION_SECONDS + 1) is None
    for changed in (cookie[:-1], "x" + cookie, cookie.partition(".")[0], "", "…"):
        assert keys.read(changed, now=now) is None
    assert SignIn(TOKEN + "!").read(cookie, now=now) is None
    assert SignIn(None).read(SignIn("").cookie("Eve", now=now), now=now) is None


def test_a_form_from_elsewhere_decides_nothing(administrator, archive):
    before = len(archive.store.decisions())
    form = {"kind": "hide", "step": "carry out"}
    assert administrator.post(f"{ADA}/decide", data=form).status_code == 403
    assert administrator.post(f"{ADA}/decide", data={**form, "csrf": "0" * 64}).status_code == 403
    stolen = {**form, "csrf": csrf(administrator)}
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert administrator.post(f"{ADA}/decide", data=stolen, headers=elsewhere).status_code == 403
    assert len(archive.store.decisions()) == before


def test_signing_in_leads_to_no_other_site(reader):
    for then in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        form = {"token": TOKEN, "name": "Eve", "then": then}
        answer = reader.post("/sign-in", data=form, follow_redirects=False)
        assert answer.headers["location"] == "/decisions"


def test_a_merge_is_shown_then_carried_out_then_undone(administrator, archive):
    ada, bruno = articles(archive, "ada-marsh"), articles(archive, "bruno-keller")
    before = len(archive.store.decisions())
    form = {"csrf": csrf(administrator), "kind": "merge", "into": "Bruno Keller"}

    preview = administrator.post(f"{ADA}/decide", data=form)
    assert "Nothing is stored yet" in preview.text
    assert len(archive.store.decisions()) == before

    administrator.post(f"{ADA}/decide", data={**form, "step": "carry out"})
    assert archive.store.decisions()[-1].by == "Eve"
    assert articles(archive, "ada-marsh") == articles(archive, "bruno-keller") > max(ada, bruno)

    undo = last_undo(administrator)
    assert "Nothing is stored yet" in administrator.post(undo, data=form).text
    administrator.post(undo, data={"csrf": form["csrf"], "step": "carry out"})
    assert (articles(archive, "ada-marsh"), articles(archive, "bruno-keller")) == (ada, bruno)


@pytest.mark.parametrize(
    ("address", "form", "change"),
    [
        (ADA, {"kind": "rename", "label": "Dame Ada"}, "Dame Ada"),
        (ADA, {"kind": "retype", "is": "organisation"}, "organisation"),
        (ADA, {"kind": "alias", "name": "The Rower"}, "The Rower"),
        (ADA, {"kind": "wikidata", "id": "Q42"}, "wikidata.org/wiki/Q42"),
        ("/places/norland", {"kind": "rename", "label": "The North"}, "The North"),
        (
            "/places/northport.norland",
            {"kind": "relocate", "latitude": "0", "longitude": "-7.5"},
            "0.000, -7.500",
        ),
    ],
)
def test_every_form_decides_what_it_says(administrator, address, form, change):
    form = {**form, "csrf": csrf(administrator), "step": "carry out"}
    assert change not in administrator.get(address).text
    assert administrator.post(f"{address}/decide", data=form).status_code == 200
    assert change in administrator.get(address).text
    administrator.post(last_undo(administrator), data=form)
    assert change not in administrator.get(address).text


def test_articles_beside_another_are_split_off(administrator, archive):
    ada = articles(archive, "ada-marsh")
    form = {"kind": "split", "to": "Ada Marsh (rower)", "beside": "Bruno Keller"}
    form |= {"csrf": csrf(administrator), "step": "carry out"}
    administrator.post(f"{ADA}/decide", data=form)
    other = articles(archive, "ada-marsh-rower")
    assert 0 < other < ada
    assert articles(archive, "ada-marsh") == ada - other
    administrator.post(last_undo(administrator), data=form)
    assert articles(archive, "ada-marsh") == ada


def test_what_is_wrong_stands_in_its_form_with_what_was_typed(administrator):
    form = {"csrf": csrf(administrator), "kind": "merge", "into": "Nobody At All"}
    answer = administrator.post(f"{ADA}/decide", data=form)
    assert answer.status_code == 400
    assert "knows no actor “Nobody At All”" in answer.text
    assert 'value="Nobody At All"' in answer.text


def test_whoever_signs_out_is_a_reader_again(administrator):
    administrator.post("/sign-out", data={"csrf": csrf(administrator)})
    assert administrator.get("/decisions", follow_redirects=False).status_code == 303


def test_pages_of_administrators_are_kept_by_no_cache(administrator, reader):
    assert "no-store" in administrator.get(ADA).headers["cache-control"]
    assert "no-store" not in reader.get(ADA).headers.get("cache-control", "")
