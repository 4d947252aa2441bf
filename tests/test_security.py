"""What strangers may try, and what comes of it: each is a line of docs/security.md."""

import asyncio
import gzip
import io
import logging
import re
import socket
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest
from fastapi import Depends
from fastapi.testclient import TestClient

from archive.chunk import passages_of
from archive.core import Archive, open_archive
from archive.errors import DocumentError, FetchError
from archive.fetch.http import get
from archive.query.request import SearchRequest
from archive.readers import read
from archive.settings import Settings
from archive.types import Article, Enriched, Mention, Place, RawDocument, Role, Scope
from tests.archives import NOW, listening, settings_in, store_invented
from tests.people import PASSWORD, addresses, browser, csrf, enrol, send, sign_in, signed_in
from tests.website import website
from web.app import create_app
from web.bounds import Bounds
from web.deps import permitted
from web.patience import Connection

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
ELSEWHERE = ("198.51.100.7", 40000)


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("secure"), models)) as archive:
        store_evil(archive)
        store_invented(archive, 12)
        enrol(archive, *Role)
        archive.accounts.add(EVIL[:60], Role.READER, PASSWORD, by=EVIL)
        archive.keys.make(EVIL[:60], EVIL[:60], [], by=EVIL)
        yield archive


def store_evil(archive):
    """An article that tries to be a script in everything that can be said of one."""
    text = f"{EVIL} met {EVIL} in {EVIL}.\n\nHarbour news {EVIL}."
    starts = [match.start() for match in re.finditer(re.escape(EVIL), text)]
    named = (("person", EVIL), ("organisation", "evil-inc"), ("place", "evil.land"))
    mentions = tuple(
        Mention(start, start + len(EVIL), EVIL, kind, value, EVIL)
        for start, (kind, value) in zip(starts, named, strict=False)
    )
    article = Article(
        title=f"{EVIL} title",
        text=text,
        origin=f"made/{EVIL}",
        key=f"javascript:alert('{EVIL}')",
        url="javascript:alert(1)",
        source=EVIL,
        authors=(EVIL,),
        section=EVIL,
        language="en",
        dateline=EVIL,
    )
    place = Place("evil.land", EVIL, 1.0, 2.0)
    passages = passages_of(article, archive.embedder)
    enriched = Enriched(
        article=article,
        mentions=mentions,
        places=(place,),
        reported=None,
        passages=passages,
        dates=(),
    )
    with archive.store.writing() as writer:
        writer.add(enriched, RawDocument(text.encode(), "plain", article.origin), now=NOW)


class Scripts(HTMLParser):
    """What of a page a browser would run, and where its links lead."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "script" and not (named.get("src") or "").startswith("/static/"):
            self.found.append((tag, named))
        for name, value in attributes:
            is_link = name in {"href", "src", "action", "formaction"}
            leads_astray = is_link and re.match(
                r"\s*(javascript|data|vbscript):", value or "", re.I
            )
            if name.startswith("on") or name in {"style", "srcdoc"} or leads_astray:
                self.found.append((tag, name, value))
            if name == "src" and value == "x":
                self.found.append((tag, name, value))


def is_harmless(answer):
    """Whether nothing of a page runs that we did not write."""
    return Scripts(answer.text).found == []


def apart(work):
    """What a coroutine returns, run in a thread of its own: this one may have a loop already."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


# Script injection.


def test_no_field_of_an_article_becomes_a_script(archive):
    client = signed_in(archive, "administrator")
    hit = archive.search(SearchRequest(q="title:onerror")).hits[0]
    addresses = [
        "/?q=harbour",
        f"/articles/{hit.id}",
        f"/stories/{hit.id}",
        f"/actors/{quote(EVIL, safe='')}",
        "/actors/evil-inc",
        "/actors/evil-inc/decide",
        "/places/evil.land",
        f"/sources/{quote(EVIL, safe='')}",
        "/timeline",
        "/places/evil.land/decide",
        "/map",
        "/facets/place",
        *(f"/facets/{f}" for f in ("actor", "source", "author", "section", "about")),
        "/administration",
        "/administration/accounts",
        "/administration/audit",
        f"/administration/account?name={quote(EVIL[:60])}",
    ]
    shown = 0
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in {200, 404}, address
        assert is_harmless(answer), address
        shown += "&lt;script&gt;" in answer.text
    # What was tried stands there as text.
    assert shown > len(addresses) / 2


def test_nothing_that_is_asked_becomes_a_script(archive):
    client = signed_in(archive, "administrator")
    sent = quote(EVIL, safe="")
    parameters = "q mode after near story sort cursor actor -place find then name url done"
    for route in addresses(client, "GET"):
        if route.startswith("/api/"):
            continue
        path = re.sub(r"\{[^}]*\}", sent, route)
        assert is_harmless(client.get(path)), path
        for name in parameters.split() if "{" not in route else ("q", "find"):
            answer = client.get(f"{path}?{name}={sent}", follow_redirects=False)
            assert is_harmless(answer), (path, name)


def test_the_api_answers_in_types_that_no_browser_runs(archive):
    client = browser(archive)
    for path in ("search?q=", "suggest?q=", "facets?name=", "articles/", "actors/", "places/"):
        answer = client.get(f"/api/v1/{path}{quote(EVIL, safe='')}")
        assert answer.headers["content-type"].split(";")[0] in {
            "application/json",
            "application/problem+json",
        }
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_answer_tells_browsers_what_may_run(archive):
    client = browser(archive)
    for path in ("/", "/about", "/none", "/static/style.css", "/api/v1/search", "/sign-in"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["referrer-policy"] == "same-origin"
    over_https = TestClient(create_app(archive), base_url="https://testserver")
    assert "max-age" in over_https.get("/about").headers["strict-transport-security"]


# Forms and sessions.


def test_every_form_refuses_what_comes_from_elsewhere(archive):
    client, other = signed_in(archive, "administrator"), signed_in(archive, "administrator")
    stolen, own = csrf(other, "/"), csrf(client, "/")
    before = archive.store.decisions(), archive.accounts.all(), archive.keys.all()
    forms = [path for path in addresses(client, "POST") if not path.startswith("/api/")]
    forms.remove("/alerts/{token}")  # mail readers send it: who knows its address may end the alert
    assert len(forms) > 10
    for route in forms:
        path = route.replace("{facet}", "actor").replace("{value}", "ada-marsh")
        path = re.sub(r"\{[^}]*\}", "1", path)
        for form, headers in (
            ({}, {}),
            ({"csrf": "0" * 64}, {}),
            ({"csrf": stolen}, {}),
            ({"csrf": own}, {"Origin": "https://elsewhere.example"}),
            ({"csrf": own}, {"Origin": "null"}),
            ({"csrf": own}, {"Sec-Fetch-Site": "cross-site"}),
        ):
            answer = client.post(path, data=form, headers=headers, follow_redirects=False)
            assert answer.status_code == 403, (path, form, headers)
    assert (archive.store.decisions(), archive.accounts.all(), archive.keys.all()) == before


def test_a_form_to_sign_in_is_made_for_one_browser(archive):
    mine, theirs = browser(archive), browser(archive)
    form = {"name": "reader", "password": PASSWORD, "csrf": csrf(theirs)}
    assert mine.post("/sign-in", data=form).status_code == 403
    csrf(mine)
    assert mine.post("/sign-in", data=form).status_code == 403


def test_with_a_cookie_alone_the_api_changes_nothing(archive):
    client = with_scopes(signed_in(archive, "administrator"))
    assert client.get("/api/v1/test/administer").status_code == 200
    assert client.post("/api/v1/test/administer").status_code == 401


def test_signing_in_always_begins_another_session(archive):
    client = browser(archive)
    chosen = "chosen-by-somebody-else"
    client.cookies.set("archive-session", chosen, domain="testserver.local")
    sign_in(client, "reader")
    first = client.cookies["archive-session"]
    assert first != chosen
    kept = browser(archive, cookies={"archive-session": first})
    send(client, "/sign-in", {"name": "editor", "password": PASSWORD}, "/")
    assert client.cookies["archive-session"] != first
    assert "Sign out" not in kept.get("/").text


def test_the_cookie_of_a_session_is_kept_from_scripts_and_other_sites(archive):
    set_ = sign_in(browser(archive), "reader").headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part in set_
    client = TestClient(create_app(archive), base_url="https://testserver")
    over_https = sign_in(client, "reader").headers["set-cookie"]
    assert over_https.startswith("__Host-")
    assert "Secure" in over_https


# Keys and rates.


def with_scopes(client):
    for scope in Scope:
        client.app.add_api_route(
            f"/api/v1/test/{scope.value}",
            lambda: "done",
            methods=["GET", "POST"],
            dependencies=[Depends(permitted(scope))],
        )
    return client


def test_a_key_does_what_its_scopes_say_and_nothing_else(archive):
    client = with_scopes(browser(archive))
    for given in Scope:
        key, secret = archive.keys.make("administrator", "test", [given], by="Eve")
        for asked in Scope:
            headers = {"Authorization": f"Bearer {secret}"}
            answer = client.post(f"/api/v1/test/{asked.value}", headers=headers)
            expected = 200 if asked in {Scope.READ, given} else 403
            assert answer.status_code == expected, (given, asked)
        archive.keys.revoke(key.id, by="Eve")
        assert client.get("/api/v1/test/read", headers=headers).status_code == 401
    open_ = [client.post(f"/api/v1/test/{scope.value}").status_code for scope in Scope]
    assert open_ == [200, 401, 200, 401, 401]


def test_who_asks_too_often_waits(archive):
    with Archive(Settings(home=archive.settings.home, address_limit="2/minute")) as few:
        client = browser(few, client=ELSEWHERE)
        answers = [client.get("/api/v1/suggest?q=a") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_addresses_that_are_not_there_are_not_tried_without_end(archive):
    with Archive(Settings(home=archive.settings.home, address_limit="3/minute")) as few:
        client = browser(few, client=ELSEWHERE)
        assert client.get("/wp-admin").status_code == 404
        assert client.delete("/api/v1/search").status_code == 405
        assert client.get("/articles/unknown").status_code == 404  # counts once, not twice
        assert client.get("/.env").status_code == 429
        assert client.get("/").status_code == 429


# Paths and names.


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%00",
        "/articles/..%2f..%2fetc%2fpasswd",
        "/administration/generations/..%2f..%2fetc/back",
    ],
)
def test_no_path_leads_out_of_what_is_served(archive, path):
    assert signed_in(archive, "administrator").get(path).status_code in {404, 405}


def test_names_within_an_archive_file_lead_nowhere_else(archive, tmp_path):
    packed = tmp_path / "in" / "packed.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name in ("../out.txt", "/tmp/out.txt", "a/../../out.txt"):
            zipped.writestr(name, "The harbour was closed on Monday, the council said.")
    list(read([packed]))
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["packed.zip"]


# Addresses that others name.


def test_feeds_and_redirects_lead_into_no_private_network(archive, monkeypatch):
    for url in (
        "http://127.0.0.1/feed",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "file:///etc",
    ):
        with pytest.raises(FetchError):
            archive.follow(url, minutes=30, by="Eve")
    with website() as site, website() as inner:
        port = inner.address.rpartition(":")[2]
        site.pages["/feed"] = 302, {"Location": f"http://127.0.0.2:{port}/secret"}, b""
        monkeypatch.setattr("archive.fetch.guard.is_public", lambda a: a == "127.0.0.1")
        with pytest.raises(FetchError, match="private network"):
            get(f"{site.address}/feed", private=False, most_bytes=1000, seconds=5)
        assert inner.asked == []


# Bombs.


def test_what_grows_beyond_measure_when_unpacked_is_refused(tmp_path):
    zeros = b"0" * 30_000_000
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(zeros))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("bomb.txt", zeros)
    (tmp_path / "bomb.zip").write_bytes(made.getvalue())
    found = list(read([tmp_path]))
    assert len(found) == 2
    assert all(isinstance(f, DocumentError) and "times its size" in f.reason for f in found)
    with website() as site:
        packed = gzip.compress(zeros)
        site.pages["/"] = 200, {"Content-Encoding": "gzip"}, packed
        with pytest.raises(FetchError, match="more than"):
            get(site.address, private=True, most_bytes=100_000, seconds=5)


# Slow and greedy clients.


class Hasty(Connection):
    head_seconds = 0.2
    read_seconds = 0.2
    most = 3


class Noted(Hasty):
    """Tells when a connection is closed."""

    closed = threading.Event()

    def connection_lost(self, exc):
        super().connection_lost(exc)
        self.closed.set()


class Counted(Hasty):
    """Takes this machine for another."""

    def _counted_as(self):
        return "198.51.100.7"


async def answers(scope, receive, send):
    """An application that answers at once, and with much at /much."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(400 if scope["path"] == "/much" else 1):
        await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def until_closed(client):
    """What a server sends until it hangs up."""
    client.settimeout(20)
    received = b""
    try:
        while part := client.recv(65_536):
            received += part
    except ConnectionResetError:
        pass
    return received


def test_a_connection_that_asks_nothing_or_byte_by_byte_is_closed():
    with listening(answers, Hasty) as port:
        for beginning in (b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"GET / HTTP/1.1\r\nHo"):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(beginning)
                assert until_closed(client) == b""
        # One that asked before has its time for each further request.
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200 OK")
            client.sendall(b"GET / HT")
            assert b"HTTP" not in until_closed(client)
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200


async def answers_late(scope, receive, send):
    """An application that takes longer than a client may for what it asks."""
    await asyncio.sleep(2 * Hasty.head_seconds)
    await answers(scope, receive, send)


def test_a_long_answer_to_a_second_request_is_not_broken_off():
    with listening(answers_late, Hasty) as port, httpx.Client() as client:
        for _ in range(2):
            assert client.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_an_answer_that_nobody_reads_is_broken_off():
    with listening(answers, Noted) as port:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n")
            assert Noted.closed.wait(20)  # while the client reads nothing
            assert len(until_closed(client)) < 400 * 65_536
        assert len(httpx.get(f"http://127.0.0.1:{port}/much").content) == 400 * 65_536


def test_one_client_cannot_have_all_connections():
    with listening(answers, Counted) as port:
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        with socket.create_connection(("127.0.0.1", port)) as client:
            assert until_closed(client) == b""
        for client in held:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b"200 OK" in until_closed(client)
            client.close()


def test_a_body_that_does_not_come_or_does_not_end_is_refused(archive):
    app = create_app(archive)
    (bounds,) = [m for m in app.user_middleware if m.cls is Bounds]
    bounds.kwargs["seconds"] = 0.1

    async def never():
        yield b"q="
        await asyncio.sleep(60)

    async def endless():
        while True:
            yield b"x" * 100_000

    async def post(path, body):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            headers = {"Content-Type": "application/json"}
            return (await client.post(path, content=body, headers=headers)).status_code

    assert apart(post("/api/v1/search", never())) == 408
    assert apart(post("/sign-in", never())) == 408
    app = create_app(archive)
    assert apart(post("/sign-in", endless())) == 413
    assert apart(post("/api/v1/search", endless())) == 413


def test_one_clients_many_requests_keep_nobody_else_waiting():
    async def try_it():
        running, free = [], asyncio.Event()

        async def slow(scope, receive, send):
            running.append(scope["client"][0])
            await free.wait()

        bounds = Bounds(slow, at_once=2)

        def ask(address):
            scope = {"type": "http", "client": (address, 1)}
            return asyncio.create_task(bounds(scope, None, None))

        greedy = [ask("198.51.100.7") for _ in range(9)]
        other = ask("198.51.100.8")
        here = [ask("127.0.0.1") for _ in range(3)]
        for _ in range(3):
            await asyncio.sleep(0)
        before = sorted(running)
        free.set()
        await asyncio.gather(*greedy, other, *here)
        return before, len(running), bounds._turns

    before, all_, left = apart(try_it())
    assert before == ["127.0.0.1"] * 3 + ["198.51.100.7"] * 2 + ["198.51.100.8"]
    assert (all_, left) == (13, {})


# Secrets.


def test_no_log_and_no_page_tells_a_secret(archive, caplog):
    caplog.set_level(logging.DEBUG)
    client = browser(archive)
    key, secret = archive.keys.make("reader", "logged", [], by="Eve")
    sign_in(client, "reader", "a wrong password of mine")
    sign_in(client, "reader")
    headers = {"Authorization": f"Bearer {secret}"}
    told = [client.get(p, headers=headers).text for p in ("/api/v1/search", "/account", "/none")]
    told += [client.get("/api/v1/search", headers={"Authorization": f"Bearer {secret}x"}).text]
    token = client.cookies["archive-session"]
    secrets = ("a wrong password of mine", PASSWORD, secret, token, "$argon2")
    everything = caplog.text + "".join(told) + str(archive.audit(size=50)) + str(archive.keys.all())
    assert key.label in everything
    for hidden in secrets:
        assert hidden not in everything


def test_no_address_takes_a_secret(archive):
    client = browser(archive)
    _, secret = archive.keys.make("reader", "in an address", [], by="Eve")
    for name in ("key", "api_key", "access_token", "token"):
        with Archive(Settings(home=archive.settings.home, reading="sign-in")) as closed:
            answer = browser(closed).get(f"/api/v1/search?{name}={secret}")
            assert answer.status_code in {400, 401}
    answer = client.get(f"/sign-in?name=reader&password={quote(PASSWORD)}")
    assert PASSWORD not in answer.text


# Limits.


@pytest.mark.parametrize(
    "query", ["q=" + "a" * 2001, "size=101", "&".join(f"actor={n}" for n in range(201))]
)
def test_questions_beyond_measure_are_refused_in_words(archive, query):
    answer = browser(archive).get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_passwords_of_any_length_take_the_same_time(archive):
    answer = sign_in(browser(archive), "reader", "x" * 60_000)
    assert answer.status_code == 403
    client = browser(archive)
    form = {"name": "reader", "password": "x" * 70_000, "csrf": csrf(client)}
    assert client.post("/sign-in", data=form).status_code == 413
