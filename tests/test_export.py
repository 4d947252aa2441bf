"""Whole result sets are taken away, in forms that others read, and can be asked again."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from archive.cli.app import app
from archive.core import open_archive
from archive.errors import InputError
from archive.export import FORMATS, digest_of, read_manifest
from archive.query.request import FacetFilter, SearchRequest
from archive.types import Article, RawDocument, Scope
from tests.archives import NOW, settings_in, store_invented
from tests.collection import enriched
from tests.people import browser
from web.schemas import ManifestBody

ADA = SearchRequest(filters=(FacetFilter("actor", "ada-marsh"),))
FORMULA = '=HYPERLINK("http://elsewhere.example")'


def all_ids(archive, request):
    found, cursor = [], None
    while True:
        answer = archive.search(replace(request, size=100, cursor=cursor))
        found += [hit.id for hit in answer.hits]
        cursor = answer.next
        if cursor is None:
            return found


@pytest.mark.parametrize("request_", [SearchRequest(), SearchRequest(q="tide harbour"), ADA])
def test_all_that_a_search_finds_is_written_in_its_order(invented_archive, request_):
    found = invented_archive.export(request_)
    expected = all_ids(invented_archive, request_)
    assert list(found.ids) == expected
    lines = "".join(invented_archive.exported(found, "jsonl")).splitlines()
    assert [json.loads(line)["id"] for line in lines] == expected
    rows = list(csv.DictReader(io.StringIO("".join(invented_archive.exported(found, "csv")))))
    assert [row["id"] for row in rows] == expected
    for form, sign in (("ris", "TY  - NEWS"), ("bib", "@article{")):
        assert "".join(invented_archive.exported(found, form)).count(sign) == len(expected)


def test_rows_say_what_the_archive_knows(invented_archive):
    found = invented_archive.export(ADA)
    rows = list(
        csv.DictReader(
            io.StringIO(
                "".join(invented_archive.exported(found, "csv", site="https://archive.example"))
            )
        )
    )
    record = invented_archive.store.get(found.ids[0])
    assert rows[0]["title"] == record.article.title
    assert rows[0]["address"] == f"https://archive.example/articles/{record.id}"
    assert all("Ada Marsh" in row["actors"].split("; ") for row in rows)


def test_no_cell_is_a_formula_to_a_spreadsheet(archive):
    for start in "=+-@\t":
        article = Article(f"{start}{FORMULA}", f"Some text {start}.", f"made/{ord(start)}")
        raw = RawDocument(b"x" + start.encode(), "plain", article.origin)
        with archive.store.writing() as writer:
            writer.add(enriched(article, (), ()), raw, now=NOW)
    archive.indexer.refresh()
    text = "".join(archive.exported(archive.export(SearchRequest()), "csv"))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 5
    assert all(cell[:1] not in tuple("=+-@\t\r") for row in rows for cell in row.values())


def test_a_manifest_says_what_was_asked_and_found_and_can_be_asked_again(invented_archive):
    asked = SearchRequest(q="tide date:2024", filters=ADA.filters)
    found = invented_archive.export(asked)
    told = invented_archive.manifest(found)
    assert told["generation"] == found.generation
    assert told["count"] == len(found.ids)
    assert told["sha256"] == digest_of(reversed(found.ids))
    assert told["understood"]["dates"][0]["first"] == "2024-01-01"
    earlier = read_manifest(json.dumps(told))
    assert invented_archive.export(earlier.request, today=earlier.today) == found
    assert earlier.ids == found.ids
    for broken in ("", "[]", "{}", json.dumps(told | {"ids": ["a"]}), json.dumps({"asked": 3})):
        with pytest.raises(InputError):
            read_manifest(broken)


def test_relative_dates_are_asked_again_as_they_were_understood(invented_archive):
    asked = SearchRequest(q="date:P30D")
    then = invented_archive.export(asked, today=date(2023, 6, 30))
    told = invented_archive.manifest(then)
    assert told["today"] == "2023-06-30"
    assert told["understood"]["dates"][0]["last"] == "2023-06-30"
    assert 0 < told["count"] < 150
    earlier = read_manifest(json.dumps(told))
    again = invented_archive.export(earlier.request, today=earlier.today)
    assert again.ids == then.ids
    assert invented_archive.export(asked).ids == ()


def test_the_command_line_says_what_is_new_and_gone(tmp_path, models):
    home = tmp_path / "home"
    with open_archive(settings_in(home, models)) as archive:
        store_invented(archive, 12)
        before = archive.export(SearchRequest()).ids

    def command(*words):
        return CliRunner().invoke(app, ["export", *words], env={"ARCHIVE_HOME": str(home)})

    first = tmp_path / "all.csv"
    assert "12 articles written" in command(str(first)).output
    manifest = tmp_path / "all.csv.manifest.json"
    told = json.loads(manifest.read_text())
    told["ids"] = [*told["ids"][1:], "aaaaaaaaaaaa"]
    told["sha256"] = digest_of(told["ids"])
    manifest.write_text(json.dumps(told))
    again = command(str(tmp_path / "again.jsonl"), "--again", str(manifest))
    assert "1 new, 1 gone" in again.output
    assert f"+ {before[0]}" in again.output
    assert "- aaaaaaaaaaaa" in again.output
    assert isinstance(command(str(tmp_path / "x.doc")).exception, InputError)


def test_the_api_streams_files_and_their_manifest(invented_archive):
    client = browser(invented_archive)
    page = client.get("/export?q=tide").text
    assert 'href="/api/v1/export?format=csv&amp;q=tide"' in page
    for form in FORMATS:
        answer = client.get(f"/api/v1/export?format={form}&q=tide")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == FORMATS[form].media
        name = answer.headers["content-disposition"]
        assert name.startswith('attachment; filename="news-archive-2')
        assert name.endswith(f'.{form}"')
    told = client.get("/api/v1/export/manifest?q=tide").json()
    ManifestBody.model_validate(told)
    assert answer.headers["archive-ids-sha256"] == told["sha256"]
    assert told["count"] == client.get("/api/v1/search?q=tide").json()["total"]
    assert client.get("/api/v1/export?format=../etc").status_code == 400


def test_a_key_exports_only_with_its_scope(archive):
    archive.accounts.add("eve", "reader", "a few words of some length", by="Adam")
    store_invented(archive, 3)
    for scopes, status in (([], 403), ([Scope.EXPORT], 200)):
        _, secret = archive.keys.make("eve", "test", scopes, by="eve")
        headers = {"Authorization": f"Bearer {secret}"}
        for path in ("export", "export/manifest"):
            answer = browser(archive).get(f"/api/v1/{path}", headers=headers)
            assert answer.status_code == status
