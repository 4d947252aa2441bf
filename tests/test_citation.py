"""Articles are cited for people and for their programs."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from archive.citation import FORMS, STYLES, Cited, bibtex, csl, plain, ris
from archive.cli.app import app
from archive.published import interpret
from archive.types import Article, Record
from tests.people import browser

NOW = datetime(2024, 7, 1, tzinfo=UTC)
ARTICLE = Article(
    title="Ferry runs again",
    text="It does.",
    origin="a.json",
    url="https://ledger.example/ferry",
    source="Harbour Ledger",
    authors=("Ana Ruiz", "B. Okafor"),
    language="en",
    published=interpret("2024-03-27T10:30Z", "json"),
)


def cited(article: Article = ARTICLE) -> Cited:
    record = Record("abc", 1, 2, article, NOW, NOW)
    return Cited(record, "https://archive.example/articles/abc", accessed=date(2024, 7, 1))


def test_people_are_told_who_wrote_what_where_and_when():
    assert plain(cited()) == (
        "Ana Ruiz, B. Okafor. “Ferry runs again.” Harbour Ledger, 27 Mar 2024. "
        "https://ledger.example/ferry. News Archive abc, version 2, accessed 1 Jul 2024.\n"
    )


def test_an_article_without_date_author_source_or_address_is_cited_by_the_archive():
    bare = Article(title="Who was it?", text="x", origin="a.txt")
    assert plain(cited(bare)) == (
        "“Who was it?” n.d. https://archive.example/articles/abc. "
        "News Archive abc, version 2, accessed 1 Jul 2024.\n"
    )
    assert "issued" not in csl(cited(bare))
    assert "year" not in bibtex(cited(bare))


def test_a_citation_is_no_more_exact_than_the_date_is_known():
    month = cited(replace(ARTICLE, published=interpret("2024-03", "json")))
    assert csl(month)["issued"] == {"date-parts": [[2024, 3]]}
    assert "DA  - 2024/03//" in ris(month)
    assert "Mar 2024" in plain(month)
    assert "day =" not in bibtex(month)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)


@given(title=texts, source=texts, author=texts, url=texts)
def test_nothing_in_an_article_breaks_a_citation(title, source, author, url):
    told = cited(replace(ARTICLE, title=title, source=source, authors=(author,), url=url))
    for line in ris(told).split("\r\n")[:-1]:
        assert re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line)
    unescaped = re.sub(r"\\[{}\\]", "", bibtex(told))
    assert unescaped.count("{") == unescaped.count("}")
    assert json.loads(FORMS["json"].write(told))[0]["id"] == "newsarchive-abc"


def test_each_citation_is_a_page_and_a_file(sample_archive):
    client = browser(sample_archive)
    id_ = client.get("/api/v1/search?q=bridge").json()["hits"][0]["id"]
    page = client.get(f"/articles/{id_}/cite").text
    for name, form in FORMS.items():
        assert form.label in page
        answer = client.get(f"/articles/{id_}/cite.{name}")
        assert answer.headers["content-type"].startswith(form.media)
        assert id_ in answer.text
    assert client.get(f"/articles/{id_}/cite.exe").status_code == 404
    assert client.get("/articles/nothing/cite").status_code == 404


@pytest.mark.parametrize("style", STYLES)
def test_programs_and_the_command_line_get_the_same_citation(sample_archive, style):
    client = browser(sample_archive)
    id_ = client.get("/api/v1/search?q=bridge").json()["hits"][0]["id"]
    answer = client.get(f"/api/v1/articles/{id_}/citation?format={style}")
    assert answer.headers["content-type"].startswith(STYLES[style].media)
    home = {"ARCHIVE_HOME": str(sample_archive.settings.home)}
    typed = ("cite", id_, "--style", style, "--site", "http://testserver/")
    assert CliRunner().invoke(app, typed, env=home).stdout_bytes == answer.content
    assert client.get(f"/api/v1/articles/{id_}/citation?format=doc").status_code == 400
    assert client.get(f"/api/v1/articles/aaaaaaaaaaaa/citation?format={style}").status_code == 404


@given(title=st.text(), author=st.text(), source=st.text())
def test_braces_of_bibtex_always_close(title, author, source):
    entry = bibtex(cited(replace(ARTICLE, title=title, authors=(author,), source=source)))
    assert entry.count("{") == entry.count("}")
