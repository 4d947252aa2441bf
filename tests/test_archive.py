"""From files to answers and back again: what an archive keeps, whatever happens to it."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from archive.core import open_archive
from archive.errors import ArchiveError, Busy, NotFound, RebuildNeeded
from archive.query.request import Count, FacetFilter, Mode, SearchRequest
from tests.archives import environment, settings_in, store_invented

STORY = {
    "title": "Harbour bridge closed for repairs",
    "text": "Northport’s council closed the harbour bridge on Monday after cracks were found.\n\n"
    "Repairs will take until spring, mayor Ada Marsh said.",
    "date": "2024-03-04",
    "source": "Harbour Post",
    "url": "https://harbour.example.org/bridge",
}
OTHER = {
    "title": "Wheat harvest poorest in ten years",
    "text": "Farmers in France brought in the poorest wheat harvest in ten years.\n\n"
    "Prices rose at the exchange in Paris on Tuesday.",
    "date": "2024-09-10",
    "source": "Lakeside Courier",
    "url": "https://lakeside.example.org/wheat",
}


def write(folder: Path, **articles: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, article in articles.items():
        (folder / f"{name}.json").write_text(json.dumps(article))
    return folder


def titles(archive, q, mode=Mode.BOTH):
    return [hit.title for hit in archive.search(SearchRequest(q=q, mode=mode)).hits]


def everything(archive, queries=("", "bridge repairs", "wheat", "harvest prices rose")):
    """All that searches answer, but for times and the generation's name."""
    return [
        replace(a, milliseconds=None, generation="", next=None, previous=None)
        for q in queries
        for mode in Mode
        for a in [archive.search(SearchRequest(q=q, mode=mode, size=50))]
    ]


def test_what_is_taken_in_is_found_by_words_and_by_meaning(archive, tmp_path):
    report = archive.ingest([write(tmp_path / "in", a=STORY, b=OTHER)])
    assert (report.added, report.rejected) == (2, ())
    assert titles(archive, "bridge", Mode.WORDS) == [STORY["title"]]
    assert titles(archive, "poor crops of grain")[0] == OTHER["title"]
    hit = archive.search(SearchRequest(q="wheat")).hits[0]
    assert (hit.source, hit.published.value) == ("Lakeside Courier", "2024-09-10")


def test_the_same_file_twice_changes_nothing(archive, tmp_path):
    folder = write(tmp_path / "in", a=STORY, b=OTHER)
    archive.ingest([folder])
    before = archive.status().generation
    report = archive.ingest([folder])
    assert (report.added, report.unchanged) == (0, 2)
    assert archive.status().generation == before


def test_a_correction_is_a_new_version_that_is_found_at_once(archive, tmp_path):
    archive.ingest([write(tmp_path / "in", a=STORY)])
    corrected = STORY | {"text": STORY["text"].replace("spring", "midsummer")}
    report = archive.ingest([write(tmp_path / "in", a=corrected)])
    assert (report.added, report.updated) == (0, 1)
    assert titles(archive, "midsummer", Mode.WORDS) == [STORY["title"]]
    assert titles(archive, '"until spring"', Mode.WORDS) == []
    record = archive.article(archive.search(SearchRequest()).hits[0].id).record
    assert record.version == 2
    assert "spring" in archive.store.versions(record.id)[0].article.text


def test_a_copy_at_another_address_is_kept_and_shown_as_a_copy(archive, tmp_path):
    copy = STORY | {"url": "https://lakeside.example.org/copied", "source": "Lakeside Courier"}
    report = archive.ingest([write(tmp_path / "in", a=STORY, b=copy)])
    assert (report.added, report.duplicates) == (1, 1)
    hits = archive.search(SearchRequest(q="harbour bridge")).hits
    assert [(hit.copies.articles, hit.copies.sources) for hit in hits] == [(2, 2)] * 2
    folded = archive.search(SearchRequest(q="harbour bridge", count=Count.COPIES))
    assert (folded.total, [hit.folded for hit in folded.hits]) == (1, [1])
    view = archive.article(hits[0].id)
    assert [h.id for h in view.copies] == [hits[1].id]
    assert hits[1].id not in [h.id for h in view.related]


def test_one_bad_file_stops_nothing(archive, tmp_path):
    folder = write(tmp_path / "in", a=STORY, b=OTHER | {"date": "20024-01-01"})
    (folder / "c.json").write_text("{")
    report = archive.ingest([folder])
    assert report.added == 1
    assert sorted(Path(r.origin).name for r in report.rejected) == ["b.json", "c.json"]


def test_an_index_that_is_gone_is_said_and_comes_back_the_same(archive, tmp_path):
    store_invented(archive, 40)
    archive.ingest([write(tmp_path / "in", a=STORY, b=OTHER)])
    archive.rebuild()
    before = everything(archive)
    settings = archive.settings
    shutil.rmtree(settings.generations)
    shutil.rmtree(settings.vectors)
    with open_archive(settings) as again:
        with pytest.raises(RebuildNeeded) as fault:
            again.search(SearchRequest(q="bridge"))
        assert "archive rebuild" in fault.value.hint
        assert again.status().fault
        again.rebuild()
        assert everything(again) == before


def test_articles_that_came_in_one_by_one_are_found_as_if_together(archive, tmp_path, models):
    for name, article in (("a", STORY), ("b", OTHER)):
        archive.ingest([write(tmp_path / name, a=article)])
    step_by_step = everything(archive)
    archive.rebuild()
    assert everything(archive) == step_by_step


def test_many_small_additions_become_one_segment_and_answer_as_if_together(archive):
    store_invented(archive, 18, together=2)
    assert len(archive.engine.generation.manifest.segments) == 2
    step_by_step = everything(archive, ("", "ferry", "council vote"))
    archive.rebuild()
    assert everything(archive, ("", "ferry", "council vote")) == step_by_step


@pytest.mark.parametrize("victim", ["manifest.json", "*.npy", "lexical/*.idx", "lexical/meta.json"])
def test_a_damaged_index_is_said_to_need_a_rebuild(archive, tmp_path, victim):
    archive.ingest([write(tmp_path / "in", a=STORY)])
    settings = archive.settings
    generation = settings.generations / archive.status().generation
    files = [f for f in generation.rglob(victim) if f.is_file()]
    assert files
    for file in files:
        content = bytearray(file.read_bytes())
        file.unlink()
        file.write_bytes(content[: len(content) // 2])
    with open_archive(settings) as again:
        with pytest.raises(RebuildNeeded):
            again.search(SearchRequest(q="bridge"))
        again.rebuild()
        assert titles(again, "bridge") == [STORY["title"]]


def test_searches_go_on_while_the_index_is_rebuilt(archive):
    store_invented(archive, 60)
    request = SearchRequest(q="ferry wages", size=5)
    expected = archive.search(request).total
    faults: list[BaseException] = []
    generations: set[str] = set()
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                answer = archive.search(request)
                generations.add(answer.generation)
                assert answer.total == expected
            except BaseException as fault:
                faults.append(fault)
                return

    searcher = threading.Thread(target=search)
    searcher.start()
    with open_archive(archive.settings) as builder:
        last = [builder.rebuild().generation for _ in range(3)][-1]
    patience = time.monotonic() + 60
    while last not in generations and not faults and time.monotonic() < patience:
        time.sleep(0.01)
    done.set()
    searcher.join()
    assert not faults
    assert last in generations
    assert archive.search(request).generation == last


def test_pages_of_one_search_stay_in_the_generation_they_began_in(archive):
    store_invented(archive, 60)
    first = archive.search(SearchRequest(q="ferry", size=5))
    archive.rebuild()
    second = archive.search(SearchRequest(q="ferry", size=5, cursor=first.next))
    assert second.generation == first.generation
    assert not {h.id for h in first.hits} & {h.id for h in second.hits}


def test_two_builders_do_not_meet(archive):
    store_invented(archive, 10)
    with archive.indexer.alone(), pytest.raises(ArchiveError, match="another process"):
        archive.indexer.refresh()


def test_what_is_stored_while_the_index_is_built_comes_into_it(archive):
    store_invented(archive, 10)
    refused = []

    def progress(stage, done, total):
        if stage == "index" and done and not refused:  # all that was there has been read
            with pytest.raises(Busy) as error:
                store_invented(archive, 12, after=10)
            refused.append(error)

    archive.rebuild(progress=progress)
    assert refused
    assert archive.search(SearchRequest()).total == 12
    assert archive.status().behind == 0


def test_who_rebuilds_while_another_does_waits_for_it(archive):
    store_invented(archive, 10)
    waits, done = threading.Event(), threading.Event()

    def rebuild():
        archive.rebuild(progress=lambda stage, *_: stage == "wait for another" and waits.set())
        done.set()

    before = archive.status().generation
    with archive.indexer.alone():
        threading.Thread(target=rebuild).start()
        assert waits.wait(60)
        assert not done.is_set()
        assert archive.status().generation == before
    assert done.wait(60)
    assert archive.status().generation != before


INGEST = """
import sys
from pathlib import Path
from archive.core import open_archive
with open_archive() as archive:
    archive.ingest([Path(sys.argv[1])])
"""


def test_a_process_killed_while_it_takes_in_loses_nothing_that_was_stored(tmp_path, models):
    settings = settings_in(tmp_path / "home", models)
    lines = [
        json.dumps(
            STORY | {"url": f"https://harbour.example.org/{n}", "text": f"{STORY['text']} {n}."}
        )
        for n in range(300)
    ]
    file = tmp_path / "many.jsonl"
    file.write_text("\n".join(lines))
    command = [sys.executable, "-c", INGEST, str(file)]
    process = subprocess.Popen(command, env=environment(settings))
    with open_archive(settings) as archive:
        deadline = time.monotonic() + 120
        while archive.store.counts().articles == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        stored = archive.store.counts().articles
        assert 0 < stored <= 300
        report = archive.ingest([file])
        assert (report.added, report.unchanged) == (300 - stored, stored)
        assert archive.search(SearchRequest(q="harbour bridge", mode=Mode.WORDS)).total == 300
        assert archive.status().behind == 0


def test_an_article_can_be_read_while_there_is_no_index(archive, tmp_path):
    archive.ingest([write(tmp_path / "in", a=STORY)])
    id_ = archive.search(SearchRequest()).hits[0].id
    settings = archive.settings
    shutil.rmtree(settings.generations)
    with open_archive(settings) as again:
        assert again.article(id_).record.article.title == STORY["title"]
        with pytest.raises(NotFound):
            again.article("nothing")


def test_suggestions_go_on_from_any_word_of_a_name(archive, tmp_path):
    archive.ingest([write(tmp_path / "in", a=STORY, b=OTHER)])
    labels = [s.label for s in archive.suggest("mars")]
    assert "Ada Marsh" in labels
    chosen = next(s for s in archive.suggest("ada") if s.facet == "actor")
    found = archive.search(SearchRequest(filters=(FacetFilter("actor", chosen.value),)))
    assert found.total == chosen.count == 1


def test_the_record_may_be_in_postgresql(store_url, tmp_path, models):
    settings = settings_in(tmp_path / "home", models).model_copy(update={"database_url": store_url})
    with open_archive(settings) as archive:
        archive.ingest([write(tmp_path / "in", a=STORY, b=OTHER)])
        assert titles(archive, "bridge", Mode.WORDS) == [STORY["title"]]
        view = archive.article(archive.search(SearchRequest(q="wheat")).hits[0].id)
        assert view.record.article.published.value == "2024-09-10"
        before = everything(archive)
        archive.rebuild()
        assert everything(archive) == before


def test_an_earlier_generation_answers_again_and_catches_up(archive, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Ferry strike\n\nThe ferry crews went on strike today.")
    archive.ingest([tmp_path / "in"])
    first = archive.engine.generation.id
    (tmp_path / "in" / "b.txt").write_text("Grain prices\n\nThe price of wheat rose again today.")
    archive.ingest([tmp_path / "in"])
    assert archive.search(SearchRequest(q="wheat", mode=Mode.WORDS)).total == 1
    assert archive.indexer.roll_back() == first
    assert archive.search(SearchRequest(q="wheat", mode=Mode.WORDS)).total == 0
    assert [g.name for g in archive.generations(thorough=True) if g.current] == [first]
    with pytest.raises(NotFound, match="no older generation"):
        archive.indexer.roll_back()
    archive.indexer.refresh()
    assert archive.search(SearchRequest(q="wheat", mode=Mode.WORDS)).total == 1
    archive.indexer.prune(keep=1)
    assert len(archive.generations()) == 1


def test_a_damaged_generation_is_named_and_never_answers(archive, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Ferry strike\n\nThe ferry crews went on strike today.")
    archive.ingest([tmp_path / "in"])
    first = archive.engine.generation
    now = archive.rebuild().generation
    file = next(first.folder.glob("*/vectors*"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    faults = {g.name: g.faults for g in archive.generations(thorough=True)}
    assert file.name in faults[first.id][0]
    assert faults[now] == ()
    with pytest.raises(RebuildNeeded, match=r"cannot be used"):
        archive.indexer.roll_back(first.id)
    assert archive.engine.generation.id == now


def test_a_town_is_the_one_where_its_paper_is_at_home(archive, tmp_path):
    def told(name: str, source: str, text: str) -> dict[str, str]:
        url = f"https://{name}.example.org/"
        return {"title": f"Report {name}", "text": text, "source": source, "url": url}

    texas = (
        "Voters in Crockett, Texas, queued on Monday, and so did those of Dallas, officials said."
    )
    local = {f"a{at}": told(f"a{at}", "Paris Bugle", f"{texas} Report {at}.") for at in range(8)}
    archive.ingest([write(tmp_path / "first", **local)])
    plain = (
        "The library in Paris was closed on Monday for repairs, officials in Paris said. "
        "The work will take until May and costs more than was planned a year ago."
    )
    here = told("here", "Paris Bugle", plain)
    there = told("there", "World Courier", f"{plain} Readers are not pleased with that.")
    archive.ingest([write(tmp_path / "then", here=here, there=there)])
    found = {
        record.article.source: {m.value for m in record.mentions if m.kind == "place"}
        for record in archive.store.scan()
        if "library" in record.article.text
    }
    assert found["Paris Bugle"] == {"paris.united-states"}
    assert found["World Courier"] == {"paris.france"}
