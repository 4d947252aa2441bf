"""Actors across the archive: in the store, in the index, and in whatever order articles come."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.chunk import passages_of
from archive.core import Archive, open_archive
from archive.query.request import FacetFilter, SearchRequest
from archive.store import Store
from archive.types import Article, Mention, MentionKind, RawDocument
from tests.archives import NOW, settings_in
from tests.collection import enriched

NAMED: list[list[tuple[MentionKind, str, str]]] = [
    [("person", "Robert Quill", "robert-quill"), ("person", "Ida Moss", "ida-moss")],
    [("person", "Bob Quill", "bob-quill"), ("person", "Ida Moss", "ida-moss")],
    [
        ("organisation", "Harbour Safety Board", "harbour-safety-board"),
        ("organisation", "HSB", "harbour-safety-board"),
    ],
    [("organisation", "HSB", "hsb"), ("person", "Robert Quill", "robert-quill")],
    [("organisation", "The HSB", "hsb"), ("group", "Ida Moss", "ida-moss")],
]


def made(at: int) -> tuple[Article, tuple[Mention, ...]]:
    text = f"Report {at}. " + " ".join(f"{surface} was named." for _, surface, _ in NAMED[at])
    mentions = tuple(
        Mention(text.index(s), text.index(s) + len(s), s, kind, value, s)
        for kind, s, value in NAMED[at]
    )
    return Article(title=f"Report {at}", text=text, origin=f"made/{at}", key=f"made:{at}"), mentions


def store(archive: Archive, at: int) -> None:
    article, mentions = made(at)
    with archive.store.writing() as writer:
        raw = RawDocument(article.text.encode(), "plain", article.origin)
        passages = passages_of(article, archive.embedder)
        writer.add(enriched(article, mentions, passages), raw, now=NOW)


def actors(archive: Archive) -> set[tuple[str, str, str, int]]:
    found = archive.search(SearchRequest()).facets["actor"]
    return {(v.value, v.label, v.kind or "", v.count) for v in found}


def test_articles_stored_later_change_who_earlier_ones_name(archive: Archive) -> None:
    store(archive, 1)
    archive.indexer.refresh()
    assert {value for value, *_ in actors(archive)} == {"bob-quill", "ida-moss"}

    for at in (3, 0, 2):
        store(archive, at)
        archive.indexer.refresh()

    assert actors(archive) == {
        ("robert-quill", "Robert Quill", "person", 3),
        ("ida-moss", "Ida Moss", "person", 2),
        ("harbour-safety-board", "Harbour Safety Board", "organisation", 2),
    }


def test_every_name_of_an_actor_leads_to_it(archive: Archive) -> None:
    for at in range(4):
        store(archive, at)
    archive.indexer.refresh()

    for name in ("HSB", "hsb", "harbour safety board"):
        chosen = SearchRequest(filters=(FacetFilter("actor", name),))
        assert archive.search(chosen).total == 2, name
    assert archive.search(SearchRequest(q='actor:"Bob Quill"')).total == 3
    assert "harbour-safety-board" in {s.value for s in archive.suggest("hsb")}


def test_article_shows_its_actors_under_their_own_names(archive: Archive) -> None:
    for at in range(4):
        store(archive, at)
    archive.indexer.refresh()
    hit = archive.search(SearchRequest(q="title:3", size=1)).hits[0]

    shown = archive.article(hit.id).record

    assert {m.label for m in shown.mentions} == {"Harbour Safety Board", "Robert Quill"}
    stored = archive.store.get(hit.id)
    assert {m.value for m in stored.mentions} == {"hsb", "robert-quill"}  # as the article has it


def test_settling_twice_changes_nothing(store_url: str, models: Path, tmp_path: Path) -> None:
    with open_archive(settings_in(tmp_path / "home", models)) as archive:
        embedder = archive.embedder
    with Store.open(store_url) as record:
        for at in range(5):
            article, mentions = made(at)
            with record.writing() as writer:
                raw = RawDocument(article.text.encode(), "plain", article.origin)
                writer.add(
                    enriched(article, mentions, passages_of(article, embedder)), raw, now=NOW
                )
        with record.writing() as writer:
            moved = writer.settle_actors()
        latest = record.changes(0).latest
        with record.writing() as writer:
            again = writer.settle_actors()

        assert (moved, again) == (3, 0)
        assert record.changes(0).latest == latest
        assert record.actors()["hsb"].value == "harbour-safety-board"


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(5)), refreshed=st.sets(st.integers(0, 4)))
def test_order_of_ingest_makes_no_difference_to_the_facets(
    order: list[int],
    refreshed: set[int],
    models: Path,
    tmp_path_factory,  # type: ignore[no-untyped-def]
) -> None:
    with open_archive(settings_in(tmp_path_factory.mktemp("one"), models)) as archive:
        for at in order:
            store(archive, at)
            if at in refreshed:
                archive.indexer.refresh()
        archive.indexer.refresh()
        found = actors(archive)
        archive.rebuild()

        assert actors(archive) == found
        assert ("ida-moss", "Ida Moss", "person", 3) in found
        assert ("robert-quill", "Robert Quill", "person", 3) in found
        assert ("harbour-safety-board", "Harbour Safety Board", "organisation", 3) in found
