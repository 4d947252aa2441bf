"""An article that changed keeps its earlier versions, and shows what changed."""

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.query.request import SearchRequest
from archive.versions import Piece, difference
from tests.archives import run
from web.app import create_app

WORDS = st.lists(st.sampled_from(["a", "b", "ferry", ".", " ", "  ", "\n", "é"]), max_size=30)


@settings(deadline=None)
@given(before=WORDS, after=WORDS)
def test_both_versions_can_be_read_from_the_pieces(before, after):
    old, new = "".join(before), "".join(after)
    pieces = difference(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new
    assert all(piece.text for piece in pieces)
    if old == new:
        assert all(piece.kind == "same" for piece in pieces)


def test_a_changed_phrase_is_one_change():
    assert difference("The ferry sank at noon.", "The small boat sank at noon.") == (
        Piece("same", "The "),
        Piece("removed", "ferry"),
        Piece("added", "small boat"),
        Piece("same", " sank at noon."),
    )


def test_a_book_is_compared_in_time():
    page = "\n".join(
        f"Paragraph {at} of a very long text about the harbour." for at in range(4_000)
    )
    pieces = difference(page, page.replace("Paragraph 2000 of", "Chapter 2000 of"))
    assert [p.text for p in pieces if p.kind != "same"] == ["Paragraph", "Chapter"]


@pytest.fixture
def corrected(archive, tmp_path):
    file = tmp_path / "a.json"
    for title, text in (
        ("Two hurt in crash", "Two people were hurt (5 < 6 & 7)."),
        ("Three hurt in crash", "Three people were hurt (5 < 6 & 7)."),
        ("Three hurt in crash", "Three people were hurt. The road is open again."),
    ):
        file.write_text(f'{{"title": "{title}", "text": "{text}", "url": "https://a.example/1"}}')
        archive.ingest([file])
    (record,) = archive.store.scan(batch=10)
    return archive, record


def test_versions_are_told_on_a_page_over_the_api_and_in_the_terminal(corrected):
    archive, record = corrected
    client = TestClient(create_app(archive))
    told = client.get(f"/api/v1/articles/{record.id}/versions").json()
    assert [v["version"] for v in told["versions"]] == [1, 2, 3]
    assert [v["headline_changed"] for v in told["versions"]] == [False, True, False]
    assert told["versions"][0]["title"] == "Two hurt in crash"
    one = client.get(f"/api/v1/articles/{record.id}/versions/1").json()
    assert one["text"].startswith("Two people")
    assert client.get(f"/api/v1/articles/{record.id}/versions/9").status_code == 404
    page = client.get(f"/articles/{record.id}/versions").text
    assert "Version 3" in page
    assert ">headline and text</a>" in page
    assert ">text</a>" in page
    shown = run(archive.settings, "show", record.id, "--versions")
    assert "Two hurt in crash" in shown.stdout


def test_the_difference_shows_what_went_and_what_came(corrected):
    archive, record = corrected
    client = TestClient(create_app(archive))
    page = client.get(f"/articles/{record.id}/versions?before=1&after=2").text
    assert "<del>Two</del>" in page
    assert "<ins>Three</ins>" in page
    assert "5 &lt; 6 &amp; 7" in page
    last = client.get(f"/articles/{record.id}/versions").text
    assert "The road is open again" in last
    assert client.get(f"/articles/{record.id}/versions?before=1&after=7").status_code == 404
    assert f"/articles/{record.id}/versions" in client.get(f"/articles/{record.id}").text


def test_articles_whose_headline_changed_can_be_told_from_those_whose_text_did(corrected, tmp_path):
    archive, record = corrected
    file = tmp_path / "b.json"
    for text in ("The fair opens on Friday.", "The fair opens on Saturday."):
        file.write_text(f'{{"title": "Fair", "text": "{text}", "url": "https://a.example/2"}}')
        archive.ingest([file])
    (fair,) = (r for r in archive.store.scan(batch=10) if r.id != record.id)

    def found(query):
        return {hit.id for hit in archive.search(SearchRequest(q=query)).hits}

    assert found("changed:headline") == {record.id}
    assert found("changed:text") == {record.id, fair.id}
    assert found("changed:text -changed:headline") == {fair.id}
    counts = archive.search(SearchRequest()).facets["changed"]
    assert [(v.value, v.count) for v in counts] == [("text", 2), ("headline", 1)]
    page = TestClient(create_app(archive)).get("/?changed=headline").text
    assert "Changed later" in page
    assert "Three hurt in crash" in page
    assert ">Fair<" not in page
