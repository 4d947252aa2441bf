"""The record, as its users see it, on both databases."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from archive.errors import NotFound, StoreError
from archive.identity import digests
from archive.store import Store, StoreCounts
from archive.store.session import open_engine
from archive.types import (
    Article,
    Enriched,
    Mention,
    Passage,
    Place,
    Precision,
    PublishedDate,
    RawDocument,
)
from tests.collection import dates, enriched, invented

NOW = datetime(2024, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
STRIKE = "The ferry crews in Northport ended their strike. Ada Marsh welcomed it."
NORTHPORT = Place("northport.norland", "Northport", 10.5, -20.25, "norland", ("norland", "europe"))
# Accents, a combining mark, right-to-left text, CJK, emoji joined and not, the astral planes,
# direction marks: what may stand in an article after it was normalised.
MANY_SCRIPTS = (
    "Übermäßig naïve façade – “quoted” … x\u0301 \u2067العربية\u2069 עברית \u200f "
    "हिन्दी 漢字かな 한국어 👩‍👩‍👧‍👦 🇳🇱 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 \U0010fffd % _ ' \" \\ \\x00 {} $1 :name"
)


@pytest.fixture
def store(store_url):
    with Store.open(store_url) as opened:
        yield opened


def article(title="Ferry strike ends", text=STRIKE, *, key=None, origin="made/a.txt", **fields):
    return Article(title=title, text=text, key=key, origin=origin, **fields)


def raw(origin="made/a.txt", content=b"Ferry strike ends\n\nThe ferry crews ...", **fields):
    return RawDocument(content=content, format="plain", origin=origin, **fields)


def named(kind, label, value, text=STRIKE):
    start = text.index(label)
    return Mention(start, start + len(label), label, kind, value, label)


def strike(**fields):
    """An article with a person, a place and two passages."""
    return Enriched(
        article(**fields),
        mentions=(
            named("place", "Northport", "northport.norland"),
            named("person", "Ada Marsh", "ada-marsh"),
        ),
        places=(NORTHPORT,),
        passages=(Passage(0, 48, 11), Passage(49, len(STRIKE), 6)),
    )


def put(store, item, *, now=NOW, document=None):
    item = item if isinstance(item, Enriched) else Enriched(item)
    document = document or raw(item.article.origin)
    with store.writing() as writer:
        return writer.add(item, document, now=now)


def change(store, number, item, *, now=LATER, document=None):
    item = item if isinstance(item, Enriched) else Enriched(item)
    document = document or raw(item.article.origin, b"edited")
    with store.writing() as writer:
        return writer.replace(number, item, document, now=now)


# What goes in comes out.


def test_an_article_comes_back_as_it_was_stored(store):
    day = datetime(2024, 5, 31, tzinfo=UTC)
    published = PublishedDate("2024-05-31", Precision.DAY, "meta", day, day + timedelta(days=1))
    item = strike(
        key="https://news.example.org/strike",
        url="https://news.example.org/strike?page=1",
        source="Harbour Wire",
        authors=("Eve Holm", "Finn Ødegård"),
        section="Economy",
        language="en",
        published=published,
        dateline="NORTHPORT",
        refused_dates=("meta:date: “2924” lies in the future",),
        stated_dates=(PublishedDate("2024-05", Precision.MONTH, "url", day, LATER),),
    )
    item = replace(item, dates=dates(item.article))
    stored = put(store, item)
    found = store.get(stored.id)
    assert found == stored
    assert found.article == item.article
    assert found.mentions == item.mentions
    assert found.passages == item.passages
    assert found.dates == item.dates
    assert (found.version, found.copy_of) == (1, None)
    assert found.ingested_at == found.updated_at == NOW
    assert store.places() == {"northport.norland": NORTHPORT}


def test_an_article_that_states_nothing_else_comes_back_so(store):
    bare = Article(title="", text="Only a text.", origin="made/bare.txt")
    assert store.get(put(store, bare).id).article == bare


@pytest.mark.parametrize("precision", list(Precision))
def test_the_precision_of_a_date_is_kept(store, precision):
    start = datetime(2024, 1, 1, tzinfo=UTC)
    published = PublishedDate("2024", precision, "url", start, start + timedelta(days=366))
    assert store.get(put(store, article(published=published)).id).article.published == published


def test_times_come_back_in_utc(store):
    tokyo = timezone(timedelta(hours=9))
    start = datetime(2024, 6, 1, 0, 30, tzinfo=tokyo)
    published = PublishedDate(
        "2024-06-01T00:30+09:00", Precision.MINUTE, "json", start, start + timedelta(minutes=1)
    )
    id_ = put(store, article(published=published), now=NOW.astimezone(tokyo)).id
    found = store.get(id_)
    times = (
        found.article.published.start,
        found.article.published.end,
        found.ingested_at,
        found.updated_at,
    )
    assert all(time.utcoffset() == timedelta(0) for time in times)
    assert found.article.published.start == start
    assert found.ingested_at == NOW
    # In UTC it was still May.
    assert store.counts().first == "2024-05-31"


def test_a_time_without_a_zone_is_never_stored(store):
    with pytest.raises(StoreError, match="without a zone"):
        put(store, article(), now=datetime(2024, 6, 1))
    assert store.counts().articles == 0


def test_every_script_comes_back_as_it_was(store):
    item = Enriched(
        Article(
            title=MANY_SCRIPTS,
            text=f"{MANY_SCRIPTS}\n\n\t{MANY_SCRIPTS}",
            origin=f"made/{MANY_SCRIPTS}.txt",
            key=f"key {MANY_SCRIPTS}",
            url=f"https://news.example.org/{MANY_SCRIPTS}",
            source=MANY_SCRIPTS,
            authors=(MANY_SCRIPTS, "", "Ngũgĩ"),
            section=MANY_SCRIPTS,
            language="ar",
            dateline=MANY_SCRIPTS,
        ),
        mentions=(Mention(0, 4, MANY_SCRIPTS, "group", MANY_SCRIPTS, MANY_SCRIPTS),),
        places=(Place(MANY_SCRIPTS, MANY_SCRIPTS, -89.9, 179.9, None, (MANY_SCRIPTS,)),),
    )
    id_ = put(store, item).id
    found = store.get(id_)
    assert (found.article, found.mentions) == (item.article, item.mentions)
    assert store.places([MANY_SCRIPTS]) == {MANY_SCRIPTS: item.places[0]}
    assert store.known(keys=[item.article.key]).by_key[item.article.key].id == id_


def test_a_text_of_two_megabytes_comes_back_whole(store):
    text = "Ä long report, 2 MB of it. 🛳 " * 64_000
    assert len(text.encode()) > 2_000_000
    content = bytes(range(256)) * 10_000
    stored = put(store, article(text=text), document=raw(content=content))
    assert store.get(stored.id).article.text == text
    assert store.raw(stored.id).content == content


def test_raw_input_is_kept_as_it_was_received(store):
    received = RawDocument(b"\x00\xff<html>\r\n", "html", "made/page.html#2", "windows-1252")
    id_ = put(store, article(origin="made/page.html#2"), document=received).id
    assert store.raw(id_) == received


def test_what_was_stored_is_there_after_reopening(store_url):
    with Store.open(store_url) as store:
        stored = put(store, strike(key="k"))
    with Store.open(store_url) as store:
        assert store.get(stored.id) == stored
        assert store.changes(0).changed == (stored.number,)


def test_the_same_article_has_the_same_id_in_any_archive(store_url, tmp_path):
    item = article(key="https://news.example.org/strike")
    with Store.open(store_url) as one, Store.open(f"sqlite:///{tmp_path}/other.db") as other:
        put(one, article("Another", "came first", key="x"))
        id_ = put(one, item).id
        assert id_ == put(other, item).id
    assert re.fullmatch("[a-z2-7]{12}", id_)


def test_a_text_met_twice_without_a_key_gets_two_ids(store):
    first, second = put(store, article()), put(store, article(origin="made/b.txt"))
    assert first.id != second.id
    assert store.get(second.id).article.origin == "made/b.txt"


def test_a_nul_character_is_a_bug_of_the_caller(store):
    with pytest.raises(ValueError, match=r"title of made/a\.txt has a NUL"):
        put(store, article("Ferry\x00strike"))


# Names.


def test_an_actor_has_one_label_in_every_article(store):
    put(store, strike(key="a"))
    text = "Mrs Marsh spoke."
    spelt = Mention(4, 9, "Marsh", "person", "ada-marsh", "A. Marsh")
    id_ = put(store, Enriched(article(text=text, key="b"), mentions=(spelt,))).id
    assert [m.label for m in store.get(id_).mentions] == ["Ada Marsh"]


def test_an_actor_and_a_place_of_one_value_keep_their_own_labels(store):
    place = Place("norland", "Norland (country)", 1.0, 2.0)
    mentions = (
        Mention(0, 7, "Norland", "country", "norland", "Government of Norland"),
        Mention(8, 15, "Norland", "place", "norland", "Norland (country)"),
        Mention(0, 7, "Norland", "place", "norland", "Norland (country)", "title"),
    )
    item = Enriched(article("Norland votes", "Norland Norland"), mentions, (place,))
    assert set(store.get(put(store, item).id).mentions) == set(mentions)


def test_names_in_title_and_text_come_back_in_order(store):
    text = "Ada Marsh met Ada Marsh in Northport."
    mentions = tuple(
        Mention(at, at + 9, text[at : at + 9], "person", "ada-marsh", "Ada Marsh") for at in (0, 14)
    )
    title = Mention(0, 9, "Ada Marsh", "person", "ada-marsh", "Ada Marsh", "title")
    item = Enriched(article("Ada Marsh", text), (title, *reversed(mentions)))
    assert store.get(put(store, item).id).mentions == (*mentions, title)


# A new version.


def test_a_new_version_takes_the_place_of_the_old_one(store):
    first = put(store, strike(key="k", source="Harbour Wire"))
    text = "Bruno Keller said that the strike goes on."
    edited = Enriched(
        article("Ferry strike goes on", text, key="k", source="The Meridian"),
        mentions=(named("person", "Bruno Keller", "bruno-keller", text),),
        passages=(Passage(0, len(text), 9),),
    )
    second = change(store, first.number, edited)
    found = store.get(first.id)
    assert found == second
    assert found.changed == ("headline", "text")
    assert (found.id, found.number, found.version) == (first.id, first.number, 2)
    assert (found.ingested_at, found.updated_at) == (NOW, LATER)
    assert found.article == edited.article
    assert (found.mentions, found.passages) == (edited.mentions, edited.passages)
    assert store.raw(first.id).content == b"edited"
    assert store.counts().articles == 1


def test_old_versions_can_be_read(store):
    first = put(store, strike(key="k", authors=("Eve Holm",), source="Harbour Wire"))
    for at in range(2, 5):
        change(
            store,
            first.number,
            article(f"Edited {at}", f"Text {at}", key="k"),
            now=NOW + timedelta(hours=at),
        )
    versions = store.versions(first.id)
    assert [v.version for v in versions] == [1, 2, 3]
    assert [v.article.title for v in versions] == ["Ferry strike ends", "Edited 2", "Edited 3"]
    assert versions[0].article == first.article
    assert [v.updated_at for v in versions] == [NOW, *(NOW + timedelta(hours=h) for h in (2, 3))]
    assert {(v.id, v.number, v.ingested_at) for v in versions} == {(first.id, first.number, NOW)}
    assert store.get(first.id).version == 4


def test_an_article_that_never_changed_has_no_old_versions(store):
    assert store.versions(put(store, article()).id) == ()


def test_a_version_that_states_no_key_keeps_the_articles_own(store):
    first = put(store, article(key="k"))
    change(store, first.number, article("Edited", "Other text"))
    assert store.get(first.id).article.key == "k"


# Copies.


def test_copies_of_one_text_know_each_other(store):
    a, alone = put(store, article(key="a")), put(store, article("Another", "text", key="z"))
    b = put(store, article(key="b"))
    c = put(store, article(key="c"))
    assert [store.get(r.id).copy_of for r in (a, b, c, alone)] == [None, a.id, a.id, None]
    assert [[r.id for r in store.copies(x.id)] for x in (a, b, c, alone)] == [
        [b.id, c.id],
        [a.id, c.id],
        [a.id, b.id],
        [],
    ]
    assert store.copy_groups() == dict.fromkeys((r.number for r in (a, b, c)), a.number)


def test_all_articles_with_the_text_of_some_are_known(store):
    a, b, c = (put(store, article(key=k)).number for k in "abc")
    alone = put(store, article("Another", "text", key="z")).number
    same = frozenset((a, b, c))
    assert store.texts([b, alone, 999]) == {b: same, alone: frozenset((alone,))}
    assert store.texts([]) == {}


def test_an_edited_article_is_no_copy_any_more(store):
    a = put(store, article(key="a"))
    b, c = (put(store, article(key=k)) for k in "bc")
    change(store, b.number, article("Other", "Other words", key="b"))
    assert store.get(b.id).copy_of is None
    assert [r.id for r in store.copies(a.id)] == [c.id]
    change(store, a.number, article("New", "New words", key="a"))
    assert store.copies(c.id) == ()
    assert store.copy_groups() == {}


def test_a_change_of_the_byline_alone_leaves_a_copy_a_copy(store):
    a = put(store, article(key="a"))
    b = put(store, article(key="b"))
    change(store, b.number, article(key="b", authors=("Eve Holm",)))
    assert store.get(b.id).copy_of == a.id


def test_the_first_of_many_copies_may_change_and_get_copies_of_its_new_text(store):
    a = put(store, article(key="a"))
    b, c = (put(store, article(key=k)) for k in "bc")
    change(store, a.number, article("New", "New words", key="a"))
    d = put(store, article("New", "New words", key="d"))
    assert [r.id for r in store.copies(a.id)] == [d.id]
    assert [r.id for r in store.copies(b.id)] == [c.id]
    assert store.get(c.id).copy_of == b.id
    firsts = {a.number: a.number, d.number: a.number, b.number: b.number, c.number: b.number}
    assert store.copy_groups() == firsts


# Many at once.


@pytest.fixture(scope="module")
def full(shared_store_url):
    """A store with more articles than go into one statement, with every kind of facet value, and
    their records by number. Not to be changed.
    """
    with Store.open(shared_store_url) as store:
        with store.writing() as writer:
            records = [
                writer.add(
                    enriched(article, mentions, (Passage(0, len(article.text), 40),)),
                    raw(article.origin, f"raw {at}".encode()),
                    now=NOW,
                )
                for at, (article, mentions) in enumerate(invented(503))
            ]
        yield store, {record.number: record for record in records}


def test_all_articles_are_scanned_by_number_with_names_and_passages(full):
    store, many = full
    scanned = list(store.scan())
    assert [r.number for r in scanned] == sorted(many)
    for record in scanned:
        stored = many[record.number]
        assert record.article == stored.article
        assert set(record.mentions) == set(stored.mentions)
        assert record.passages == stored.passages


def test_some_articles_are_scanned_and_missing_ones_left_out(full):
    store, many = full
    wanted = [*sorted(many, reverse=True)[::2], max(many) + 10, 0, -5]
    found = [record.number for record in store.scan(numbers=wanted, batch=7)]
    assert found == sorted(set(wanted) & set(many))
    assert list(store.scan(numbers=[])) == []


def test_articles_are_fetched_by_number(full):
    store, many = full
    found = store.records([*many, max(many) + 1])
    assert {number: record.article for number, record in found.items()} == {
        number: record.article for number, record in many.items()
    }
    assert store.records([]) == {}


def test_known_articles_are_recognised_by_key_origin_and_text(full):
    store, many = full
    records = list(many.values())
    known = store.known(
        keys=[*(r.article.key for r in records), "https://news.example.org/unknown"],
        origins=[*(r.article.origin for r in records), "made/unknown"],
        text_hashes=[*(digests(r.article)[0] for r in records), "0" * 64],
    )
    for found, mark in (
        (known.by_key, lambda r: r.article.key),
        (known.by_origin, lambda r: r.article.origin),
        (known.by_text, lambda r: digests(r.article)[0]),
    ):
        assert {mark: k.id for mark, k in found.items()} == {mark(r): r.id for r in records}
    one = known.by_key[records[5].article.key]
    assert (one.text_hash, one.content_hash) == digests(records[5].article)


def test_places_are_given_by_value(full):
    store, _ = full
    every = store.places()
    assert store.around() == {value: place.parents for value, place in every.items()}
    assert set(every) == {"northport.norland", "eastville.norland", "santa-lia.merida"} | {
        "norland",
        "merida",
    }
    assert store.places(["merida", "nowhere"]) == {"merida": every["merida"]}
    assert store.places([]) == {}


def test_counts_tell_how_much_there_is(full):
    store, many = full
    articles = [record.article for record in many.values()]
    days = [a.published.start.date().isoformat() for a in articles if a.published]
    assert store.counts() == StoreCounts(
        articles=len(articles),
        undated=len(articles) - len(days),
        sources=3,
        passages=len(articles),
        first=min(days),
        last=max(days),
    )


def test_an_empty_store_has_nothing(store):
    assert store.counts() == StoreCounts(0, 0, 0, 0, None, None)
    assert list(store.scan()) == []
    assert store.places() == {}
    changes = store.changes(0)
    assert (changes.latest, changes.changed, changes.deleted) == (0, (), ())


# Sightings.


def test_an_article_met_elsewhere_is_known_from_there_too(store):
    stored = put(store, article(key="k"))
    again = raw("made/mirror.html", b"another page")
    with store.writing() as writer:
        writer.see(stored.number, again, source="The Meridian", now=LATER)
    known = store.known(origins=["made/a.txt", "made/mirror.html"], keys=["k"])
    assert {k.number for k in known.by_origin.values()} == {stored.number}
    assert known.by_origin["made/a.txt"].raw_hash != known.by_origin["made/mirror.html"].raw_hash
    # What it was made from is still the first page, and nothing changed for the indexes.
    assert known.by_key["k"].raw_hash == known.by_origin["made/a.txt"].raw_hash
    assert store.raw(stored.id).content == raw().content
    assert store.changes(0).latest == store.changes(store.changes(0).latest).latest
    assert store.counts().articles == 1


def test_the_same_place_with_new_bytes_is_not_taken_for_seen_before(store):
    stored = put(store, article())
    before = store.known(origins=["made/a.txt"]).by_origin["made/a.txt"]
    with store.writing() as writer:
        writer.see(stored.number, raw(content=b"touched"), source=None, now=LATER)
    after = store.known(origins=["made/a.txt"]).by_origin["made/a.txt"]
    assert before.raw_hash != after.raw_hash


# The change feed.


def test_changes_since_a_number_name_each_article_once(store):
    a, b = put(store, article(key="a")), put(store, article(key="b"))
    first = store.changes(0)
    assert first.changed == (a.number, b.number)
    assert store.changes(first.latest).changed == ()
    change(store, b.number, article("Edited", "once", key="b"))
    change(store, b.number, article("Edited", "twice", key="b"))
    second = store.changes(first.latest)
    assert second.changed == (b.number,)
    assert second.latest > first.latest
    assert store.changes(second.latest).latest == second.latest


def test_the_last_change_of_each_article_and_what_was_corrected_last_are_known(store):
    a, b, c = (put(store, article(f"Title {k}", f"Text {k}", key=k)) for k in "abc")
    before = store.last_changes([a.number, b.number, c.number, 999])
    assert list(before) == [a.number, b.number, c.number]
    assert store.corrected(9) == ()
    for at, one in enumerate((b, a)):
        later = LATER + timedelta(hours=at)
        change(store, one.number, article("Edited", f"{at}", key=one.article.key), now=later)
    after = store.last_changes([a.number, b.number, c.number])
    assert max(before.values()) < after[b.number] < after[a.number]
    assert after[c.number] == before[c.number]
    assert (store.corrected(9), store.corrected(1)) == ((a.number, b.number), (a.number,))
    assert store.titles([c.id, a.id, "aaaaaaaaaaaa"]) == {c.id: "Title c", a.id: "Edited"}


# What fails leaves nothing behind.


def test_a_transaction_that_fails_leaves_nothing(store):
    kept = put(store, article(key="kept"))
    latest = store.changes(0).latest
    with pytest.raises(RuntimeError, match="in the middle"), store.writing() as writer:
        writer.add(strike(key="lost"), raw("made/lost.txt", b"lost"), now=NOW)
        writer.replace(kept.number, strike(key="kept"), raw(content=b"new"), now=NOW)
        raise RuntimeError("in the middle")
    assert [r.id for r in store.scan()] == [kept.id]
    assert store.get(kept.id) == kept
    assert store.versions(kept.id) == ()
    assert store.places() == {}
    assert store.changes(latest).latest == latest
    assert not store.known(origins=["made/lost.txt"]).by_origin
    # The store goes on working.
    put(store, strike(key="next"))


def test_a_key_is_never_given_to_two_articles(store):
    put(store, article(key="k"))
    with pytest.raises(StoreError):
        put(store, article("Other", "text", key="k"))
    assert store.counts().articles == 1


@pytest.mark.parametrize(
    "id_", ["", "aaaaaaaaaaaa", "x" * 100_000, "a\x00b", "\ud800", "’; DROP TABLE article", "é"]
)
def test_an_unknown_article_is_not_found(store, id_):
    put(store, article())
    for ask in (store.get, store.raw, store.versions, store.copies):
        with pytest.raises(NotFound, match="there is no article") as caught:
            ask(id_)
        assert len(caught.value.message) < 100
        assert caught.value.hint


def test_an_article_that_is_not_there_cannot_be_changed(store):
    with pytest.raises(NotFound, match="no article number 4711"):
        change(store, 4711, article())
    assert store.counts().articles == 0


# Several at once.


def test_two_writers_take_turns(store_url):
    errors, turns = [], 25

    def write(who):
        try:
            with Store.open(store_url) as store:
                for at in range(turns):
                    put(store, article(f"{who} {at}", f"Text {who} {at}", key=f"{who}/{at}"))
        except Exception as error:  # shown below, in the thread that pytest watches
            errors.append(error)

    writers = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    with Store.open(store_url) as store:
        assert store.counts().articles == 2 * turns
        assert len(store.changes(0).changed) == 2 * turns


def test_what_the_change_feed_showed_is_never_followed_by_something_earlier(store):
    """Whoever reads the feed while others write misses nothing."""
    seen, done = set(), threading.Event()

    def write(who):
        for at in range(20):
            put(store, article(f"{who} {at}", f"Text {who} {at}", key=f"{who}/{at}"))

    def follow():
        at = 0
        while True:
            last_round = done.is_set()
            changes = store.changes(at)
            seen.update(changes.changed)
            at = changes.latest
            if last_round:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(who,)) for who in "abc"]
    for thread in (reader, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert seen == set(store.records(range(1_000)))


def test_a_reader_goes_on_while_another_writes_and_sees_no_half_of_it(store):
    kept = put(store, strike(key="kept"))
    with store.writing() as writer:
        writer.replace(kept.number, Enriched(article("New", "New", key="kept")), raw(), now=LATER)
        assert store.get(kept.id) == kept
        assert store.counts().articles == 1
    assert store.get(kept.id).version == 2


def test_an_article_is_read_with_the_names_of_its_own_version(store):
    """A change between two questions of one reading is not seen by the second."""
    kept = put(store, strike(key="kept"))
    text = "Nobody is named here."
    changed = []

    def change_in_between(_connection, _cursor, statement, *_):
        if "FROM mention" in statement and not changed:
            changed.append(statement)
            other = threading.Thread(
                target=change, args=(store, kept.number, article("New", text, key="kept"))
            )
            other.start()
            other.join()

    sa.event.listen(store._engine, "before_cursor_execute", change_in_between)
    assert store.get(kept.id) == kept
    assert changed
    assert store.get(kept.id).version == 2


def test_a_new_archive_may_be_opened_by_several_at_once(empty_url):
    errors, start = [], threading.Barrier(4)

    def open_it():
        try:
            start.wait()
            with Store.open(empty_url) as store:
                store.counts()
        except Exception as error:  # shown below, in the thread that pytest watches
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


KILLED = """
import os, sys
from datetime import UTC, datetime
from archive.store import Store
from archive.store.session import open_engine
from archive.types import Article, Enriched, Passage, RawDocument

store, now = Store.open(sys.argv[1]), datetime(2024, 6, 1, tzinfo=UTC)

def add(writer, at):
    text = f"Text {at} " * 2_000
    article = Article(title=f"Report {at}", text=text, origin=f"made/{at}", key=f"k/{at}")
    item = Enriched(article, passages=(Passage(0, len(text), 9),))
    writer.add(item, RawDocument(os.urandom(20_000), "plain", f"made/{at}"), now=now)

with store.writing() as writer:
    for at in range(10):
        add(writer, at)
with store.writing() as writer:
    # Enough that pages reach the disk before the commit.
    for at in range(10, 400):
        add(writer, at)
    print("half way", flush=True)
    sys.stdin.read()
"""


def test_a_process_killed_in_the_middle_leaves_whole_transactions_only(store_url):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, store_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "half way\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with Store.open(store_url) as store:
        records = list(store.scan())
        assert [r.article.title for r in records] == [f"Report {at}" for at in range(10)]
        assert all(r.passages for r in records)
        assert len(store.changes(0).changed) == store.counts().passages == 10
        assert not store.known(origins=["made/10"]).by_origin
        # And the lock of the dead writer is gone.
        put(store, article(key="next"))


# Databases that cannot be used.


def test_a_database_of_a_newer_program_is_refused_and_left_alone(store_url):
    with Store.open(store_url) as store:
        put(store, article())
        with store._engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer version .*schema 9999") as caught:
        Store.open(store_url)
    assert "update the program" in caught.value.hint


def test_a_database_of_something_else_is_refused_and_left_alone(store_url):
    engine = open_engine(store_url)
    with engine.begin() as connection:
        for table in sa.inspect(connection).get_table_names():
            cascade = "" if engine.dialect.name == "sqlite" else " CASCADE"
            connection.execute(sa.text(f'DROP TABLE "{table}"{cascade}'))
        connection.execute(sa.text("CREATE TABLE raw (ore TEXT)"))
        connection.execute(sa.text("INSERT INTO raw VALUES ('iron')"))
    with pytest.raises(StoreError, match=r"not an archive.*\(raw\)") as caught:
        Store.open(store_url)
    assert "empty database" in caught.value.hint
    with engine.connect() as again:
        assert sa.inspect(again).get_table_names() == ["raw"]
        assert again.scalar(sa.text("SELECT ore FROM raw")) == "iron"
    engine.dispose()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "archive.db"
    file.write_bytes(b"Dear diary, " * 1_000)
    with pytest.raises(StoreError, match="not a database") as caught:
        Store.open(f"sqlite:///{file}")
    assert "restore it from a backup" in caught.value.hint
    assert file.read_bytes() == b"Dear diary, " * 1_000


def test_a_damaged_database_is_an_error_not_a_stack_trace(tmp_path):
    url = f"sqlite:///{tmp_path}/archive.db"
    with Store.open(url) as store:
        for at in range(40):
            put(store, article(f"Report {at}", "text " * 2_000, key=str(at)))
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    file = tmp_path / "archive.db"
    content = bytearray(file.read_bytes())
    content[4096 * 20 : 4096 * 60] = b"\xff" * (4096 * 40)
    file.write_bytes(content)
    with pytest.raises(StoreError) as caught, Store.open(url) as store:
        list(store.scan())
    assert "restore it from a backup" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("sqlite:////nowhere/at/all/archive.db", "cannot be written to", "folder exists"),
        ("archive.db", "not the URL of a usable database", "sqlite:////folder/archive.db"),
        ("", "not the URL of a usable database", "sqlite:////folder/archive.db"),
        ("oracle9://x", "not the URL of a usable database", "postgresql://user@host/database"),
        ("postgresql://archive@127.0.0.1:1/archive", "reports", "database server runs"),
    ],
)
def test_an_address_that_cannot_be_used_says_so(url, message, hint):
    with pytest.raises(StoreError, match=message) as caught:
        Store.open(url)
    assert hint in caught.value.hint


def test_a_password_is_never_shown():
    for url in (
        "postgresql://archive:s3cret@127.0.0.1:1/archive",
        "nosuch://archive:s3cret@host/x",
    ):
        with pytest.raises(StoreError) as caught:
            Store.open(url)
        assert "s3cret" not in str(caught.value)
