"""What was refused is kept with its reason, and comes in after a fix."""

import gzip
import json

import pytest

from archive.errors import DocumentError
from archive.store import Store
from archive.types import RawDocument
from tests.archives import NOW, run, settings_in

BODY = "The council closed the bridge on Monday.\n\nRepairs will take until spring."
GOOD = json.dumps({"title": "Bridge closed", "text": BODY})


def kept(archive) -> dict[str, str]:
    return {item.error.origin: item.error.reason for item in archive.store.refused()}


def test_a_refused_line_is_kept_until_the_file_is_mended(archive, tmp_path):
    file = tmp_path / "lines.jsonl"
    file.write_text(f'{GOOD}\n{{"title": oops}}\n{GOOD}\n')
    archive.ingest([file])
    archive.ingest([file])
    (item,) = archive.store.refused()
    assert item.error.origin == f"{file}#2"
    assert "not JSON" in item.error.reason
    assert item.raw.content == b'{"title": oops}'
    assert item.attempts == 2
    assert len(archive.retry(by="Eve").rejected) == 1
    file.write_text(f"{GOOD}\n" + json.dumps({"title": "Ferry late", "text": BODY}) + "\n")
    archive.ingest([file])
    assert kept(archive) == {}


def test_a_file_that_could_not_be_read_is_tried_again_from_its_place(archive, tmp_path):
    packed, gone = tmp_path / "a.json.gz", tmp_path / "gone.json"
    packed.write_bytes(gzip.compress(GOOD.encode())[:-9])
    report = archive.ingest([packed, gone])
    assert len(report.rejected) == 2
    packed.write_bytes(gzip.compress(GOOD.encode()))
    assert archive.retry([str(packed)], by="Eve").added == 1
    assert list(kept(archive)) == [str(gone)]
    gone.write_text(json.dumps({"title": "Ferry late", "text": f"{BODY} Ferries wait."}))
    assert archive.retry(by="Eve").added == 1
    assert kept(archive) == {}


def test_an_item_that_was_kept_is_tried_without_its_file(archive):
    raw = RawDocument(GOOD.encode(), "json", "lost.jsonl#1")
    with archive.store.writing() as writer:
        writer.quarantine.keep([(DocumentError(raw.origin, "a fault since mended"), raw)], now=NOW)
    assert archive.retry(by="Eve").added == 1
    assert kept(archive) == {}


@pytest.mark.parametrize("size", [1_000, 3_000_000])
def test_only_small_items_are_kept_with_their_bytes(store_url, size):
    import random

    raw = RawDocument(
        random.Random(1).randbytes(size), "plain", "a.txt", "cp1252", "https://a.example"
    )
    with Store.open(store_url) as store:
        with store.writing() as writer:
            writer.quarantine.keep(
                [(DocumentError("a.txt", "broken", "mend it", "line 1"), raw)], now=NOW
            )
        (item,) = store.refused()
        assert item.error == DocumentError("a.txt", "broken", "mend it", "line 1")
        assert item.raw == (raw if size < 1_000_000 else None)
        with store.writing() as writer:
            writer.quarantine.release(["a.txt#3"])
        assert store.refused_count() == 0


def test_the_command_line_lists_and_retries(tmp_path, models):
    settings = settings_in(tmp_path / "home", models)
    file = tmp_path / "table.csv"
    file.write_text("Headline;text\nBridge closed;\n")
    wrong = run(settings, "ingest", str(file), "--columns", "headline=Headline")
    assert (wrong.returncode, "title, text, date" in wrong.stderr) == (2, True)
    first = run(settings, "ingest", str(file), "--columns", "title=Headline")
    assert (first.returncode, "archive quarantine list" in first.stderr) == (1, True)
    listed = json.loads(run(settings, "quarantine", "list", "--json").stdout)
    assert [(item["origin"], item["attempts"]) for item in listed] == [(f"{file}#2", 1)]
    assert run(settings, "quarantine", "retry").returncode == 1
    assert "no field holds" in run(settings, "quarantine", "list").stdout
