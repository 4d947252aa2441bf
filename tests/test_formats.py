"""Articles come in whatever they are wrapped in; what wraps them can do no harm."""

import bz2
import gzip
import io
import json
import lzma
import os
import re
import tarfile
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import zstandard

from archive.clean import clean
from archive.errors import DocumentError
from archive.formats import FORMATS
from archive.readers import read
from archive.types import Article, RawDocument

NOW = datetime(2025, 6, 1, tzinfo=UTC)
BODY = "The council closed the bridge on Monday.\n\nRepairs will take until spring."
PLAIN = f"Bridge closed\n\n{BODY}".encode()
MARKUP = "<p>The council closed the bridge on Monday.</p><p>Repairs will take until spring.</p>"
PAGE = (
    '<html lang="en"><head><title>Bridge closed</title></head><body><article>'
    f"<h1>Bridge closed for repairs</h1>{MARKUP}</article></body></html>"
)


def articles(*paths: Path, **options) -> list[Article | DocumentError]:
    found = read(list(paths), **options)
    return [clean(r, now=NOW) if isinstance(r, RawDocument) else r for r in found]


def written(folder: Path, content: str | bytes, name: str = "input") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(folder: Path, content: str | bytes, **options) -> Article | DocumentError:
    (found,) = articles(written(folder, content), **options)
    return found


def test_every_format_is_described_in_the_page_on_formats():
    page = (Path(__file__).parents[1] / "docs" / "formats.md").read_text("utf-8")
    assert [f.name for f in FORMATS if f"`{f.name}`" not in page] == []


# Markup and feeds.

RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Harbour Post</title>
<language>en</language><item><title>Bridge &amp; road closed</title>
<link>https://harbour.example.org/bridge</link><guid>b-1</guid><dc:creator>Ada Marsh</dc:creator>
<pubDate>Mon, 04 Mar 2024 10:30:00 +0200</pubDate><description>The council closed it.</description>
<content:encoded><![CDATA[{MARKUP}]]></content:encoded></item>
<item><title>Only a headline</title><link>https://harbour.example.org/other</link></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour Post</title>
<entry><title>Bridge closed</title><id>urn:b-1</id><updated>2024-03-04T10:30:00Z</updated>
<link href="https://harbour.example.org/bridge"/><author><name>Ada Marsh</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{MARKUP}</div></content>
</entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>Harbour Post</title></channel>
<item rdf:about="https://harbour.example.org/bridge"><title>Bridge closed</title>
<link>https://harbour.example.org/bridge</link><dc:date>2024-03-04</dc:date>
<description>The council closed the bridge on Monday. Repairs will take until spring.</description>
</item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Post",
        "language": "en",
        "items": [
            {
                "id": "b-1",
                "url": "https://harbour.example.org/bridge",
                "title": "Bridge closed",
                "content_html": MARKUP,
                "date_published": "2024-03-04T10:30:00Z",
            }
        ],
    }
)


@pytest.mark.parametrize("feed", [RSS, ATOM, RDF, JSON_FEED], ids=["rss", "atom", "rdf", "json"])
def test_the_entries_of_a_feed_are_articles(tmp_path, feed):
    found = articles(written(tmp_path, feed))
    article = found[0]
    assert article.title.startswith("Bridge")
    assert article.text.replace("\n\n", " ") == BODY.replace("\n\n", " ")
    assert (article.source, article.language) == ("Harbour Post", "en")
    assert article.url == "https://harbour.example.org/bridge"
    assert article.published.value.startswith("2024-03-04")


def test_an_entry_without_a_text_is_refused_and_the_others_stay(tmp_path):
    found = articles(written(tmp_path, RSS))
    assert [type(a) for a in found] == [Article, DocumentError]
    assert found[0].title == "Bridge & road closed"
    assert found[0].authors == ("Ada Marsh",)
    assert found[1].origin.endswith("#https://harbour.example.org/other")


def test_a_sitemap_says_that_the_articles_lie_elsewhere(tmp_path):
    sitemap = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <url><loc>https://harbour.example.org/bridge</loc></url></urlset>"""
    fault = one(tmp_path, sitemap)
    assert "https://harbour.example.org/bridge" in fault.reason
    assert "archive feeds add" in fault.hint


@pytest.mark.parametrize("root", ["rss", "urlset", "nitf", "newsItem"])
def test_xml_that_defines_entities_is_refused(tmp_path, root):
    bomb = f'<!DOCTYPE {root} [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    fault = one(tmp_path, f"{bomb}<{root}><item><title>&b;</title></item></{root}>")
    assert "traps" in fault.reason


def test_xml_that_points_to_a_file_does_not_get_it(tmp_path):
    secret = written(tmp_path, "the secret text", "secret")
    (folder := tmp_path / "in").mkdir()
    points = f'<!DOCTYPE nitf [<!ENTITY a SYSTEM "file://{secret}">]>'
    fault = one(folder, f"{points}<nitf><body><p>&a;</p></body></nitf>")
    assert isinstance(fault, DocumentError)
    assert "secret text" not in fault.reason


# News agencies' formats.

NITF = f"""<?xml version="1.0"?><nitf><head><title>HARBOUR-BRIDGE</title><docdata>
<doc-id id-string="hw-77" regsrc="HW"/><date.issue norm="20240304T103000Z"/></docdata>
<pubdata name="Harbour Wire" date.publication="20240304T113000Z"/></head><body><body.head>
<hedline><hl1>Bridge closed</hl1></hedline><byline>By <person>Ada Marsh</person></byline>
<dateline><location>Northport</location></dateline></body.head><body.content>{MARKUP}
<media><media-caption>A bridge.</media-caption></media></body.content></body></nitf>"""


def test_nitf_is_read(tmp_path):
    article = one(tmp_path, NITF)
    assert (article.title, article.text) == ("Bridge closed", BODY)
    assert (article.source, article.authors) == ("Harbour Wire", ("Ada Marsh",))
    assert (article.dateline, article.key) == ("Northport", "Harbour Wire#hw-77")
    assert article.published.value == "2024-03-04T11:30Z"


def _news_item(content: str, status: str = "usable", guid: str = "urn:hw:77") -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2"
    xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><provider literal="Harbour Wire"/>
    <versionCreated>2024-03-04T10:30:00Z</versionCreated><pubStatus qcode="stat:{status}"/>
    </itemMeta><contentMeta><headline>Bridge closed</headline><by>By Ada Marsh</by>
    <dateline>NORTHPORT</dateline></contentMeta><contentSet>{content}</contentSet></newsItem>"""


XHTML = f'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>{MARKUP}</body></html>'


@pytest.mark.parametrize(
    "content",
    [
        f'<inlineXML contenttype="application/xhtml+xml">{XHTML}</inlineXML>',
        f"<inlineXML><nitf><body><body.content>{MARKUP}</body.content></body></nitf></inlineXML>",
        f"<inlineXML>{MARKUP}</inlineXML>",
        f'<inlineData contenttype="text/plain">{BODY}</inlineData>',
    ],
    ids=["xhtml", "nitf", "paragraphs", "plain"],
)
def test_a_newsml_item_is_read_whatever_its_text_is_in(tmp_path, content):
    article = one(tmp_path, _news_item(content))
    assert (article.title, article.text) == ("Bridge closed", BODY)
    assert (article.source, article.authors) == ("Harbour Wire", ("Ada Marsh",))
    assert (article.key, article.dateline) == ("Harbour Wire#urn:hw:77", "NORTHPORT")


def test_a_newsml_message_has_many_items(tmp_path):
    text = f"<inlineXML>{MARKUP}</inlineXML>"
    package = '<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/"/>'
    items = _news_item(text, guid="urn:1") + package + _news_item(text, guid="urn:2")
    message = f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet>'
    found = articles(written(tmp_path, message + "</newsMessage>"))
    assert [type(a) for a in found] == [Article, DocumentError, Article]
    assert "package" in found[1].reason


def test_what_a_provider_has_withdrawn_is_refused(tmp_path):
    newsml = _news_item(f"<inlineXML>{MARKUP}</inlineXML>", status="canceled")
    ninjs = json.dumps({"uri": "urn:1", "pubstatus": "canceled", "body_text": BODY})
    assert "withdrawn" in one(tmp_path, newsml).reason
    assert "withdrawn" in one(tmp_path, ninjs).reason


def test_a_newsml_item_without_a_text_is_refused(tmp_path):
    fault = one(tmp_path, _news_item('<remoteContent href="a.jpg"/>'))
    assert "no text" in fault.reason


def test_ninjs_of_every_version_is_read(tmp_path):
    first = {"uri": "urn:1", "headline": "Bridge closed", "body_text": BODY}
    second = {
        "uri": "urn:1",
        "headlines": [
            {"role": "short", "value": "Bridge"},
            {"role": "main", "value": "Bridge closed"},
        ],
        "bodies": [
            {"role": "teaser", "contenttype": "text/plain", "value": "Closed."},
            {"role": "main", "contenttype": "text/plain", "value": BODY},
        ],
        "infosources": [{"name": "Harbour Wire"}],
    }
    general = {"uri": "urn:1", "headline_main": "Bridge closed", "body_main": BODY}
    third = {**second, "versionCreated": "2024-03-04T10:30:00Z", "by": "By Ada Marsh"}
    for item in (first, second, general, third):
        article = one(tmp_path, json.dumps(item))
        assert (article.title, article.text) == ("Bridge closed", BODY)
    assert (article.source, article.authors) == ("Harbour Wire", ("Ada Marsh",))
    assert article.published.value == "2024-03-04T10:30Z"


# Tables, Markdown, mail, PDF.


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rows_of_a_table_are_articles(tmp_path, delimiter, encoding):
    rows = [["title", "text", "date"], ["Brücke gesperrt – lange", BODY, "2024-03-04"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"
    article = one(tmp_path, text.encode(encoding))
    assert (article.title, article.text) == ("Brücke gesperrt – lange", BODY)
    assert article.published.value == "2024-03-04"


def test_columns_of_other_names_are_mapped(tmp_path):
    table = f'No;Schlagzeile;Inhalt;text\n7;Bridge closed;"{BODY}";note\n'
    article = one(tmp_path, table, columns={"title": "Schlagzeile", "text": "Inhalt"})
    assert (article.title, article.text) == ("Bridge closed", BODY)


def test_fields_of_json_lines_are_mapped(tmp_path):
    line = json.dumps({"Schlagzeile": "Bridge closed", "Inhalt": BODY})
    columns = {"title": "Schlagzeile", "text": "Inhalt"}
    found = articles(written(tmp_path, f"{line}\n{line}\n"), columns=columns)
    assert [a.title for a in found] == ["Bridge closed"] * 2


def test_rows_of_parquet_are_articles(tmp_path):
    import pyarrow
    from pyarrow import parquet

    rows = [{"headline": f"Report {n}", "text": f"{BODY} {n}", "date": NOW} for n in range(600)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "input")
    found = articles(tmp_path / "input")
    assert [a.title for a in found] == [f"Report {n}" for n in range(600)]
    assert found[0].published.value == "2025-06-01"


def test_markdown_has_fields_above_its_text(tmp_path):
    text = f"""---
title: Bridge closed
authors: [Ada Marsh, Finn Ode]
date: 2024-03-04
source: Harbour Post
---

{BODY.replace("council", "[council](https://council.example.org)").replace("Monday", "**Monday**")}
"""
    article = one(tmp_path, text)
    assert (article.title, article.text) == ("Bridge closed", BODY)
    assert article.authors == ("Ada Marsh", "Finn Ode")
    assert (article.source, article.published.value) == ("Harbour Post", "2024-03-04")
    toml = f'+++\ntitle = "Bridge closed"\ndate = 2024-03-04\n+++\n{BODY}'
    assert one(tmp_path, toml).published.value == "2024-03-04"


def test_fields_that_refer_to_each_other_are_refused(tmp_path):
    text = f"---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: [*b, *b]\n---\n{BODY}"
    assert "refer to each other" in one(tmp_path, text).reason


def _letter(subject: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Harbour Post <letter@harbour.example.org>"
    message["Subject"] = subject
    message["Date"] = "Mon, 04 Mar 2024 10:30:00 +0000"
    message["Message-ID"] = f"<{len(subject)}-{subject[-1]}@harbour.example.org>"
    message.set_content("Read this letter in your browser.")
    message.add_alternative(f"<table><tr><td>{MARKUP}</td></tr></table>", subtype="html")
    return bytes(message)


def test_a_newsletter_is_read(tmp_path):
    article = one(tmp_path, _letter("Brücke closed"))
    assert (article.title, article.text) == ("Brücke closed", BODY)
    assert (article.source, article.published.value) == ("Harbour Post", "2024-03-04T10:30Z")


def test_a_mailbox_has_many_newsletters(tmp_path):
    line = b"From letter@harbour.example.org Mon Mar  4 10:30:00 2024\n"
    box = b"\n".join(line + _letter(f"Letter {n}") for n in range(3))
    found = articles(written(tmp_path, box))
    assert [a.title for a in found] == ["Letter 0", "Letter 1", "Letter 2"]


def _pdf(lines: list[str]) -> bytes:
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    file = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(file)
    file += b"xref\n0 5\n0000000000 65535 f \n" + table
    return file + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def test_the_text_of_a_pdf_is_read(tmp_path):
    article = one(tmp_path, _pdf(["Bridge closed", "The council closed the bridge.", "1"]))
    assert (article.title, article.text) == ("Bridge closed", "The council closed the bridge.")


def test_a_pdf_of_images_is_refused(tmp_path):
    assert "no text layer" in one(tmp_path, _pdf([""])).reason


# What holds others.


def _tar(members: dict[str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def _zip(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, zstandard.compress, bz2.compress, lzma.compress],
    ids=["gzip", "zstd", "bzip2", "xz"],
)
def test_what_is_packed_is_read_under_the_name_of_its_file(tmp_path, pack):
    lines = "\n".join(json.dumps({"title": f"Report {n}", "text": BODY}) for n in range(3))
    found = articles(written(tmp_path, pack(lines.encode()), "lines.bin"))
    assert [a.title for a in found] == ["Report 0", "Report 1", "Report 2"]
    assert found[2].origin.endswith("lines.bin#3")


def test_archives_within_archives_are_read(tmp_path):
    inner = _zip({"pages/bridge.html": PAGE.encode(), "notes/.hidden": PLAIN})
    outer = _tar({"a/plain.txt": PLAIN, "b/inner.zip": inner, "c/image.png": b"\x89PNG\r\n"})
    found = articles(written(tmp_path, gzip.compress(outer), "all.tgz"))
    assert [getattr(a, "title", "refused") for a in found] == [
        "Bridge closed",
        "Bridge closed for repairs",
        "refused",
    ]
    assert found[1].origin.endswith("all.tgz!/b/inner.zip!/pages/bridge.html")


def test_archives_in_archives_without_end_are_refused(tmp_path):
    content = PLAIN
    for _ in range(9):
        content = gzip.compress(content)
    assert "archives within each other" in one(tmp_path, content).reason


@pytest.mark.parametrize("pack", [_tar, _zip], ids=["tar", "zip"])
@pytest.mark.parametrize("name", ["../../escaped.txt", "/escaped.txt", "a/../../escaped.txt"])
def test_names_that_lead_out_of_an_archive_are_refused(tmp_path, pack, name):
    (folder := tmp_path / "in").mkdir()
    found = articles(written(folder, pack({name: PLAIN, "good.txt": PLAIN})))
    assert [type(a) for a in found] == [DocumentError, Article]
    assert "out of the archive" in found[0].reason
    assert not list(tmp_path.rglob("escaped.txt"))


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, zstandard.compress, lambda content: _zip({"a.txt": content})],
    ids=["gzip", "zstd", "zip"],
)
def test_what_grows_beyond_measure_is_refused(tmp_path, pack):
    fault = one(tmp_path, pack(b"A" * 40_000_000))
    assert "200 times" in fault.reason


def test_a_damaged_stream_gives_what_came_before(tmp_path):
    lines = [json.dumps({"title": f"Report {n}", "text": os.urandom(900).hex()}) for n in range(99)]
    packed = gzip.compress("\n".join(lines).encode())
    found = articles(written(tmp_path, packed[: len(packed) // 2]))
    assert isinstance(found[-1], DocumentError)
    assert "damaged" in found[-1].reason
    assert all(isinstance(a, Article) for a in found[:20])


# Crawls.


def _record(kind: str, path: str, body: bytes = b"", *headers, digest="", status="200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers, "", ""]
    answer = "\r\n".join(lines).encode() + body
    about = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: https://harbour.example.org{path}",
        "WARC-Date: 2024-03-04T10:30:00Z",
        f"WARC-Record-ID: <urn:uuid:0{path}>",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(answer)}",
        *([f"WARC-Payload-Digest: {digest}"] if digest else []),
    ]
    return "\r\n".join([*about, "", ""]).encode() + answer + b"\r\n\r\n"


def _crawl(pack=bytes) -> bytes:
    packed = gzip.compress(PAGE.replace("Bridge", "Ferry").encode())
    records = [
        _record("response", "/bridge", PAGE.encode(), digest="sha1:ONE"),
        _record("response", "/ferry", packed, "Content-Encoding: gzip"),
        _record("response", "/gone", PAGE.encode(), status="404 Not Found"),
        _record("revisit", "/bridge-again", digest="sha1:ONE"),
        _record("revisit", "/never-seen", digest="sha1:TWO"),
    ]
    return b"".join(map(pack, records))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_pages_of_a_crawl_are_articles(tmp_path, pack):
    found = articles(written(tmp_path, _crawl(pack)))
    assert [getattr(a, "url", None) for a in found] == [
        "https://harbour.example.org/bridge",
        "https://harbour.example.org/ferry",
        "https://harbour.example.org/bridge-again",
        None,
    ]
    assert found[1].title == "Ferry closed for repairs"
    assert found[2].text == found[0].text
    assert "not in what was read" in found[3].reason


def test_a_crawl_with_a_record_of_impossible_length_is_read_up_to_it(tmp_path):
    length = b"Content-Length: 9" + b"0" * 30
    broken = re.sub(rb"Content-Length: \d+", length, _record("response", "/late", PAGE.encode()))
    found = articles(written(tmp_path, _record("response", "/bridge", PAGE.encode()) + broken))
    assert found[0].url == "https://harbour.example.org/bridge"
    assert "damaged after record" in found[-1].reason


def test_a_crawl_in_a_wacz_is_read_without_its_indexes(tmp_path):
    line = json.dumps({"url": "https://harbour.example.org/bridge", "text": BODY})
    wacz = _zip(
        {
            "datapackage.json": b"{}",
            "pages/pages.jsonl": f"{line}\n{line}\n".encode(),
            "archive/data.warc.gz": _crawl(gzip.compress),
        },
        zipfile.ZIP_STORED,
    )
    assert len(articles(written(tmp_path, wacz))) == 4


def test_a_page_that_unpacks_beyond_measure_is_refused(tmp_path):
    bomb = gzip.compress(b"<p>" + b"A" * 60_000_000)
    found = one(tmp_path, _record("response", "/bomb", bomb, "Content-Encoding: gzip"))
    assert "more than 20 MB" in found.reason
