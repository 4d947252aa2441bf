"""What is new to a saved search is told once, by mail or webhook, whoever dies on the way."""

import base64
import hashlib
import hmac
import json
import logging
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from typer.testing import CliRunner

from archive.alerts import Alerts, Rate
from archive.chunk import passages_of
from archive.cli.app import app
from archive.core import open_archive
from archive.errors import FetchError, InputError, NotFound
from archive.fetch.http import post
from archive.novelty import Looked
from archive.query.request import Mode, SearchRequest
from archive.sending import Post, Smtp
from archive.store import Store
from archive.store.alerts import AlertTable, State
from archive.types import (
    Article,
    Channel,
    Enriched,
    Pace,
    Precision,
    PublishedDate,
    RawDocument,
    Role,
    Scope,
)
from tests.archives import NOW, environment, settings_in, store_invented
from tests.people import PASSWORD, browser, enrol, send, signed_in
from tests.website import website
from web.schemas import AlertsBody, NewAlertBody

SITE = "https://archive.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
COMET = SearchRequest(q="comet", mode=Mode.WORDS)
WIRE = (
    "A comet that nobody had expected was seen above the bay on Sunday night. People left their "
    "houses to look, the harbour master said, and stayed until it had set behind the island. "
    "Astronomers at the observatory think that it will come back in eleven thousand years."
)


class Clock:
    """A clock that tests move."""

    def __init__(self):
        self.now = datetime(2030, 1, 1, 8, tzinfo=UTC)

    def __call__(self):
        return self.now

    def pass_(self, **time):
        self.now += timedelta(**time)


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("alerts"), models)) as archive:
        store_invented(archive, 8)
        enrol(archive, Role.READER, Role.EDITOR)
        yield archive


@pytest.fixture
def hook():
    with website() as site:
        site.pages["/hook"] = b"thanks"
        yield site


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def saved(archive):
    """A saved search without alerts: what others left is gone."""
    with archive.store.accounts() as accounts:
        reader = accounts.get("reader")
    for kept in archive.saved.all(reader):
        archive.saved.remove(kept)
    return archive.saved.save(reader, "Comets", COMET)


def alerts_of(archive, clock, smtp=None, *, private=True):
    return Alerts(
        archive.store,
        Post(SITE, private, smtp),
        found=archive.found,
        total=lambda request: archive.search(request).total,
        now=clock,
    )


_taken_in = iter(range(10_000))


def take_in(
    archive,
    *texts,
    title="A comet above the bay",
    source="Harbour Wire",
    published=None,
    index=True,
):
    """Articles of these texts; their numbers."""
    numbers = []
    with archive.store.writing() as writer:
        for text in texts:
            at = next(_taken_in)
            article = Article(
                title,
                text,
                f"made/alert/{at}",
                key=f"https://news.example.org/alert/{at}",
                source=source,
                published=published,
            )
            raw = RawDocument(f"{at} {text}".encode(), "plain", article.origin)
            enriched = Enriched(article, passages=passages_of(article, archive.embedder))
            numbers.append(writer.add(enriched, raw, now=NOW).number)
    if index:
        archive.indexer.refresh()
    return numbers


def told(site):
    """What a webhook was sent, as JSON."""
    return [json.loads(body)["data"] for _, _, body in site.sent]


def titles(site):
    return [[a["title"] for a in data["articles"]] for data in told(site)]


# Telling.


def test_a_webhook_is_sent_what_is_new_once_and_can_check_who_sent_it(archive, saved, hook, clock):
    alerts = alerts_of(archive, clock)
    take_in(archive, "The comet was there before anybody asked to be told.")
    made = alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    assert alerts.run().sent == 0
    (number,) = take_in(archive, WIRE)
    report = alerts.run()
    assert (report.looked, report.sent, report.faults) == (1, 1, ())
    ((path, headers, body),) = hook.sent
    (data,) = told(hook)
    id_ = archive.store.ids([number])[number]
    assert path == "/hook"
    assert data["search"]["label"] == "Comets"
    assert [(a["id"], a["address"]) for a in data["articles"]] == [(id_, f"{SITE}/articles/{id_}")]
    # As a receiver would check it, by what Standard Webhooks says.
    key, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    secret = base64.b64decode(made.secret.removeprefix("whsec_"))
    digest = hmac.new(secret, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert headers["Idempotency-Key"] == key
    for _ in range(3):
        clock.pass_(days=1)
        assert alerts.run().sent == 0
    assert len(hook.sent) == 1


def test_a_text_that_twelve_print_is_told_once_and_no_more_when_a_thirteenth_does(
    archive, saved, hook, clock
):
    alerts = alerts_of(archive, clock)
    alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    wire = (
        "Two tankers named after a comet met in the narrows on Thursday and neither gave way. The "
        "pilots blame the tide, the owners blame the pilots, and divers found a hole of a metre."
    )
    take_in(archive, *(f"{wire} Printed in {n} places." for n in range(12)))
    take_in(archive, "Another comet story altogether, of a ship called Comet that ran aground.")
    alerts.run()
    (data,) = told(hook)
    assert sorted(len(a["copies"]) for a in data["articles"]) == [0, 11]
    take_in(archive, f"{wire} Late, but printed.")
    alerts.run()
    assert len(hook.sent) == 1


def test_an_old_article_whose_correction_begins_to_match_is_told(archive, saved, hook, clock):
    alerts = alerts_of(archive, clock)
    (old,) = take_in(archive, "A light above the bay was a lantern, the mayor said.", title="Light")
    alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    record = next(archive.store.scan(numbers=[old]))
    for text in ("It was a comet after all, the mayor says.", "It was a comet, he repeats."):
        fresh = Enriched(replace(record.article, text=text))
        raw = RawDocument(text.encode(), "plain", record.article.origin)
        with archive.store.writing() as writer:
            writer.replace(old, fresh, raw, now=NOW)
        archive.indexer.refresh()
        alerts.run()
    assert titles(hook) == [["Light"]]


def test_who_wants_to_be_told_daily_gets_one_message_a_day(archive, saved, hook, clock):
    alerts = alerts_of(archive, clock)
    alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.DAY, by="Eve")
    alerts.run()
    for at in range(2):
        clock.pass_(hours=10)
        take_in(archive, f"Comet report of the day, number {at}.", title=f"Report {at}")
        alerts.run()
    assert hook.sent == []
    clock.pass_(hours=5)  # a day and an hour after the first look
    alerts.run()
    assert [sorted(found) for found in titles(hook)] == [["Report 0", "Report 1"]]
    (alert,) = alerts.all(saved=saved.id)
    assert alert.due == datetime(2030, 1, 3, 8, tzinfo=UTC)


def test_what_is_taken_down_before_it_was_sent_is_not_told(archive, saved, hook, clock):
    alerts = alerts_of(archive, clock)
    made = alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    hook.pages["/hook"] = 503, {}, b""
    (number,) = take_in(archive, "A comet that a court has forbidden to speak of.")
    alerts.run()
    archive.takedown.take_down(archive.store.ids([number])[number], by="Eve", reason="court")
    hook.pages["/hook"] = b"thanks"
    clock.pass_(hours=1)
    assert alerts.run().sent == 0
    assert len(hook.sent) == 1
    assert [message.state for message in alerts.messages(made)] == [State.EMPTY]


# Dying.


def test_killed_between_sending_and_marking_it_sends_the_same_message_again(
    archive, saved, hook, clock
):
    alerts = alerts_of(archive, clock)
    clock.now = datetime.now(UTC)
    alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    take_in(archive, "A comet for those who die while they tell of it.")
    code = "from archive.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "alerts", "run"],
        env=environment(archive.settings)
        | {"ARCHIVE_PRIVATE_ADDRESSES": "true", "ARCHIVE_SITE": SITE},
    )
    hook.on_sent = process.kill
    assert process.wait(120) == -9
    hook.on_sent = lambda: None
    # Who else runs takes it for being sent, until it must have died.
    clock.now = datetime.now(UTC)
    alerts.run()
    assert len(hook.sent) == 1
    clock.pass_(minutes=11)
    assert alerts.run().sent == 1
    first, second = hook.sent
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert json.loads(first[2]) == json.loads(second[2])
    clock.pass_(days=1)
    assert alerts.run().sent == 0


def test_whoever_dies_at_any_step_loses_nothing(archive, saved, hook, clock, monkeypatch):
    alerts = alerts_of(archive, clock)
    alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    take_in(archive, "A comet that came while one after the other died.", title="Lasting")

    def die(*_arguments, **_options):
        raise KeyboardInterrupt

    for step in ("look", "put", "claim", "done"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(AlertTable, step, die)
            alerts.run()
        clock.pass_(minutes=11)
        # Until it dies marking it as sent, nothing was.
        assert len(hook.sent) == (1 if step == "done" else 0)
    alerts.run()
    assert titles(hook) == [["Lasting"], ["Lasting"]]
    assert len({headers["webhook-id"] for _, headers, _ in hook.sent}) == 1
    clock.pass_(days=1)
    assert alerts.run().sent == 0


def test_of_two_who_run_at_once_one_sends(store_url, clock):
    with Store.open(store_url) as store, store.writing() as writer:
        owner = writer.accounts.add("Eve", Role.READER, "hashed", now=NOW)
        seen = Looked(7, b"")
        saved = writer.saved.add(owner, "Comets", COMET, seen=seen, token="t", now=NOW)
        made = writer.alerts.add(
            saved,
            channel=Channel.WEBHOOK,
            target="https://hook.example",
            pace=Pace.HOUR,
            token="a",
            secret="whsec_",
            confirmed=True,
            seen=seen,
            now=NOW,
        )
        assert writer.alerts.due(NOW) == (made,)
        looks = [
            writer.alerts.look(made, Looked(9, b""), now=NOW, due=NOW + timedelta(hours=1))
            for _ in range(2)
        ]
        assert looks == [True, False]
        message = writer.alerts.put(made.id, "msg_1", [[3, 5], [4]], 2, now=NOW)
        assert (message.texts, message.more) == (((3, 5), (4,)), 2)
        later = NOW + timedelta(days=1)
        assert writer.alerts.due(later) == ()  # it has yet to tell
        assert writer.alerts.waiting(NOW) == (message,)
        claims = [writer.alerts.claim(message, until=NOW + timedelta(minutes=10)) for _ in range(2)]
        assert claims == [True, False]
        writer.alerts.done(message, State.SENT)
        assert [a.id for a in writer.alerts.due(later)] == [made.id]
        writer.saved.remove(saved)
        with pytest.raises(NotFound):
            writer.alerts.of("a")


# Failing.


def test_what_cannot_be_sent_is_tried_later_and_later_then_given_up_for_all_to_see(
    archive, saved, hook, clock
):
    alerts = alerts_of(archive, clock)
    made = alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    hook.pages["/hook"] = 500, {}, b""
    take_in(archive, "A comet that nobody answers for.", title="Unanswered")
    pauses = []
    while True:
        report = alerts.run()
        assert "answers 500" in report.faults[0]
        (message,) = alerts.messages(made)
        if message.state is State.GIVEN_UP:
            break
        pauses.append((message.due - clock.now) / timedelta(minutes=1))
        assert alerts.run().faults == ()  # not before it is due
        clock.now = message.due
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1280]
    stopped = alerts.get(made.id)
    assert stopped.stopped
    assert stopped.fault == "127.0.0.1 answers 500"
    take_in(archive, "A comet while nobody listens.", title="Missed")
    assert alerts.run().looked == 0
    # Started again it tells what was given up, and then what came in meanwhile.
    hook.pages["/hook"] = b"thanks"
    del hook.sent[:-1]
    alerts.restart(stopped, by="Eve")
    alerts.run()
    alerts.run()
    assert titles(hook) == [["Unanswered"], ["Unanswered"], ["Missed"]]
    assert hook.sent[0][1]["webhook-id"] == hook.sent[1][1]["webhook-id"]
    assert alerts.get(made.id).fault is None


def test_a_webhook_that_is_gone_for_good_is_not_asked_again(archive, saved, hook, clock):
    alerts = alerts_of(archive, clock)
    made = alerts.add(saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve")
    hook.pages["/hook"] = 410, {}, b""
    take_in(archive, "A comet for somebody who moved away.")
    assert "given up" in alerts.run().faults[0]
    clock.pass_(days=9)
    alerts.run()
    assert len(hook.sent) == 1
    assert alerts.get(made.id).stopped


# Where it may be sent.


def test_nothing_is_sent_into_private_networks(archive, saved, hook, clock):
    alerts = alerts_of(archive, clock, private=False)
    for address in (f"{hook.address}/hook", "http://[::1]/", "file:///etc/passwd", "no address"):
        with pytest.raises(FetchError):
            alerts.add(saved, Channel.WEBHOOK, address, Pace.DAY, by="Eve")
    # One that was allowed once, and is no more.
    alerts_of(archive, clock).add(
        saved, Channel.WEBHOOK, f"{hook.address}/hook", Pace.AT_ONCE, by="Eve"
    )
    take_in(archive, "A comet that stays outside.")
    assert "private network" in alerts.run().faults[0]
    assert hook.sent == []


def test_a_redirect_is_followed_with_what_is_sent_and_never_into_a_private_network(
    hook, monkeypatch
):
    port = hook.address.rpartition(":")[2]
    send = {"private": True, "seconds": 5, "headers": {}}
    hook.pages["/moved"] = 308, {"Location": "/hook"}, b""
    assert post(f"{hook.address}/moved", b"{}", **send).status == 200
    assert [(path, body) for path, _, body in hook.sent] == [("/moved", b"{}"), ("/hook", b"{}")]
    hook.pages["/seen"] = 302, {"Location": "/hook"}, b""
    assert post(f"{hook.address}/seen", b"{}", **send).status == 302
    assert len(hook.sent) == 3
    hook.pages["/inside"] = 307, {"Location": f"http://127.0.0.2:{port}/hook"}, b""
    monkeypatch.setattr("archive.fetch.guard.is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(FetchError, match="private network"):
        post(f"{hook.address}/inside", b"{}", private=False, seconds=5, headers={})
    assert [path for path, *_ in hook.sent][3:] == ["/inside"]


def test_no_log_no_list_and_no_address_tells_the_secret(archive, saved, hook, clock, caplog):
    alerts = alerts_of(archive, clock)
    address = f"{hook.address}/hook?key=hush"
    with caplog.at_level(logging.DEBUG):
        made = alerts.add(saved, Channel.WEBHOOK, address, Pace.AT_ONCE, by="Eve")
        hook.pages["/hook?key=hush"] = 500, {}, b""
        take_in(archive, "A comet of which no log speaks.")
        faults = alerts.run().faults
    listed = command(archive, "list").stdout
    assert "127.0.0.1" in listed
    everything = (repr(made), caplog.text, str(faults), listed, str(archive.audit(size=100)))
    for secret in (made.secret, made.token, "hush"):
        assert not any(secret in text for text in everything)
    assert all(made.secret not in path + body.decode() for path, _, body in hook.sent)
    assert "password" not in repr(Smtp("h", 25, "none", "a@b.example", "u", "password1"))


# Mails.


@contextmanager
def mail_server(refuses=False):
    """Where a mail server listens, and what it was given."""
    mails = []

    class Handler:
        async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
            if refuses:
                return "550 no such mailbox"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
            mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy)))
            return "250 OK"

    class AtAnyPort(Controller):
        def factory(self):
            return SMTP(self.handler, hostname="mail.example")

        def _trigger_server(self):
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    controller = AtAnyPort(Handler(), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield Smtp("127.0.0.1", controller.port, "none", "alerts@archive.example"), mails
    finally:
        controller.stop()


def test_a_mail_tells_what_is_new_in_plain_words_once_who_gets_it_said_yes(archive, saved, clock):
    with mail_server() as (smtp, mails):
        alerts = alerts_of(archive, clock, smtp)
        made = alerts.add(saved, Channel.MAIL, "desk@paper.example", Pace.AT_ONCE, by="eve")
        take_in(archive, "A comet <b>for</b> the desk.", title="A comet\u2028To: all\x07 is here")
        alerts.run()
        clock.pass_(days=1)
        alerts.run()
        ((to, asks),) = mails
        assert to == ["desk@paper.example"]
        assert asks["Subject"] == "Do you want to be told of “Comets”?"
        assert f"{SITE}/alerts/{made.token}" in asks.get_content()
        alerts.confirm(made)
        assert alerts.run().sent == 1
        assert alerts.run().sent == 0
    mail = mails[1][1]
    assert mail["Subject"] == "1 new: Comets"
    assert mail["From"] == "alerts@archive.example"
    assert mail["List-Unsubscribe"].strip() == f"<{SITE}/alerts/{made.token}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"].endswith("@archive.example>")
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content().replace("\r\n", "\n")
    assert "A comet To: all is here\nHarbour Wire\nhttps://archive.example/articles/" in text
    assert f"To end these mails: {SITE}/alerts/{made.token}" in text


def test_what_a_mail_server_says_is_told(archive, saved, clock):
    with mail_server(refuses=True) as (smtp, mails):
        alerts = alerts_of(archive, clock, smtp)
        alerts.add(saved, Channel.MAIL, "nobody@paper.example", Pace.DAY, by="eve")
        (fault,) = alerts.run().faults
    assert "says: 550 no such mailbox" in fault
    assert mails == []
    for sender in ("alerts@archive.example", "alerts@archive.example\nBcc: x@y.example"):
        clock.pass_(hours=1)
        gone = alerts_of(archive, clock, replace(smtp, sender=sender))
        assert "cannot be used" in gone.run().faults[0]


@pytest.mark.parametrize(
    "target",
    ["", "desk", "desk@paper", "a b@paper.example", "a@b.example\nBcc: c@d.example", "\x00@b.c"],
)
def test_only_a_mail_address_is_sent_mails(archive, saved, clock, target):
    alerts = alerts_of(archive, clock, Smtp("127.0.0.1", 1, "none", "a@b.example"))
    with pytest.raises(InputError):
        alerts.add(saved, Channel.MAIL, target, Pace.DAY, by="eve")
    with pytest.raises(InputError, match="sends no mails"):
        alerts_of(archive, clock).add(saved, Channel.MAIL, "a@b.example", Pace.DAY, by="eve")


# How often.


def test_the_rate_counts_texts_of_the_last_three_months(archive, clock):
    clock.now = datetime(2021, 6, 1, tzinfo=UTC)
    alerts = alerts_of(archive, clock)
    rated = SearchRequest(q="eclipse", mode=Mode.WORDS)

    def on(day):
        return PublishedDate(f"{day:%Y-%m-%d}", Precision.DAY, "text", day, day + timedelta(days=1))

    for days in (1, 30, 60, 92):
        text = f"An eclipse was seen {days} days ago, said the observatory of the island."
        take_in(archive, text, published=on(clock.now - timedelta(days=days)), index=False)
    copies = [f"{WIRE.replace('comet', 'eclipse')} Copy {n}." for n in range(5)]
    take_in(archive, *copies, published=on(clock.now - timedelta(days=3)))
    assert alerts.rate(rated) == Rate(4)
    assert alerts.rate(replace(rated, after="2021-05-20")) == Rate(2)
    assert alerts.rate(replace(rated, after="2019")) == Rate(4)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (0, "nothing"),
        (1, "1 article in all"),
        (3, "about 1 article a month"),
        (39, "about 3 articles a week"),
        (91_000, "about 1,000 articles a day"),
    ],
)
def test_a_rate_is_told_in_words(texts, words):
    assert str(Rate(texts)) == words


def command(archive, *words):
    home = {"ARCHIVE_HOME": str(archive.settings.home), "ARCHIVE_PRIVATE_ADDRESSES": "true"}
    return CliRunner().invoke(app, ["alerts", *words], env=home)


def test_the_command_line_adds_lists_runs_and_removes(archive, saved, hook):
    to_hook = ("--webhook", f"{hook.address}/hook", "--every", "at-once")
    added = command(archive, "add", str(saved.id), *to_hook)
    assert "by dates of publication" in added.stderr
    assert added.stdout.startswith("whsec_")
    take_in(archive, "A comet on the command line.", title="Typed")
    assert "1 looked at, 1 sent" in command(archive, "run").stdout
    assert titles(hook) == [["Typed"]]
    (listed,) = json.loads(command(archive, "list", "--json").stdout)
    assert (listed["search"], listed["to"], listed["state"]) == ("Comets", "127.0.0.1", "fine")
    command(archive, "remove", listed["id"])
    assert json.loads(command(archive, "list", "--json").stdout) == []
    assert isinstance(command(archive, "add", str(saved.id)).exception, InputError)
    assert isinstance(command(archive, "remove", listed["id"]).exception, NotFound)


# Pages.


def test_an_alert_is_added_seen_and_ended_on_pages(archive, saved, hook):
    client = signed_in(archive, "reader")
    at = f"/saved/{saved.id}/alert"
    assert f'href="{at}"' in client.get(f"/saved/{saved.id}").text
    page = client.get(at).text
    assert "it would have told you of <strong>nothing</strong>" in page
    assert "ARCHIVE_SMTP_HOST" in page
    refused = send(client, at, {"channel": "webhook", "target": f"{hook.address}/<b>"}, at)
    assert refused.status_code == 400
    assert "an address of a private network" in refused.text
    assert "/&lt;b&gt;" in refused.text
    assert send(client, at, {"channel": "mail", "target": "a@b.example"}, at).status_code == 400
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(archive.__dict__, "alerts", alerts_of(archive, Clock()))
        form = {"channel": "webhook", "target": f"{hook.address}/hook", "pace": "at-once"}
        made = send(client, at, form, at)
        (alert,) = archive.alerts.all(saved=saved.id)
        assert alert.secret in made.text
        smtp = Smtp("127.0.0.1", 1, "none", "a@b.example")
        patch.setitem(archive.__dict__, "alerts", alerts_of(archive, Clock(), smtp))
        mail = {"channel": "mail", "target": "desk@paper.example", "pace": "week"}
        assert "A mail is on its way to desk@paper.example" in send(client, at, mail, at).text
        assert "waits for a yes" in client.get(f"/saved/{saved.id}").text
        assert "told there already" in send(client, at, mail, at).text
        archive.alerts.remove(archive.alerts.all(saved=saved.id)[-1], by="reader")
        take_in(archive, "A comet for a page.")
        archive.alerts.run()
    assert len(hook.sent) == 1
    assert f'href="/saved/{saved.id}#alerts">1<' in client.get("/saved").text
    kept = client.get(f"/saved/{saved.id}").text
    assert "webhook at 127.0.0.1" in kept
    assert alert.secret not in kept
    page = client.get(f"/alerts/{alert.token}").text
    assert "1 new" in page
    assert alert.secret not in page
    gone = send(client, f"/alerts/{alert.token}/end", {}, f"/alerts/{alert.token}")
    assert "The alert has ended" in gone.text
    assert client.get(f"/alerts/{alert.token}").status_code == 404
    assert archive.alerts.all(saved=saved.id) == ()


def test_programs_add_list_and_end_alerts_by_key(archive, saved):
    _, secret = archive.keys.make("reader", "alerts", [Scope.SAVE], by="reader")
    client = browser(archive, headers={"Authorization": f"Bearer {secret}"})
    at = f"/api/v1/saved/{saved.id}/alerts"
    asked = {"channel": "webhook", "target": "https://1.1.1.1/hook?key=hush", "pace": "hour"}
    made = client.post(at, json=asked)
    assert made.status_code == 201
    assert NewAlertBody.model_validate(made.json()).secret.startswith("whsec_")
    told = AlertsBody.model_validate(client.get(at).json())
    assert [(a.to, a.pace, a.looked) for a in told.alerts] == [("1.1.1.1", "hour", None)]
    assert told.rate.texts == archive.alerts.rate(saved.request).texts
    assert "hush" not in client.get(at).text
    assert made.json()["secret"] not in client.get(at).text
    one = f"{at}/{told.alerts[0].id}"
    assert client.post(f"{one}/restart").status_code == 204
    refused = client.post(at, json=asked | {"target": "https://127.0.0.1/hook"})
    assert (refused.status_code, "private network" in refused.json()["detail"]) == (400, True)
    assert client.post(at, json=asked | {"channel": "pigeon"}).status_code == 400
    other = archive.saved.save(archive.accounts.get("editor"), "Another", COMET)
    for path in (f"/api/v1/saved/{other.id}/alerts", f"{at}/999/restart"):
        assert client.post(path, json=asked).status_code == 404
    assert client.delete(one).status_code == 204
    assert client.delete(one).status_code == 404
    assert browser(archive).get(at).status_code == 401


def test_who_gets_mails_says_yes_or_ends_them_without_an_account(archive, saved, clock):
    alerts = alerts_of(archive, clock, Smtp("127.0.0.1", 1, "none", "a@b.example"))
    made = alerts.add(saved, Channel.MAIL, "desk@paper.example", Pace.DAY, by="eve")
    somebody, at = browser(archive), f"/alerts/{made.token}"
    assert "Yes, send me these mails" in somebody.get(at).text
    assert not alerts.get(made.id).confirmed  # a reader of mails may look at links by itself
    send(somebody, f"{at}/confirm", {}, at)
    assert alerts.get(made.id).confirmed
    send(somebody, f"{at}/end", {}, at)
    assert alerts.all(saved=saved.id) == ()


@pytest.mark.parametrize("as_file", [False, True])
def test_the_button_of_a_mail_reader_ends_an_alert_and_nothing_else_does(
    archive, saved, clock, as_file
):
    smtp = Smtp("127.0.0.1", 1, "none", "a@b.example")
    made = alerts_of(archive, clock, smtp).add(
        saved, Channel.MAIL, "desk@paper.example", Pace.DAY, by="eve", confirmed=True
    )
    # A mail service: without cookies, from elsewhere, also where reading needs an account.
    with open_archive(archive.settings.model_copy(update={"reading": "sign-in"})) as closed:
        service, at = browser(closed), f"/alerts/{made.token}"
        assert service.get(at).status_code == 200
        assert service.post(at, data={"List-Unsubscribe": "yes"}).status_code == 400
        assert service.post("/alerts/unknown", data=ONE_CLICK).status_code == 404
        assert archive.alerts.all(saved=saved.id) == (archive.alerts.get(made.id),)
        headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
        form = {name: (None, said) for name, said in ONE_CLICK.items()} if as_file else None
        data = None if as_file else ONE_CLICK
        assert service.post(at, data=data, files=form, headers=headers).status_code == 200
    assert archive.alerts.all(saved=saved.id) == ()


def test_visitors_are_asked_to_sign_in_and_nobody_alerts_on_anothers_search(archive, saved):
    at = f"/saved/{saved.id}/alert"
    assert browser(archive, follow_redirects=False).get(at).status_code == 303
    archive.accounts.add("other", Role.READER, PASSWORD, by="Eve")
    other = signed_in(archive, "other")
    assert other.get(at).status_code == 404
    form = {"channel": "webhook", "target": "https://paper.example/hook"}
    assert send(other, at, form, "/account").status_code == 404
