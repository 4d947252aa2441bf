"""Signing in and out on the web, and reading where that is needed."""

import pytest
from fastapi.testclient import TestClient

from archive.core import Archive, open_archive
from archive.settings import Settings
from archive.types import Role
from tests.archives import settings_in, store_invented
from tests.people import PASSWORD, addresses, browser, csrf, enrol, send, sign_in, signed_in
from web.app import create_app


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("accounts"), models)) as archive:
        store_invented(archive, 12)
        enrol(archive, *Role)
        yield archive


@pytest.fixture
def closed(archive):
    """The same archive, where reading needs an account."""
    settings = Settings(home=archive.settings.home, reading="sign-in")
    with Archive(settings) as closed:
        yield closed


def test_a_session_lasts_until_signing_out(archive):
    client = signed_in(archive, "reader")
    page = client.get("/").text
    assert '<a href="/account">reader</a>' in page
    assert "/decisions" not in page
    client.post("/sign-out", data={"csrf": csrf(client, "/")})
    assert "Sign out" not in client.get("/").text
    assert "/decisions" in signed_in(archive, "editor").get("/").text


def test_signing_out_ends_the_session_also_for_who_kept_its_cookie(archive):
    client = signed_in(archive, "reader")
    kept = dict(client.cookies)
    client.post("/sign-out", data={"csrf": csrf(client, "/")})
    thief = browser(archive, cookies=kept)
    assert "Sign out" not in thief.get("/").text


@pytest.mark.parametrize(("name", "password"), [("reader", "not it, no"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nothing(archive, name, password):
    answer = sign_in(browser(archive), name, password)
    assert answer.status_code == 403
    assert "This is not the password of that name" in answer.text
    assert password not in answer.text


def test_after_too_many_wrong_passwords_not_even_the_right_one_is_tried(archive):
    client = browser(archive)
    for _ in range(10):
        assert sign_in(client, "editor", "not it, no").status_code == 403
    answer = sign_in(client, "Editor")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 60
    assert sign_in(client, "reader").status_code == 303


def test_signing_in_leads_back_but_to_no_other_site(archive):
    for then in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        assert sign_in(browser(archive), "reader", then=then).headers["location"] == "/"
    answer = sign_in(browser(archive), "reader", then="/?q=tide&mode=words")
    assert answer.headers["location"] == "/?q=tide&mode=words"


def test_an_archive_without_accounts_says_how_the_first_is_made(invented_archive):
    page = browser(invented_archive).get("/sign-in").text
    assert "archive accounts add" in page
    assert 'method="post"' not in page


def test_pages_made_for_somebody_are_kept_by_no_cache(archive):
    assert "no-store" in signed_in(archive, "reader").get("/").headers["cache-control"]
    assert "no-store" in browser(archive).get("/sign-in").headers["cache-control"]
    assert "no-store" not in browser(archive).get("/").headers.get("cache-control", "")


def test_cookies_over_https_are_for_this_host_alone_and_never_sent_openly(archive):
    client = TestClient(create_app(archive), base_url="https://testserver")
    set_ = sign_in(client, "reader").headers["set-cookie"]
    assert set_.startswith("__Host-archive-session=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in set_
    assert "Sign out" in client.get("/").text


def test_where_reading_needs_an_account_nothing_is_shown_to_others(closed):
    client = TestClient(create_app(closed))
    asked = client.get("/?q=tide&place=norland", follow_redirects=False)
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?then=/%3Fq%3Dtide%26place%3Dnorland"
    open_ = {"/sign-in", "/healthz", "/readyz", "/favicon.ico", "/api/v1/openapi.json"}
    open_ |= {"/feeds/saved/{token}", "/alerts/{token}"}  # their addresses are all it takes
    open_ |= {"/metrics"}  # numbers alone, for a collector that has no account
    for path in set(addresses(client, "GET")) - open_:
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == (401 if path.startswith("/api") else 303), path
    assert client.get("/static/style.css").status_code == 200
    assert client.get("/readyz").status_code == 200
    reader = signed_in(closed, "reader")
    assert reader.get("/").status_code == 200
    assert reader.get("/api/v1/search").status_code == 200


def test_a_new_password_takes_the_old_one_and_signs_out_all_other_browsers(archive):
    archive.accounts.add("walker", Role.READER, PASSWORD, by="Eve")
    client, other = signed_in(archive, "walker"), signed_in(archive, "walker")
    new = "quite another one"
    wrong = send(client, "/account/password", {"old": "no, not it", "new": new}, "/account")
    assert wrong.status_code == 400
    short = send(client, "/account/password", {"old": PASSWORD, "new": "short"}, "/account")
    assert "12 to 256 characters" in short.text
    assert "The password is changed" in (
        send(client, "/account/password", {"old": PASSWORD, "new": new}, "/account").text
    )
    assert "Sign out" not in other.get("/").text
    assert sign_in(browser(archive), "walker").status_code == 403
    assert sign_in(browser(archive), "walker", new).status_code == 303
    send(client, "/account/sign-out-everywhere", {}, "/account")
    assert "Sign out" not in client.get("/").text
