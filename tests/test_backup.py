"""A backup is one file, made while the archive serves, and gives all of it back."""

import threading

import pytest

from archive.backup import restore
from archive.core import open_archive
from archive.errors import InputError, StoreError
from archive.query.request import SearchRequest
from archive.settings import Settings
from tests.archives import run, settings_in, store_invented


@pytest.fixture(scope="module")
def kept(tmp_path_factory, models):
    """An archive of twelve articles with its backup, made while others come in."""
    home = tmp_path_factory.mktemp("kept")
    with open_archive(settings_in(home / "home", models)) as archive:
        store_invented(archive, 12)
        yield archive, archive.back_up(home / "a.backup", by="desk"), home / "a.backup"


def answers(archive):
    answer = archive.search(SearchRequest(q="harbour wages", size=50))
    return [(hit.id, hit.score) for hit in answer.hits], answer.facets


def test_a_restored_archive_answers_as_the_one_that_was_kept(kept, tmp_path, models):
    archive, told, file = kept
    settings = settings_in(tmp_path / "home", models)
    assert restore(file, settings) == told
    with open_archive(settings) as restored:
        restored.embedder.passages = pytest.fail  # every vector is in the backup
        restored.rebuild()
        assert answers(restored) == answers(archive)


def test_what_comes_in_meanwhile_is_whole_or_not_in_it(tmp_path, models):
    with open_archive(settings_in(tmp_path / "home", models)) as archive:
        store_invented(archive, 4)
        writer = threading.Thread(
            target=store_invented, args=(archive, 40), kwargs={"after": 4, "together": 6}
        )
        writer.start()
        archive.back_up(tmp_path / "b.backup", by="desk")
        writer.join()
    settings = settings_in(tmp_path / "other", models)
    told = restore(tmp_path / "b.backup", settings)
    with open_archive(settings) as restored:
        restored.rebuild()
        total = restored.search(SearchRequest()).total
        assert total == restored.store.counts().articles
        assert (total - 4) % 6 == 0
        assert total >= 4
        assert told.articles >= total  # counted a moment later


def test_a_backup_that_was_changed_is_refused(kept, tmp_path, models):
    content = bytearray(kept[2].read_bytes())
    for name, damaged in (
        ("short", content[: len(content) // 2]),
        ("other", b"not a backup"),
        ("flipped", content[:-200] + bytes(b ^ 255 for b in content[-200:-100]) + content[-100:]),
    ):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(InputError, match="not a whole backup"):
            restore(tmp_path / name, settings_in(tmp_path / "home", models))
    assert not (tmp_path / "home" / "archive.db").exists()


def test_neither_a_file_nor_an_archive_is_overwritten(kept):
    archive, _, file = kept
    with pytest.raises(InputError, match="is there already"):
        archive.back_up(file, by="desk")
    with pytest.raises(StoreError, match="not empty"):
        restore(file, archive.settings)
    assert archive.store.counts().articles == 12


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_a_postgresql_database_is_kept_and_given_back(store_url, tmp_path, models, empty_url):
    settings = settings_in(tmp_path / "home", models).model_copy(update={"database_url": store_url})
    with open_archive(settings) as archive:
        store_invented(archive, 6)
        archive.back_up(tmp_path / "p.backup", by="desk")
        before = answers(archive)
    other = settings_in(tmp_path / "other", models).model_copy(update={"database_url": empty_url})
    restore(tmp_path / "p.backup", other)
    with open_archive(other) as restored:
        restored.rebuild()
        assert answers(restored) == before
        store_invented(restored, 8, after=6)  # numbers go on after those that were restored
    with pytest.raises(InputError, match="of a postgresql database"):
        restore(tmp_path / "p.backup", Settings(home=tmp_path / "third"))


def test_commands(kept, tmp_path, models):
    archive, _, file = kept
    settings = settings_in(tmp_path / "home", models)
    done = run(settings, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "12 articles" in done.stdout
    assert "made a backup" in [act.what for act in archive.audit(size=3)]
