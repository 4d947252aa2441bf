"""Files of every kind come in, or are refused by name, place and remedy; the rest goes on."""

import json
import os
import pwd
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.clean import clean
from archive.errors import DocumentError
from archive.readers import read
from archive.types import Article, RawDocument

NOW = datetime(2025, 6, 1, tzinfo=UTC)
BODY = "The council closed the bridge on Monday.\n\nRepairs will take until spring."


def articles(*paths: Path) -> list[Article | DocumentError]:
    return [clean(r, now=NOW) if isinstance(r, RawDocument) else r for r in read(list(paths))]


def one(path: Path) -> Article | DocumentError:
    (found,) = articles(path)
    return found


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_plain_text_has_its_headline_first(tmp_path):
    article = one(written(tmp_path, "a.txt", f"Bridge closed for repairs\n\n{BODY}\n"))
    assert article.title == "Bridge closed for repairs"
    assert article.text == BODY
    assert article.published is None


def test_plain_text_may_state_author_date_and_source(tmp_path):
    head = "Bridge closed\n\nSource: Harbour Post\n\nBy Ada Marsh and Finn Ode\n\n3 March 2024"
    article = one(written(tmp_path, "a.txt", f"{head}\n\n{BODY}"))
    assert (article.source, article.authors) == ("Harbour Post", ("Ada Marsh", "Finn Ode"))
    assert (article.published.value, article.published.origin) == ("2024-03-03", "text")
    assert article.text == BODY


def test_wrapped_lines_are_one_paragraph(tmp_path):
    line = "The council of the old harbour town closed the bridge to all traffic on"
    text = f"Bridge closed\n\n{line}\n{line}\n{line}\nMonday.\n\n{line}\n{line}\nTuesday."
    assert len(one(written(tmp_path, "a.txt", text)).text.split("\n\n")) == 2


def test_a_text_that_opens_with_a_name_in_angle_brackets_is_a_text(tmp_path):
    article = one(written(tmp_path, "a.txt", f"<Harbour Wire> Bridge closed\n\n{BODY}"))
    assert article.title == "<Harbour Wire> Bridge closed"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_people_have(tmp_path, encoding):
    text = (
        f"Brücke gesperrt – für Monate\n\nDie Brücke über den Fluss ist für alle gesperrt. {BODY}"
    )
    article = one(written(tmp_path, "a.txt", text.encode(encoding)))
    assert article.title == "Brücke gesperrt – für Monate"


def test_json_is_read_by_the_names_that_exports_use(tmp_path):
    item = {
        "title": "Bridge closed",
        "text": BODY,
        "date": "2024-03-04",
        "source": "Harbour Post",
        "url": "https://harbour.example.org/bridge?utm_source=mail",
        "authors": ["Ada Marsh"],
    }
    article = one(written(tmp_path, "a.json", json.dumps(item)))
    assert article.title == "Bridge closed"
    assert article.url == article.key == "https://harbour.example.org/bridge"
    assert (article.published.value, article.published.origin) == ("2024-03-04", "json:date")
    assert article.authors == ("Ada Marsh",)


def test_schema_org_and_wire_json_are_read(tmp_path):
    schema = {
        "@type": "NewsArticle",
        "headline": "Bridge closed",
        "articleBody": BODY,
        "datePublished": "2024-03-04T10:30:00+02:00",
        "author": {"@type": "Person", "name": "Ada Marsh"},
        "publisher": {"name": "Harbour Post"},
        "inLanguage": "en-GB",
    }
    wire = {
        "altids": {"itemid": "abc123"},
        "title": "HARBOUR--Bridge",
        "headline": "Bridge closed",
        "body_nitf": "<p>NORTHPORT (HW) — The council closed it.</p><p>Repairs <em>start</em>.</p>",
        "bylines": [{"by": "By ADA MARSH", "title": "Harbour Wire"}],
        "versioncreated": "2024-03-04T10:30:00Z",
        "located": "NORTHPORT",
        "provider": "HW",
    }
    first = one(written(tmp_path, "a.json", json.dumps(schema)))
    second = one(written(tmp_path, "b.json", "\ufeff" + json.dumps(wire)))
    assert (first.source, first.authors, first.language) == ("Harbour Post", ("Ada Marsh",), "en")
    assert first.published.start == datetime(2024, 3, 4, 8, 30, tzinfo=UTC)
    assert (second.title, second.key, second.source) == ("Bridge closed", "HW#abc123", "HW")
    assert (second.authors, second.dateline) == (("Ada Marsh",), "NORTHPORT")
    assert second.text == "NORTHPORT (HW) — The council closed it.\n\nRepairs start."


def test_lists_and_lines_of_json_are_many_articles(tmp_path):
    items = [{"title": f"Report {n}", "text": f"{BODY} {n}"} for n in range(3)]
    written(tmp_path, "list.json", json.dumps({"articles": items}))
    written(tmp_path, "lines.txt", "\n".join(json.dumps(item) for item in items))
    found = articles(tmp_path)
    assert [a.title for a in found] == ["Report 0", "Report 1", "Report 2"] * 2
    assert found[1].origin.endswith("lines.txt#2")
    assert found[5].origin.endswith("list.json#3")


def test_a_broken_line_is_refused_and_the_others_stay(tmp_path):
    good = json.dumps({"title": "Report", "text": BODY})
    found = articles(written(tmp_path, "a.jsonl", f'{good}\n{{"title": "x",, }}\n{good}\n'))
    assert [isinstance(a, Article) for a in found] == [True, False, True]
    assert found[1].origin.endswith("#2")
    assert "column" in found[1].reason


def test_broken_json_is_refused_with_line_and_column(tmp_path):
    fault = one(written(tmp_path, "a.json", '{\n  "title": "x",\n  "text": oops\n}'))
    assert "line 3, column 11" in fault.reason


PAGE = """<!doctype html><html lang="en"><head><title>Bridge closed | Harbour Post</title>
<link rel="canonical" href="https://harbour.example.org/bridge">
<meta property="og:site_name" content="Harbour Post">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",
"headline": "Bridge closed for repairs", "datePublished": "2024-03-04T10:30:00Z",
"author": [{"name": "Ada Marsh"}]}]}</script></head><body><nav><a href="/">Home</a></nav>
<article><h1>Bridge closed for repairs</h1>
<p>The council closed the old harbour bridge on Monday after engineers had found cracks.</p>
<p><a href="/more">Read More</a></p><p><a href="/more">Read More</a></p>
<p><a href="/other">Why the ferry is late again this winter</a></p>
<p>Repairs will take until spring, the mayor said, and traffic goes over the new bridge.</p>
</article><footer>Copyright 2024 Harbour Post. All rights reserved.</footer></body></html>"""


def test_a_page_is_read_without_what_surrounds_the_article(tmp_path):
    article = one(written(tmp_path, "a.html", PAGE))
    assert article.title == "Bridge closed for repairs"
    assert article.url == "https://harbour.example.org/bridge"
    assert (article.source, article.authors) == ("Harbour Post", ("Ada Marsh",))
    assert article.published.origin == "json-ld:datePublished"
    assert [p.split()[0] for p in article.text.split("\n\n")] == ["The", "Repairs"]


SENTENCE = "The council of Northport closed the old harbour bridge on Monday after a long debate. "


def shown(tmp_path, body: str, head: str = "") -> Article:
    page = f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return one(written(tmp_path, "a.html", page))


def test_what_readers_and_other_services_say_is_not_the_article(tmp_path):
    text = f"<h1>Bridge closed for repairs</h1><p>{SENTENCE * 4}</p><p>{SENTENCE * 3}</p>"
    comments = (
        f"<div class='user-comments'><p>{'I never liked that bridge at all. ' * 30}</p></div>"
    )
    tweet = (
        "<blockquote class='twitter-tweet'><p>Bridge is closed, take the ferry!</p></blockquote>"
    )
    letter = "<div id='newsletter-box'><p>Get our morning letter every single day.</p></div>"
    article = shown(tmp_path, f"<main>{text}{tweet}{letter}</main>{comments}")
    assert article.text.count("closed the old harbour bridge") == 7
    for foreign in ("never liked", "take the ferry", "morning letter"):
        assert foreign not in article.text


def test_a_wrapper_that_is_named_after_its_comments_is_kept(tmp_path):
    text = f"<h1>Bridge closed for repairs</h1><p>{SENTENCE * 7}</p>"
    article = shown(tmp_path, f"<div class='with-comments'><div>{text}</div></div>")
    assert article.text.count("closed the old harbour bridge") == 7
    article = shown(
        tmp_path, f"<h1>Bridge</h1><div class='with-comments'><p>{SENTENCE * 7}</p></div>"
    )
    assert article.text.count("closed the old harbour bridge") == 7


def test_of_a_page_that_goes_on_with_other_articles_the_first_is_read(tmp_path):
    first = f"<h1>Bridge closed for repairs</h1><p>{SENTENCE * 12}</p>"
    second = f"<h2>Wheat harvest poor</h2><p>{'Farmers brought in little wheat. ' * 40}</p>"
    article = shown(tmp_path, f"<article>{first}</article><article>{second}</article>")
    assert article.title == "Bridge closed for repairs"
    assert "wheat" not in article.text


def test_of_a_stream_of_articles_within_one_the_first_is_read(tmp_path):
    first = f"<article><h1>Bridge closed for repairs</h1><p>{SENTENCE * 12}</p></article>"
    wheat = "Farmers brought in little wheat. " * 40
    second = f"<article><h1>Wheat harvest poor</h1><p>{wheat}</p></article>"
    older = "<div><a href='/f'><h2>Why the ferry was late</h2></a></div>" * 9
    article = shown(tmp_path, f"<article>{older}<div>{first}{second}</div></article>")
    assert article.title == "Bridge closed for repairs"
    assert article.text.count("closed the old harbour bridge") == 12
    assert "wheat" not in article.text and "ferry" not in article.text


def test_a_comment_that_is_marked_as_an_article_leaves_the_article(tmp_path):
    text = f"<h1>Bridge closed for repairs</h1><p>{SENTENCE * 12}</p>"
    comment = f"<article><p>{'I never liked that bridge at all. ' * 40}</p></article>"
    article = shown(tmp_path, f"<article>{text}{comment}</article>")
    assert article.text.count("closed the old harbour bridge") == 12


def test_columns_beside_the_article_are_left_out(tmp_path):
    text = f"<h1>Bridge closed for repairs</h1><p>{SENTENCE * 9}</p>"
    teasers = "<div><b>Walks</b> <span>A long day at the river, and what we ate.</span></div>" * 90
    article = shown(tmp_path, f"<div><div>{text}</div><div>{teasers}</div></div>")
    assert article.text.count("closed the old harbour bridge") == 9
    assert "what we ate" not in article.text


@pytest.mark.parametrize(
    "headline",
    [
        "Opinion | Let the old bridge be | Letters",
        "Let the old bridge be",
        "News Let the old bridge be",
    ],
)
def test_a_headline_is_read_without_the_name_of_its_section(tmp_path, headline):
    head = "<meta property='og:title' content='Let the old bridge be'>"
    body = f"<article><h1>{headline}</h1><p>{SENTENCE * 6}</p></article>"
    assert shown(tmp_path, body, head).title == "Let the old bridge be"


@pytest.mark.parametrize(
    ("stated", "headline"),
    [
        ("Harbour Post - Let the old bridge be", "Let the old bridge be"),
        ("harbourpost: news - Let the old bridge be", "harbourpost: news"),
        ("HarbourPost | Let the old bridge be", "Let the old bridge be"),
        ("Let the old bridge be – The Tide", "Let the old bridge be"),
        ("Let the old bridge be — or else", "Let the old bridge be — or else"),
    ],
)
def test_a_stated_headline_is_read_without_the_name_of_its_site(tmp_path, stated, headline):
    head = (
        f"<meta property='og:title' content='{stated}'>"
        "<meta property='og:site_name' content='Harbour Post'>"
        "<meta property='og:url' content='https://www.harbourpost.example/bridge'>"
    )
    assert shown(tmp_path, f"<p>{SENTENCE * 6}</p>", head).title == headline


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Let the old bridge be | Harbour Post", "Let the old bridge be"),
        ("Let the old bridge be [Video]", "Let the old bridge be [Video]"),
    ],
)
def test_what_a_headline_promises_in_brackets_is_left_out_where_it_does_without(
    tmp_path, title, headline
):
    body = f"<article><h1>Let the old bridge be [Video]</h1><p>{SENTENCE * 6}</p></article>"
    article = shown(tmp_path, body, f"<title>{title}</title>")
    assert article.title == headline
    assert "Video" not in article.text


def test_a_page_of_calls_without_end_is_read(tmp_path):
    """Each was compared with all below it once, which took hours."""
    article = shown(tmp_path, f"{'<p>Read more</p>' * 20_000}<p>{SENTENCE * 9}</p>")
    assert article.text.count("closed the old harbour bridge") == 9


def test_a_heading_that_nobody_closed_is_not_the_headline(tmp_path):
    article = shown(tmp_path, f"<h1>Let the old bridge be<div><p>{SENTENCE * 9}</p></div>")
    assert article.text.count("closed the old harbour bridge") == 9


@pytest.mark.parametrize("link", ["http://[a", "https://a.example]/b"])
def test_an_address_that_is_none_breaks_no_page(tmp_path, link):
    head = f"<link rel='canonical' href='{link}'>"
    body = f"<h1><a href='{link}'>Let the old bridge be</a></h1><p>{SENTENCE * 6}</p>"
    article = shown(tmp_path, body, head)
    assert article.url is None
    assert article.title == "Let the old bridge be"


def test_the_text_that_a_page_states_to_machines_ends_its_article(tmp_path):
    stated = {"@type": "NewsArticle", "headline": "Bridge closed", "articleBody": SENTENCE * 9}
    head = f"<script type='application/ld+json'>{json.dumps(stated)}</script>"
    text = f"<p>{SENTENCE * 5}</p><p>{SENTENCE * 4}</p>"
    after = (
        "<p>Our correspondent lives by the sea and has written on bridges for many years now.</p>"
    )
    article = shown(
        tmp_path, f"<article><h1>Bridge closed for good</h1>{text}{after}</article>", head
    )
    assert article.text.endswith("long debate.")


def test_people_are_authors_before_the_house_they_write_for(tmp_path):
    people = [
        {"@type": "Organization", "name": "Harbour Post"},
        {"@type": "Person", "name": "Ada O&#039;Marsh PhD"},
    ]
    stated = {"@type": "NewsArticle", "headline": "Bridge closed", "author": people}
    head = f"<script type='application/ld+json'>{json.dumps(stated)}</script>"
    article = shown(
        tmp_path, f"<article><h1>Bridge closed</h1><p>{SENTENCE * 6}</p></article>", head
    )
    assert article.authors == ("Ada O'Marsh",)


def test_a_page_without_a_date_is_undated(tmp_path):
    page = PAGE.replace('"datePublished": "2024-03-04T10:30:00Z",', "").replace("2024", "")
    assert one(written(tmp_path, "a.html", page)).published is None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "image"),
        ("data.txt", zlib.compress(b"text " * 1000), "not a text"),
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n \t\n", "empty"),
        ("report.pdf", b"%PDF-1.7 ...", "PDF"),
        ("list.xml", f"<!-- daily -->\n<list><item>{BODY}</item></list>".encode(), "XML"),
        ("wide.xml", f"<list><item>{BODY}</item></list>".encode("utf-16"), "XML"),
        ("wider.xml", f"<list><item>{BODY}</item></list>".encode("utf-32"), "XML"),
        ("comments.xml", b"<!-- a -->" * 60 + b"<list></list>", "XML"),
        ("item.xml", f'<contentSet xmlns="urn:x"><p>{BODY}</p>'.encode(), "XML"),
        ("crawl.arc", b"filedesc://crawl.arc 127.0.0.1 20240304000000 text/plain -1", "archive"),
        ("no-text.json", b'{"title": "Bridge closed"}', "no field holds"),
        ("bare.json", b"[1, 2", "not JSON"),
        ("wrong.txt", b"Bridge closed\n\nIt is\x81\x8d\x00", "not a text"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(tmp_path, name, content, reason):
    fault = one(written(tmp_path, name, content))
    assert isinstance(fault, DocumentError)
    assert name in fault.origin
    assert reason in fault.reason
    assert fault.hint


def test_a_date_in_the_year_20024_is_refused_by_its_field(tmp_path):
    item = {"title": "Bridge", "text": BODY, "date": "20024-03-04"}
    fault = one(written(tmp_path, "a.json", json.dumps(item)))
    assert fault.where == "field date"
    assert "20024" in fault.reason


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path):
    path = written(tmp_path, "big.txt", "Bridge closed\n\n")
    with path.open("ab") as file:
        file.write(b"words " * 3000)
        file.truncate(200_000_000)
    fault = one(path)
    assert "200 MB" in fault.reason
    assert "JSON Lines" in fault.hint


def test_what_cannot_be_opened_is_refused(tmp_path):
    fault = one(tmp_path / "missing.txt")
    assert "no such file" in fault.reason
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in one(tmp_path / "pipe").reason


def test_a_folder_without_permission_is_refused_and_others_are_read(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    written(tmp_path, "open.txt", f"Bridge closed\n\n{BODY}")
    made = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if folder != made and folder.is_relative_to(made):
            folder.chmod(0o755)
    closed.chmod(0)
    user = os.geteuid()
    if user == 0:  # who may read everything
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        found = articles(tmp_path)
    finally:
        os.seteuid(user)
        closed.chmod(0o755)
    assert sorted(isinstance(a, Article) for a in found) == [False, True]
    fault = next(a for a in found if isinstance(a, DocumentError))
    assert (fault.origin, "right to read" in fault.hint) == (str(closed), True)


def test_hidden_files_are_left_out_and_order_is_by_name(tmp_path):
    for name in ("b.txt", "a.txt", ".hidden.txt"):
        written(tmp_path, name, f"Title {name}\n\n{BODY}")
    assert [a.title for a in articles(tmp_path)] == ["Title a.txt", "Title b.txt"]


def test_captions_calls_and_stray_ends_are_taken_out(tmp_path):
    text = f"""Bridge closed

Engineers look at the bridge on Sunday. / Photo: Harbour Pictures
Harbour Pictures

Engineers look at the bridge on Sunday. / Photo: Harbour Pictures

The council closed the bridge on Monday.

Read More
Read More

Why the ferry is late again

How long it will take

{BODY}

Page 3"""
    article = one(written(tmp_path, "a.txt", text))
    assert article.text.split("\n\n") == [
        "The council closed the bridge on Monday.",
        "How long it will take",
        "Repairs will take until spring.",
    ]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_break_a_reader(tmp_path, content):
    for name in ("a.txt", "a.json", "a.html"):
        for found in articles(written(tmp_path, name, content)):
            assert isinstance(found, Article | DocumentError)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["title", "text", "date", "url", "author", "links", "bodies", "id"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_breaks_a_parser(value):
    raw = RawDocument(json.dumps(value).encode(), "json", "made")
    assert isinstance(clean(raw, now=NOW), Article | DocumentError)
