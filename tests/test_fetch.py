"""Addresses are fetched politely, within limits, and never where only insiders may ask."""

import gzip
import json
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from archive.core import open_archive
from archive.errors import FetchError, NotFound
from archive.feeds import Poll, failed
from archive.fetch.fetcher import Fetcher
from archive.fetch.guard import checked, is_public
from archive.fetch.http import get
from archive.query.request import SearchRequest
from archive.readers import Web, read
from archive.store import Store
from archive.store.feeds import Feed
from archive.types import Channel, Pace, RawDocument, Role
from tests.archives import environment, run, settings_in
from tests.website import website

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def site():
    with website() as made:
        yield made


def fetcher(**options) -> Fetcher:
    return Fetcher(**{"private": True, "pause": 0.0, "seconds": 10.0, **options})


def page(title: str) -> bytes:
    body = f"<p>The council of Northport said on Monday that the {title.lower()}.</p>"
    return (
        f'<html lang="en"><head><meta property="og:site_name" content="Harbour Post"></head>'
        f"<body><article><h1>{title}</h1>{body}<p>Repairs will take until spring, the mayor said."
        "</p></article></body></html>"
    ).encode()


def feed(site, *paths: str) -> bytes:
    items = "".join(f"<item><link>{site.address}{p}</link><title>x</title></item>" for p in paths)
    return f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>".encode()


# Where it may ask.


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 192.168.0.1 172.16.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 ::1 "
    "fe80::1 fc00::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 198.18.0.1 nonsense".split(),
)
def test_addresses_of_private_networks_are_known(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_known(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(url):
    with pytest.raises(FetchError, match="private network"):
        checked(url, private=False)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/x",
        "http://",
        "http://a:99999/",
        "http://u:p@a.example/",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises(FetchError):
        checked(url, private=True)


def test_a_redirect_into_a_private_network_is_refused(site, monkeypatch):
    """The first host counts as public here; what it redirects to does not."""
    port = site.address.rpartition(":")[2]
    site.pages["/"] = 302, {"Location": f"http://localhost:{port}/secret"}, b""
    real = socket.getaddrinfo
    monkeypatch.setattr("archive.fetch.guard.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real("::1" if host == "localhost" else host, *a, **k),
    )
    with pytest.raises(FetchError, match="private network"):
        get(site.address + "/", private=False, most_bytes=1000, seconds=5)
    assert site.paths() == ["/"]


def test_the_address_that_was_checked_is_the_one_that_is_asked(site, monkeypatch):
    """A name that stands for another address at every look leads to where it was first seen."""
    port = int(site.address.rpartition(":")[2])
    real, looks = socket.getaddrinfo, []

    def rebinding(host, *arguments, **options):
        if host == "rebinding.example":
            looks.append(host)
            host = "127.0.0.1" if len(looks) == 1 else "127.0.0.2"
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.pages["/"] = b"hello"
    answer = get(f"http://rebinding.example:{port}/", private=True, most_bytes=99, seconds=5)
    assert (answer.content, looks) == (b"hello", ["rebinding.example"])
    assert site.asked[0][1]["Host"] == f"rebinding.example:{port}"


# Within limits.


def test_large_answers_are_refused_packed_or_not(site):
    site.pages["/large"] = b"x" * 3_000_000
    packed = gzip.compress(b"x" * 30_000_000)
    site.pages["/packed"] = 200, {"Content-Encoding": "gzip"}, packed
    for path in ("/large", "/packed"):
        with pytest.raises(FetchError, match="more than 1 MB"):
            get(site.address + path, private=True, most_bytes=1_000_000, seconds=10)


def test_an_answer_that_does_not_end_is_given_up(site):
    site.pages["/slow"] = 200, {"Content-Length": "100000"}, b"a little"
    with pytest.raises(FetchError, match=r"no whole answer|broke off"):
        get(site.address + "/slow", private=True, most_bytes=1_000_000, seconds=0.3)


def test_redirects_without_end_are_given_up(site):
    site.pages["/a"] = 302, {"Location": "/a"}, b""
    with pytest.raises(FetchError, match="redirects more than"):
        get(site.address + "/a", private=True, most_bytes=1000, seconds=10)


# With manners.


def test_robots_are_kept_out_of_where_they_are_not_wanted(site):
    site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /private/*.html\nAllow: /\n"
    site.pages["/private/a.html"] = site.pages["/a.html"] = site.pages["/moved"] = page(
        "Bridge closed"
    )
    site.pages["/moved"] = 302, {"Location": "/private/a.html"}, b""
    asks = fetcher()
    assert asks.page(f"{site.address}/a.html").status == 200
    for path in ("/private/a.html", "/moved"):
        with pytest.raises(FetchError, match="robots"):
            asks.page(site.address + path)
    assert "/private/a.html" not in site.paths()


def test_a_site_whose_rules_cannot_be_read_is_left_alone(site):
    site.pages["/robots.txt"] = 503, {}, b""
    with pytest.raises(FetchError, match="robots"):
        fetcher().page(f"{site.address}/a.html")


def test_a_site_is_asked_slowly(site):
    site.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 7\n"
    site.pages["/a"] = page("Bridge closed")
    slept: list[float] = []
    asks = fetcher(pause=2.0, now=lambda: 100.0, sleep=slept.append)
    for _ in range(3):
        asks.page(f"{site.address}/a")
    assert slept == [7.0, 7.0]


# What comes in.


def titles(site, url: str, known=()) -> list[str]:
    web = Web(fetcher(), lambda url: url.removeprefix(site.address) in known)
    return [
        item.origin.removeprefix(site.address) if isinstance(item, RawDocument) else item.reason
        for item in read([url], web=web)
    ]


def test_the_address_of_a_feed_leads_to_the_pages_of_its_entries(site):
    site.pages |= {"/feed": feed(site, "/a", "/b", "/known"), "/a": page("A"), "/b": page("B")}
    assert titles(site, f"{site.address}/feed", known=["/known"]) == ["/a", "/b"]
    assert site.paths() == ["/feed", "/a", "/b"]


def test_an_entry_whose_page_is_gone_counts_with_what_the_feed_has_of_it(site):
    entry = "<item><link>{}/gone</link><description>The bridge is closed.</description></item>"
    xml = f"<rss version='2.0'><channel>{entry.format(site.address)}</channel></rss>"
    site.pages["/feed"] = xml.encode()
    assert titles(site, f"{site.address}/feed") == [f"/feed#{site.address}/gone"]


def test_a_sitemap_index_leads_to_sitemaps_and_pages(site):
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = f"<sitemapindex {ns}><sitemap><loc>{site.address}/map</loc></sitemap></sitemapindex>"
    urls = f"<urlset {ns}><url><loc>{site.address}/a</loc></url></urlset>"
    site.pages |= {"/index": index.encode(), "/map": urls.encode(), "/a": page("A")}
    assert titles(site, f"{site.address}/index") == ["/a"]


def test_a_feed_of_feeds_does_not_run_away(site):
    site.pages["/feed"] = feed(site, "/feed", "/a")
    site.pages["/a"] = page("A")
    assert [t for t in titles(site, f"{site.address}/feed") if t == "/a"] == ["/a"]
    assert site.paths() == ["/feed", "/feed", "/a"]


def test_an_address_is_taken_in_only_where_it_may_be(archive, site):
    site.pages["/a"] = page("Bridge closed for repairs")
    (fault,) = archive.ingest([f"{site.address}/a"]).rejected
    assert "ARCHIVE_PRIVATE_ADDRESSES" in fault.hint
    assert site.asked == []


# Feeds that are followed.


def one_feed(site, **fields) -> Feed:
    return Feed(
        **{"url": f"{site.address}/feed", "minutes": 30, "added": NOW, "due": NOW, **fields}
    )


def polled(feed: Feed) -> tuple[Feed, list]:
    poll = Poll([feed], fetcher(), lambda _: False, now=lambda: NOW)
    documents = list(poll.documents())
    ((_, after),) = poll.asked
    return after, documents


def test_a_feed_that_has_nothing_new_sends_nothing(site):
    site.pages["/feed"] = (
        200,
        {"ETag": '"one"', "Last-Modified": "Sun, 01 Jun 2025"},
        feed(site, "/a"),
    )
    site.pages["/a"] = page("A")
    first, documents = polled(one_feed(site))
    assert ([d.origin for d in documents], first.etag) == ([f"{site.address}/a"], '"one"')
    second, documents = polled(first)
    assert (documents, second.failures, second.etag) == ([], 0, '"one"')
    assert second.due == NOW + timedelta(minutes=30)
    assert site.asked[-1][1]["If-Modified-Since"] == "Sun, 01 Jun 2025"


def test_a_feed_that_fails_is_asked_less_and_less_often(site):
    site.pages["/feed"] = 500, {}, b""
    after = one_feed(site)
    waits = []
    for _ in range(8):
        after, (fault,) = polled(after)
        waits.append((after.due - NOW) / timedelta(minutes=1))
        assert "500" in fault.reason
    assert waits == [60, 120, 240, 480, 960, 1440, 1440, 1440]


def test_a_server_may_ask_for_a_pause_and_a_feed_may_end_or_move(site):
    site.pages["/feed"] = 429, {"Retry-After": "7200"}, b""
    assert polled(one_feed(site))[0].due == NOW + timedelta(hours=2)
    site.pages["/feed"] = 301, {"Location": "/new"}, b""
    site.pages["/new"] = feed(site)
    assert polled(one_feed(site))[0].url == f"{site.address}/new"
    site.pages["/feed"] = 410, {}, b""
    assert polled(one_feed(site))[0].gone


def test_feeds_are_kept_in_the_store(store_url):
    feed = Feed("https://a.example/feed", 30, NOW, NOW)
    with Store.open(store_url) as store:
        with store.writing() as writer:
            writer.feeds.put(feed)
        after = failed(feed, "no answer", NOW)
        with store.writing() as writer:
            writer.feeds.put(after, before=feed.url)
        assert store.feeds() == (after,)
        with store.writing() as writer:
            writer.feeds.remove(feed.url)
        assert store.feeds() == ()
        with pytest.raises(NotFound), store.writing() as writer:
            writer.feeds.remove(feed.url)


@pytest.fixture
def following(tmp_path, models):
    settings = settings_in(tmp_path / "home", models)
    options = {"private_addresses": True, "fetch_pause": 0.0}
    with open_archive(settings.model_copy(update=options)) as archive:
        yield archive


def test_following_a_feed_brings_its_new_pages_once(site, following):
    site.pages |= {"/feed": feed(site, "/a"), "/a": page("Bridge closed for repairs")}
    following.follow(f"{site.address}/feed", minutes=30, by="Eve")
    assert following.poll().added == 1
    assert following.poll().added == 0  # nothing is due
    again = following.poll(due_only=False)
    assert (again.added, again.updated, again.rejected) == (0, 0, ())
    assert site.paths() == ["/feed", "/a", "/feed"]
    record = next(following.store.scan())
    assert record.article.url == f"{site.address}/a"


def test_what_could_not_be_fetched_is_tried_again(site, following):
    site.pages["/feed"] = feed(site, "/late").replace(b"<title>x</title>", b"")
    following.follow(f"{site.address}/feed", minutes=30, by="Eve")
    assert len(following.poll().rejected) == 1
    site.pages["/late"] = page("Ferry late again this winter")
    assert following.retry(by="Eve").added == 1
    assert following.store.refused_count() == 0


def test_watching_follows_feeds_and_sends_alerts_until_it_is_stopped(site, following):
    site.pages |= {"/feed": feed(site, "/a"), "/a": page("Bridge closed for repairs"), "/hook": b""}
    following.follow(f"{site.address}/feed", minutes=1, by="Eve")
    following.rebuild()
    reader = following.accounts.add("eve", Role.READER, "a few words of length", by="Eve")
    saved = following.saved.save(reader, "Bridges", SearchRequest(q="title:bridge"))
    hook = f"{site.address}/hook"
    following.alerts.add(saved, Channel.WEBHOOK, hook, Pace.AT_ONCE, by="Eve")
    told = threading.Event()
    site.on_sent = told.set
    process = subprocess.Popen(
        [sys.executable, "-c", "from archive.cli import main; main()", "watch"],
        env=environment(following.settings)
        | {"ARCHIVE_PRIVATE_ADDRESSES": "true", "ARCHIVE_FETCH_PAUSE": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert "1 added" in process.stdout.readline()
        assert told.wait(60)
        process.terminate()
        assert process.wait(60) == 0


def test_the_command_line_lists_feeds(site, following):
    following.follow(f"{site.address}/feed", minutes=45, by="Eve")
    (listed,) = json.loads(run(following.settings, "feeds", "list", "--json").stdout)
    assert (listed["url"], listed["minutes"]) == (f"{site.address}/feed", 45)
