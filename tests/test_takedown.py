"""An article that was taken down is gone from the record, and stays out of it."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from archive.errors import Gone
from archive.identity import bars
from archive.ingest import Ingester
from archive.query.request import SearchRequest
from archive.readers import read
from archive.remains import Remains, marks_of
from archive.store import Store
from archive.types import RawDocument
from archive.vectors import VectorCache
from tests.archives import run
from tests.collection import enriched, invented
from web.app import create_app

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def stored(store: Store, count: int):
    records = []
    with store.writing() as writer:
        for article, mentions in invented(count):
            raw = RawDocument(article.text.encode(), "plain", article.origin)
            records.append(writer.add(enriched(article, mentions, ()), raw, now=NOW))
    return records


def test_an_article_taken_down_leaves_a_tombstone_without_its_text(store_url):
    with Store.open(store_url) as store:
        kept, gone = stored(store, 2)
        marks = marks_of([gone.article.title, gone.article.text])
        with store.writing() as writer:
            stone = writer.take_down(
                gone.number, marks=marks, now=NOW, by="desk", reason="wrong person"
            )
        store.scrub()
        with pytest.raises(Gone, match="wrong person"):
            store.get(gone.id)
        assert store.get(kept.id).article.title == kept.article.title
        assert list(store.tombstones.rows_left(stone)) == []
        hashes = bars(gone.article, gone.article.origin)
        assert store.tombstones.barred(hashes) == set(hashes)
        assert gone.number in store.changes(0).deleted


def test_no_file_of_the_database_has_the_text_of_an_article_taken_down(tmp_path: Path):
    with Store.open(f"sqlite:///{tmp_path}/archive.db") as store:
        _, gone = stored(store, 2)
        text = gone.article.text
        with store.writing() as writer:
            writer.take_down(gone.number, marks=(), now=NOW, by="", reason="")
        store.scrub()
        for file in tmp_path.iterdir():
            assert text[:80].encode() not in file.read_bytes()


def test_a_remnant_is_found_whatever_it_was_written_in(tmp_path: Path):
    text = " ".join(article.text for article, _ in invented(3))
    remains = Remains(marks_of([text]))
    part = text[40:400]
    for data in (part.encode(), part.upper().encode("utf-16"), zlib.compress(text.encode())):
        (tmp_path / "file").write_bytes(b"\x00\x81" * 999 + data)
        assert remains.in_file(tmp_path / "file")
    (tmp_path / "file").write_bytes(b"Nothing of the kind stands in this file, however long. " * 99)
    assert not remains.in_file(tmp_path / "file")


SECRET = "The quartermaster of the lighthouse hid forty brass lamps beneath the chapel floor."


@pytest.fixture
def told(archive, tmp_path):
    """An archive of four articles, one to be taken down: it has an earlier version and a copy of
    one paragraph in another article.
    """
    folder = tmp_path / "in"
    folder.mkdir()

    def write(name, title, text, url):
        page = (
            f'{{"title": "{title}", "text": "{text}", "url": "{url}", "date": "2024-05-0{name}"}}'
        )
        (folder / f"{name}.json").write_text(page)

    write(1, "Lamps found", f"{SECRET} First he denied it.", "https://a.example/lamps")
    write(2, "Ferry late", "The ferry was late again on Monday morning.", "https://a.example/ferry")
    write(3, "Harvest in", "Barley was brought in before the rain came.", "https://b.example/corn")
    archive.ingest([folder])
    write(1, "Lamps found", f"{SECRET} Then he admitted it.", "https://a.example/lamps")
    archive.ingest([folder])
    (hit,) = [h for h in archive.search(SearchRequest(q="brass lamps")).hits if "Lamps" in h.title]
    return archive, folder, hit.id


def files_with(home, text):
    return [p for p in home.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def test_an_article_taken_down_is_gone_from_every_file_and_every_answer(told):
    archive, _, id_ = told
    home = archive.settings.home
    assert files_with(home, SECRET)
    assert archive.takedown.take_down(id_, reason="a court order", by="desk").pending is None
    assert files_with(home, SECRET) == []
    seen = archive.takedown.absence(id_)
    assert (seen.found, seen.shared) == ((), ())
    assert seen.files > 5
    with pytest.raises(Gone, match="a court order"):
        archive.article(id_)
    answer = archive.search(SearchRequest(q="brass lamps"))
    assert id_ not in [hit.id for hit in answer.hits]
    assert archive.search(SearchRequest()).total == 2
    assert len(archive.generations()) == 1


def test_it_does_not_come_back_with_the_next_ingest_until_that_is_lifted(told):
    archive, folder, id_ = told
    archive.takedown.take_down(id_, reason="", by="desk")
    report = archive.ingest([folder])
    assert (report.added, report.barred) == (0, 1)
    (folder / "1.json").rename(folder / "renamed.json")
    assert archive.ingest([folder]).barred == 1
    archive.takedown.lift(id_, by="desk")
    assert archive.ingest([folder]).added == 1
    assert archive.search(SearchRequest(q="brass lamps")).hits


def test_one_taken_down_while_its_new_version_is_read_stays_away(archive, tmp_path):
    file = tmp_path / "a.json"
    page = '{{"title": "Ferry", "text": "The ferry sails {}.", "url": "https://a.example/1"}}'
    file.write_text(page.format("on Friday"))
    archive.ingest([file])
    (record,) = archive.store.scan()
    file.write_text(page.format("on Saturday"))

    class Slow:
        def extract(self, articles, homes=None):
            archive.takedown.take_down(record.id, reason="", by="desk")
            return archive.extractor.extract(articles, homes)

    ingester = Ingester(archive.store, Slow, lambda: archive.indexer)
    report = ingester.ingest(read([file]))
    assert (report.barred, report.updated) == (1, 0)
    assert not list(archive.store.scan())
    assert not archive.takedown.absence(record.id).found


def test_one_taken_down_while_it_is_embedded_leaves_no_vectors(archive, tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"title": "Ferry", "text": "The ferry sails.", "url": "https://a.example/1"}')
    there = archive.indexer

    class Slow:
        def __getattr__(self, name):
            return getattr(there.embedder, name)

        def passages(self, texts):
            for record in archive.store.scan():
                archive.takedown.take_down(record.id, reason="", by="desk")
            return there.embedder.passages(texts)

    slow = replace(there, embedder=Slow())
    Ingester(archive.store, lambda: archive.extractor, lambda: slow).ingest(read([file]))
    (stone,) = archive.store.tombstones.all()
    assert not archive.takedown.absence(stone.id).found


def test_vectors_of_a_model_no_longer_in_use_go_too(told):
    archive, _, id_ = told
    record = archive.store.get(id_)
    other = VectorCache(archive.settings.vectors, "another:model")
    numbers = [record.number, record.number + 1]
    other.put(["its passage", "one of another"], np.zeros((2, 4), np.float32), numbers)
    archive.takedown.take_down(id_, reason="", by="desk")
    assert list(other.get(["its passage", "one of another"], 4)[0]) == ["one of another"]
    assert not archive.takedown.absence(id_).found


def test_what_is_left_somewhere_is_found(told):
    archive, _, id_ = told
    text = archive.article(id_).record.article.text
    archive.takedown.take_down(id_, reason="", by="desk")
    (archive.settings.home / "notes.txt.gz").write_bytes(gzip.compress(f"Saved: {text}".encode()))
    (found,) = archive.takedown.absence(id_).found
    assert found.startswith("notes.txt.gz")


def test_copies_of_the_text_are_told_and_stay(told, tmp_path):
    archive, folder, id_ = told
    (folder / "4.json").write_text(
        f'{{"title": "Lamps again", "text": "Printed elsewhere: {SECRET} He was fined.", '
        '"url": "https://c.example/lamps"}'
    )
    archive.ingest([folder / "4.json"])
    archive.takedown.take_down(id_, reason="", by="desk")
    seen = archive.takedown.absence(id_)
    assert seen.found == ()
    assert len(seen.shared) == 1
    assert archive.store.get(seen.shared[0]).article.title == "Lamps again"


def test_an_index_that_could_not_be_cleared_is_cleared_by_the_next_ingest(told):
    archive, folder, id_ = told
    with archive.indexer.alone():
        cleared = archive.takedown.take_down(id_, reason="", by="desk")
    assert "another process" in cleared.pending
    assert id_ not in [hit.id for hit in archive.search(SearchRequest(q="brass lamps")).hits]
    assert archive.takedown.absence(id_).found
    archive.ingest([folder])
    assert archive.takedown.absence(id_).found == ()


def test_commands_take_down_and_verify(told):
    archive, _, id_ = told
    tried = run(archive.settings, "takedown", id_, "--dry-run")
    assert "2 versions" in tried.stdout
    archive.store.get(id_)
    done = run(archive.settings, "takedown", id_, "--reason", "asked for", "--yes")
    assert done.returncode == 0, done.stderr
    (stone,) = archive.store.tombstones.all()
    assert (stone.id, stone.reason, stone.purged) == (id_, "asked for", True)
    assert "nothing of it is left" in run(archive.settings, "verify", "--absent", id_).stdout


def test_whoever_asks_for_it_is_told_that_it_is_gone(told):
    archive, _, id_ = told
    archive.takedown.take_down(id_, reason="a court order", by="desk")
    client = TestClient(create_app(archive))
    answer = client.get(f"/api/v1/articles/{id_}")
    assert answer.status_code == 410
    assert "a court order" in answer.json()["detail"]
    page = client.get(f"/articles/{id_}")
    assert page.status_code == 410
    assert "This article was taken down" in page.text
