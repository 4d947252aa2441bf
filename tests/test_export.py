"""Whole result sets are taken away, in forms that others read, and can be asked again."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from string import ascii_lowercase
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from archive.cli.app import app
from archive.core import open_archive
from archive.errors import InputError
from archive.export import FORMATS, digest_of, read_manifest
from archive.query.request import FacetFilter, SearchRequest
from archive.types import Article, RawDocument, Scope
from archive.zipped import zipped
from tests.archives import NOW, settings_in, store_invented
from tests.collection import enriched
from tests.people import browser, csrf, zip_of
from web.schemas import DifferenceBody, ManifestBody

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
        assert name.endswith(f'.{FORMATS[form].ending}"')
    told = client.get("/api/v1/export/manifest?q=tide").json()
    ManifestBody.model_validate(told)
    assert answer.headers["archive-ids-sha256"] == told["sha256"]
    assert told["count"] == client.get("/api/v1/search?q=tide").json()["total"]
    assert client.get("/api/v1/export?format=../etc").status_code == 400


def test_one_zip_has_the_file_and_its_manifest(invented_archive, tmp_path):
    client = browser(invented_archive)
    told = client.get("/api/v1/export/manifest?q=tide").json()
    for form, known in FORMATS.items():
        packed = zip_of(client.get(f"/api/v1/export?format={form}&q=tide&zip=1"))
        manifest = json.loads(packed.pop("manifest.json"))
        assert {**manifest, "at": ""} == {**told, "at": ""}
        ((name, text),) = packed.items()
        assert name.endswith(f".{known.ending}")
        assert text.encode() == client.get(f"/api/v1/export?format={form}&q=tide").content
    # The same from the command line, which asks again by it.
    home = {"ARCHIVE_HOME": str(invented_archive.settings.home)}
    file = tmp_path / "tide.csv.zip"
    CliRunner().invoke(app, ["export", str(file), "tide", "--excel"], env=home)
    with ZipFile(file) as packed:
        assert packed.namelist() == ["tide.csv", "manifest.json"]
        assert packed.read("tide.csv").startswith(b'\xef\xbb\xbf"id"')
    again = ["export", str(tmp_path / "again.csv"), "--again", str(file)]
    assert "0 new, 0 gone" in CliRunner().invoke(app, again, env=home).output
    assert not (tmp_path / "again.csv").read_bytes().startswith(b"\xef")


@given(
    st.lists(
        st.tuples(st.text(ascii_lowercase, min_size=1), st.lists(st.text())),
        unique_by=lambda file: file[0],
    )
)
def test_a_zip_has_what_was_written_to_it(files):
    made = b"".join(zipped(files, now=NOW))
    with ZipFile(io.BytesIO(made)) as packed:
        assert packed.testzip() is None
        found = {name: packed.read(name).decode() for name in packed.namelist()}
    assert found == {name: "".join(pieces) for name, pieces in files}


def test_an_earlier_manifest_tells_on_a_page_and_over_the_api_what_is_new_and_gone(
    invented_archive,
):
    client = browser(invented_archive)
    assert 'href="/compare"' in client.get("/export?q=tide").text
    told = invented_archive.manifest(invented_archive.export(ADA))
    fresh, *rest, off = told["ids"]
    there = next(id_ for id_ in all_ids(invented_archive, SearchRequest()) if id_ not in rest)
    told["ids"] = [*rest, off, "aaaaaaaaaaaa", there]
    told["sha256"] = digest_of(told["ids"])

    def upload(text, **more):
        form = {"csrf": csrf(client, "/compare"), **more}
        return client.post("/compare", data=form, files={"manifest": ("m.json", text)})

    page = upload(json.dumps(told, indent=2)).text
    assert "1 new, " in page
    assert f'href="/articles/{fresh}"' in page
    gone = page.split("<h2>Gone</h2>")[1]
    assert "<code>aaaaaaaaaaaa</code>" in gone
    assert f'href="/articles/{there}"' in gone
    answer = client.post("/api/v1/export/compare", json=told)
    DifferenceBody.model_validate(answer.json())
    assert answer.json()["new"] == [fresh]
    assert answer.json()["gone"] == ["aaaaaaaaaaaa", there]
    for broken in ("", "{}", "[1]", json.dumps(told | {"sha256": "x"}), "\x00" * 100):
        assert upload(broken).status_code == 400
    assert client.post("/api/v1/export/compare", json={"ids": []}).status_code == 400
    assert client.post("/api/v1/export/compare", json=told | {"sha256": "x"}).status_code == 400
    packed = b"".join(zipped([("a.csv", ("x",)), ("manifest.json", (json.dumps(told),))], now=NOW))
    assert "1 new, " in upload(packed).text
    at = packed.index(b"manifest.json") + 60
    for broken in (
        packed[:-60],
        packed.replace(b"manifest", b"mainfest"),
        b"".join(zipped([("manifest.json", ("x" * 900_000,))], now=NOW)),
        packed[:at] + bytes(20) + packed[at + 20 :],
    ):
        assert upload(broken).status_code == 400
    assert upload(json.dumps(told), csrf="another").status_code == 403
    assert upload("x" * 1_000_001).status_code == 413


def test_a_key_exports_only_with_its_scope(archive):
    archive.accounts.add("eve", "reader", "a few words of some length", by="Adam")
    store_invented(archive, 3)
    for scopes, status in (([], 403), ([Scope.EXPORT], 200)):
        _, secret = archive.keys.make("eve", "test", scopes, by="eve")
        headers = {"Authorization": f"Bearer {secret}"}
        for path in ("export", "export/manifest"):
            answer = browser(archive).get(f"/api/v1/{path}", headers=headers)
            assert answer.status_code == status
