"""Administrators see to accounts, feeds, quarantine and indexes on pages, step by step."""

import html

import pytest

from archive.core import open_archive
from archive.query.request import SearchRequest
from archive.types import Channel, Pace, Role, Scope
from tests.archives import settings_in, store_invented
from tests.people import PASSWORD, addresses, browser, csrf, enrol, send, sign_in, signed_in

ROOT = "/administration"
FEED = "https://1.1.1.1/feed.xml?a=1&b=2"


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("administered"), models)) as archive:
        store_invented(archive, 12)
        enrol(archive, *Role)
        yield archive


@pytest.fixture(scope="module")
def administrator(archive):
    return signed_in(archive, "administrator")


def last_act(archive):
    act = archive.audit(size=1)[0]
    return (act.by, act.what, act.about)


def test_nobody_else_sees_or_does_any_of_it(archive):
    for client, status in ((browser(archive), 303), (signed_in(archive, "editor"), 403)):
        seen = [path for path in addresses(client, "GET") if path.startswith(ROOT)]
        done = [path for path in addresses(client, "POST") if path.startswith(ROOT)]
        assert min(len(seen), len(done)) > 5
        for path in seen:
            answer = client.get(path, follow_redirects=False)
            assert answer.status_code == status, path
        form = {"csrf": csrf(client, "/sign-in" if status == 303 else "/")}
        for path in done:
            assert client.post(path, data=form).status_code == 403, path
    assert ROOT not in signed_in(archive, "editor").get("/").text
    assert ROOT in signed_in(archive, "administrator").get("/").text


def test_the_overview_says_what_should_be_looked_at(administrator):
    page = administrator.get(ROOT).text
    for told in ("12", "up to date", "nothing was refused", "1 reader, 1 editor, 1 administrator"):
        assert told in page


def test_an_account_is_added_changed_and_removed(archive, administrator):
    at = f"{ROOT}/accounts"
    form = {"name": "Zoë & co", "password": PASSWORD, "role": "reader"}
    refused = send(administrator, at, form | {"password": "short"}, at)
    assert refused.status_code == 400
    assert "12 to 256 characters" in refused.text
    assert 'value="Zoë &amp; co"' in refused.text
    assert "Zoë &amp; co" in send(administrator, at, form, at).text

    one = f"{ROOT}/account?name=Zo%C3%AB+%26+co"
    them = signed_in(archive, "Zoë & co")
    send(administrator, f"{ROOT}/account", {"name": "Zoë & co", "role": "editor"}, one)
    assert last_act(archive) == ("administrator", "changed a role", "Zoë & co: editor")
    assert them.get("/decisions").status_code == 200
    new = {"name": "Zoë & co", "password": PASSWORD[::-1]}
    send(administrator, f"{ROOT}/account", new, one)
    assert them.get("/decisions", follow_redirects=False).status_code == 303
    assert sign_in(browser(archive), "Zoë & co", PASSWORD[::-1]).status_code == 303

    confirm = f"{ROOT}/accounts/remove?name=Zo%C3%AB+%26+co"
    assert "is signed out at once" in administrator.get(confirm).text
    send(administrator, f"{ROOT}/accounts/remove", {"name": "Zoë & co"}, confirm)
    assert [a.name for a in archive.accounts.all()] == ["administrator", "editor", "reader"]


def test_nobody_takes_the_role_of_administrator_from_themselves(archive, administrator):
    at = f"{ROOT}/account?name=administrator"
    assert "Another administrator changes your role" in administrator.get(at).text
    for path, form in (("account", {"role": "reader"}), ("accounts/remove", {})):
        answer = send(administrator, f"{ROOT}/{path}", {"name": "Administrator", **form}, ROOT)
        assert answer.status_code == 400
    assert administrator.get(ROOT).status_code == 200


def test_somebodys_key_is_revoked(archive, administrator):
    key, secret = archive.keys.make("reader", "lost laptop", [Scope.SAVE], by="reader")
    assert "lost laptop" in administrator.get(f"{ROOT}/account?name=reader").text
    address = f"{ROOT}/keys/{key.id}/revoke"
    send(administrator, address, {}, address)
    assert archive.keys.of(secret) is None
    assert last_act(archive)[:2] == ("administrator", "revoked a key")
    assert administrator.get(address).status_code == 404


def test_a_feed_is_followed_and_followed_no_more(archive, administrator):
    at = f"{ROOT}/feeds"
    for url, minutes in (("file:///etc/passwd", "30"), ("http://127.0.0.1/", "30"), (FEED, "0")):
        answer = send(administrator, at, {"url": url, "minutes": minutes}, at)
        assert answer.status_code == 400
        assert html.escape(url) in answer.text
    assert archive.store.feeds() == ()
    assert html.escape(FEED) in send(administrator, at, {"url": FEED, "minutes": "45"}, at).text
    (feed,) = archive.store.feeds()
    assert (feed.url, feed.minutes) == (FEED, 45)
    confirm = f"{at}/remove?url=https%3A%2F%2F1.1.1.1%2Ffeed.xml%3Fa%3D1%26b%3D2"
    assert "Its articles stay" in administrator.get(confirm).text
    send(administrator, f"{at}/remove", {"url": FEED}, confirm)
    assert archive.store.feeds() == ()
    assert last_act(archive) == ("administrator", "unfollowed a feed", FEED)


def test_an_alert_that_fails_stands_first_is_tried_again_and_ended(archive, administrator):
    saved = archive.saved.save(
        archive.accounts.get("editor"), "Ferry <b>", SearchRequest(q="ferry")
    )
    hooks = [f"https://1.1.1.1/{name}?key=hush" for name in ("well", "broken")]
    well, broken = (
        archive.alerts.add(saved, Channel.WEBHOOK, hook, Pace.DAY, by="editor") for hook in hooks
    )
    with archive.store.writing() as writer:
        writer.alerts.stop(broken.id, "1.1.1.1 answers 500")
    at = f"{ROOT}/alerts"
    page = administrator.get(at).text
    assert "hush" not in page
    assert "Ferry &lt;b&gt;" in page
    assert "editor" in page
    rows = page[page.index("<tbody>") :]
    assert rows.index(f"{at}/{broken.id}/end") < rows.index(f"{at}/{well.id}/end")
    assert "stopped: 1.1.1.1 answers 500" in page
    assert "1 with a fault" in administrator.get(ROOT).text
    send(administrator, f"{at}/{broken.id}/restart", {}, at)
    assert not archive.alerts.get(broken.id).stopped
    confirm = f"{at}/{broken.id}/end"
    assert "The saved search stays" in administrator.get(confirm).text
    send(administrator, confirm, {}, confirm)
    assert [alert.id for alert in archive.alerts.all()] == [well.id]
    assert last_act(archive)[:2] == ("administrator", "ended an alert")
    assert administrator.get(confirm).status_code == 404


def test_the_quarantine_is_tried_again_beside_the_server(archive, administrator, tmp_path):
    file = tmp_path / "a <b>.json"
    file.write_text('{"title": 3')
    archive.ingest([file])
    at = f"{ROOT}/quarantine"
    page = administrator.get(at).text
    assert "this is not JSON" in page
    assert "a &lt;b&gt;.json" in page
    file.unlink()
    send(administrator, f"{at}/retry", {"origin": str(file)}, at)
    archive.jobs.wait()
    assert last_act(archive) == ("administrator", "tried the quarantine again", str(file))
    again = administrator.get(at).text
    assert "Not all went well" in again
    assert next(iter(archive.store.refused())).attempts == 2


def test_an_article_is_taken_down_beside_the_server_and_may_come_in_again(archive, administrator):
    hit = archive.search(SearchRequest()).hits[0]
    at = f"{ROOT}/takedowns"
    confirm = f"{at}/ask?article={hit.id}&reason=a+%3Cletter%3E"
    assert hit.id in administrator.get(confirm).text
    send(administrator, at, {"article": hit.id, "reason": "a <letter>"}, confirm)
    archive.jobs.wait()
    assert last_act(archive) == ("administrator", "took down an article", hit.id)
    page = administrator.get(at).text
    assert "a &lt;letter&gt;" in page
    assert "gone everywhere" in page
    assert administrator.get(f"/articles/{hit.id}").status_code == 410
    send(administrator, f"{at}/lift", {"article": hit.id}, at)
    assert "may come in again" in administrator.get(at).text


def test_an_earlier_generation_answers_again(archive, administrator):
    archive.rebuild()
    at = f"{ROOT}/generations"
    newest, *_, oldest = archive.generations()
    assert newest.current
    assert "whole" in administrator.get(f"{at}?verify=true").text
    back = f"{at}/{oldest.name}/back"
    assert "from the next search on" in administrator.get(back).text
    send(administrator, back, {}, back)
    assert next(g for g in archive.generations() if g.current).name == oldest.name
    assert last_act(archive) == ("administrator", "went back to a generation", oldest.name)
    assert administrator.get(f"{at}/..%2f..%2fetc/back").status_code == 404


def test_the_audit_log_is_read_by_account_by_kind_and_from_page_to_page(archive, administrator):
    for number in range(120):
        archive.follow(f"https://1.1.1.1/{number}", minutes=9, by="Eve")
    page = administrator.get(f"{ROOT}/audit?by=Eve&what=followed+a+feed").text
    assert page.count("<tr>") == 101
    older = html.unescape(page.split('rel="next" href="')[1].split('"')[0])
    assert administrator.get(older).text.count("<tr>") == 21
