"""An article that was taken down is gone from the record, and stays out of it."""

import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import Gone
from archive.identity import bars
from archive.remains import Remains, marks_of
from archive.store import Store
from archive.types import RawDocument
from tests.collection import enriched, invented

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
                gone.number, marks=marks, vectors=(), now=NOW, by="desk", reason="wrong person"
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
            writer.take_down(gone.number, marks=(), vectors=(), now=NOW, by="", reason="")
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
