"""What people decide about actors and places holds: in facets, filters, texts, after rebuilds,
in other archives; and undoing it leaves no trace.
"""

import json
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from archive.authority import Authority
from archive.cli.app import app
from archive.core import Archive, open_archive
from archive.decisions import exported, imported, made, undoing
from archive.errors import InputError
from archive.query.request import FacetFilter, FacetList, SearchRequest
from archive.rebuild import entry_of, labels_of
from archive.search.wire import facet_json, value_json
from archive.store.canon import KnownActors
from archive.types import Actor, Decision, RawDocument, Record
from tests.archives import NOW, run, settings_in, store_invented
from tests.collection import PEOPLE, enriched, invented, places

ARTICLES = [
    Record(
        *(f"article{at:05}", at + 1, 1, article, NOW, NOW),
        mentions=mentions,
        reported="eastville.norland" if at % 3 else None,
    )
    for at, (article, mentions) in enumerate(invented(24))
]
VALUES = [name.lower().replace(" ", "-") for name in PEOPLE]
ADA, BRUNO, CHIARA, DOV = VALUES
EASTVILLE, NORTHPORT, NORLAND = "eastville.norland", "northport.norland", "norland"


def decision(kind, subject, /, *, facet="actor", at=0, **arguments):
    kinds = {"actor": "person", "place": "place"}
    was = {"label": subject.replace("-", " ").title(), "kind": kinds[facet]}
    when = NOW + timedelta(seconds=at)
    return made(Decision(when, "Eve", kind, facet, subject, {**arguments, "was": was}))


def numbered(*decisions):
    return [replace(d, seq=at) for at, d in enumerate(decisions, 1)]


def facets(authority):
    """Every facet value with its label and articles, as the index would get them."""
    known = authority.places(places())
    found = {}
    for record in map(authority.settled, ARTICLES):
        labels = {(f, v): label for f, v, label in labels_of(record, known, authority.actors)}
        for facet in ("actor", "place", "about", "reported"):
            for value in entry_of(record, known).values[facet]:
                label = labels.get((facet, value))
                found.setdefault((facet, value, label), []).append(record.id)
    return sorted(found.items(), key=repr)


def articles(authority, value, facet="actor"):
    return {i for (f, v, _), ids in facets(authority) if (f, v) == (facet, value) for i in ids}


PLAIN = Authority([])


def test_two_that_are_merged_are_one_under_all_their_names():
    merged = Authority(numbered(decision("merge", ADA, into=BRUNO)))
    assert articles(merged, BRUNO) == articles(PLAIN, ADA) | articles(PLAIN, BRUNO)
    assert articles(merged, ADA) == set()
    assert merged.actors[BRUNO].aliases == ("Ada Marsh",)


def test_named_articles_mean_another_of_that_name():
    chosen = sorted(articles(PLAIN, ADA))[:3]
    new = {"label": "Ada Marsh (rower)", "kind": "person"}
    parted = Authority(
        numbered(decision("split", ADA, to="ada-marsh-rower", articles=chosen, **{"is": new}))
    )
    assert articles(parted, "ada-marsh-rower") == set(chosen)
    assert articles(parted, ADA) == articles(PLAIN, ADA) - set(chosen)
    assert parted.actors["ada-marsh-rower"].label == "Ada Marsh (rower)"


def test_articles_beside_another_or_of_a_source_are_split_off():
    beside = Authority(numbered(decision("split", ADA, to="other", beside=[BRUNO])))
    assert articles(beside, "other") == articles(PLAIN, ADA) & articles(PLAIN, BRUNO)
    source = Authority(numbered(decision("split", ADA, to="other", sources=["The Meridian"])))
    assert articles(source, "other") == {
        r.id for r in ARTICLES if r.article.source == "The Meridian"
    } & articles(PLAIN, ADA)


def test_one_decision_parts_articles_of_several_kinds():
    chosen = sorted(articles(PLAIN, ADA))[:2]
    grounds = {"articles": chosen, "beside": [BRUNO, CHIARA], "sources": ["Harbour Wire"]}
    parted = Authority(numbered(decision("split", ADA, to="other", **grounds)))
    expected = {*chosen} | articles(PLAIN, ADA) & (
        articles(PLAIN, BRUNO)
        | articles(PLAIN, CHIARA)
        | {r.id for r in ARTICLES if r.article.source == "Harbour Wire"}
    )
    assert articles(parted, "other") == expected
    assert articles(parted, ADA) == articles(PLAIN, ADA) - expected


def test_decisions_hold_in_the_order_in_which_they_were_made():
    chosen = sorted(articles(PLAIN, ADA))[:1]
    first = decision("merge", ADA, into=BRUNO)
    then = decision("split", BRUNO, to="other", articles=chosen)
    assert articles(Authority(numbered(first, then)), "other") == set(chosen)
    late = Authority(numbered(then, first))
    assert articles(late, "other") == set(chosen) & articles(PLAIN, BRUNO)


def test_two_merged_into_each_other_are_still_one():
    both = Authority(
        numbered(decision("merge", ADA, into=BRUNO), decision("merge", BRUNO, into=ADA))
    )
    assert articles(both, BRUNO) == articles(PLAIN, ADA) | articles(PLAIN, BRUNO)


def test_a_renamed_actor_keeps_its_old_name_as_another():
    renamed = Authority(
        numbered(
            decision("rename", ADA, label="Dame Ada Marsh"),
            decision("retype", ADA, kind="organisation"),
            decision("wikidata", ADA, id="Q42"),
        )
    )
    actor = renamed.actors[ADA]
    assert actor == Actor(ADA, "Dame Ada Marsh", "organisation", ("Ada Marsh",), False, "Q42")
    assert articles(renamed, ADA) == articles(PLAIN, ADA)


def test_what_was_found_under_an_alias_is_the_actor():
    known = Authority(numbered(decision("alias", ADA, name="Bruno Keller")))
    assert articles(known, ADA) == articles(PLAIN, ADA) | articles(PLAIN, BRUNO)
    assert known.actors[ADA].aliases == ("Bruno Keller",)


def test_what_is_hidden_is_nowhere():
    hidden = Authority(numbered(decision("hide", ADA), decision("hide", "norland", facet="place")))
    assert articles(hidden, ADA) == set()
    assert articles(hidden, "norland", "place") == set()
    assert articles(hidden, "northport.norland", "place")


def test_two_places_that_are_one_are_so_in_texts_datelines_and_on_the_map():
    one = Authority(numbered(decision("merge", EASTVILLE, facet="place", into=NORTHPORT)))
    both = articles(PLAIN, EASTVILLE, "place") | articles(PLAIN, NORTHPORT, "place")
    assert articles(one, NORTHPORT, "place") == both
    assert articles(one, NORTHPORT, "reported") == articles(PLAIN, EASTVILLE, "reported")
    assert articles(one, EASTVILLE, "place") == articles(one, EASTVILLE, "reported") == set()
    place = one.places(places())[NORTHPORT]
    assert (place.label, place.latitude) == ("Northport", 10.0)
    assert "Eastville" in place.aliases


def test_what_lies_in_a_place_that_is_another_lies_in_that_one_and_around_it():
    moved = Authority(numbered(decision("merge", NORLAND, facet="place", into="merida")))
    assert moved.places(places())[EASTVILLE].parents == ("merida", "america", "europe")
    in_merida = articles(PLAIN, "merida", "place") | articles(PLAIN, NORLAND, "place")
    assert articles(moved, "merida", "place") == in_merida
    itself = Authority(numbered(decision("merge", NORLAND, facet="place", into=EASTVILLE)))
    assert itself.places(places())[EASTVILLE].parents == ("europe",)


def test_a_place_that_no_article_names_is_where_the_one_merged_into_it_is():
    known = {"label": "Neustadt", "kind": "place"}
    merged = decision("merge", EASTVILLE, facet="place", into="neustadt.elsewhere", **{"is": known})
    place = Authority(numbered(merged)).places(places())["neustadt.elsewhere"]
    assert (place.label, place.longitude, place.parents) == ("Neustadt", 20.0, (NORLAND, "europe"))


def test_a_place_keeps_its_articles_under_all_the_names_it_is_given():
    named = Authority(
        numbered(
            decision("rename", NORTHPORT, facet="place", label="Port of the North"),
            decision("alias", NORTHPORT, facet="place", name="Norland"),
            decision("wikidata", NORTHPORT, facet="place", id="Q64"),
        )
    )
    place = named.places(places())[NORTHPORT]
    assert (place.label, place.wikidata) == ("Port of the North", "Q64")
    assert place.aliases == ("Norland", "Northport")
    for value in (NORTHPORT, NORLAND):  # the name of one place is no reason to take it for another
        assert articles(named, value, "place") == articles(PLAIN, value, "place")


def test_a_hidden_place_is_no_place_of_a_dateline_either():
    hidden = Authority(numbered(decision("hide", EASTVILLE, facet="place")))
    assert articles(hidden, EASTVILLE, "reported") == set()


def test_a_country_that_acts_is_not_merged_with_the_place_of_its_name():
    automatic = {NORLAND: Actor(NORLAND, "Norland (government)", "country", ("Oslo",))}
    log = numbered(decision("merge", NORLAND, facet="place", into="merida"))
    assert "Oslo" not in Authority(log, automatic).places(places())["merida"].aliases


def test_a_decision_follows_an_actor_that_the_archive_learns_to_be_another():
    automatic = {v: Actor(BRUNO, "Bruno Keller", "person") for v in (ADA, BRUNO)}
    renamed = Authority(numbered(decision("rename", ADA, label="Boss")), automatic)
    assert renamed.actors[BRUNO].label == "Boss"


@st.composite
def logs(draw):
    """Any decisions about actors and places, undoing some of those before them."""
    log = []
    for at in range(draw(st.integers(1, 8))):
        facet = draw(st.sampled_from(("actor", "place")))
        value = st.sampled_from([*(VALUES if facet == "actor" else places()), "other"])
        subject, other = draw(value), draw(value)
        undoable = [d for d in Authority(log).decisions if d.undone_by is None]
        options = ["merge", "rename", "hide", "alias", "wikidata"]
        options += ["split", "retype"] if facet == "actor" else ["relocate"]
        kind = draw(st.sampled_from(options + ["undo"] * bool(undoable)))
        if subject == other and kind in ("merge", "split"):
            kind = "hide"
        arguments = {
            "merge": {"into": other},
            "split": {"to": other, "beside": [draw(value)]},
            "rename": {"label": "New Name"},
            "alias": {"name": other.replace("-", " ").title()},
            "retype": {"kind": "group"},
            "wikidata": {"id": "Q42"},
            "relocate": {"latitude": 1.5, "longitude": -2.5},
        }
        if kind == "undo":
            target = draw(st.sampled_from(undoable))
            new = undoing(Authority(log).decisions, target.seq, by="Eve", now=NOW + timedelta(at))
        else:
            new = decision(kind, subject, facet=facet, at=at, **arguments.get(kind, {}))
        log.append(replace(new, seq=at + 1))
    return log


@settings(max_examples=25, deadline=None)
@given(logs())
def test_any_decisions_undone_leave_the_facets_as_they_were(log):
    for at in range(len(log)):
        standing = [d for d in Authority(log).decisions if d.undone_by is None and d.kind != "undo"]
        if not standing:
            break
        new = undoing(
            Authority(log).decisions, standing[-1].seq, by="Eve", now=NOW + timedelta(99 + at)
        )
        log = [*log, replace(new, seq=len(log) + 1)]
    assert facets(Authority(log)) == facets(PLAIN)


@settings(max_examples=15, deadline=None)
@given(logs())
def test_a_log_is_the_same_after_export_and_import(log):
    back = numbered(*imported(exported(log)))
    assert facets(Authority(back)) == facets(Authority(log))


@pytest.mark.parametrize(
    ("kind", "arguments", "said"),
    [
        ("merge", {"into": ADA}, "itself"),
        ("merge", {}, "missing"),
        ("split", {"to": "x"}, "which articles"),
        ("split", {"to": "x", "articles": "abc"}, "a list"),
        ("retype", {"kind": "place"}, "no kind"),
        ("wikidata", {"id": "42"}, "no Wikidata id"),
        ("alias", {"name": "!"}, "no name"),
        ("explode", {}, "no decision"),
        ("merge", {"into": BRUNO, "is": {"label": ""}}, "has no name"),
        ("merge", {"into": BRUNO, "is": {"label": "Bruno", "kind": "place"}}, "no kind"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_in_words(kind, arguments, said):
    with pytest.raises(InputError, match=said):
        decision(kind, ADA, **arguments)


def test_a_line_that_is_no_decision_is_named():
    with pytest.raises(InputError, match="line 2"):
        imported([*exported([decision("hide", ADA)]), "{}"])


def all_facets(archive: Archive) -> str:
    """Facets, byte for byte."""
    lists = [
        facet_json(archive.facet(SearchRequest(), FacetList(f), size=100))
        for f in ("actor", "place", "reported")
    ]
    shown = archive.search(SearchRequest(size=1)).facets
    return json.dumps([lists, [[value_json(v) for v in shown[f]] for f in sorted(shown)]])


def total(archive: Archive, name: str, facet: str = "actor") -> int:
    return archive.search(SearchRequest(filters=(FacetFilter(facet, name),))).total


@pytest.fixture
def kept(store_url, tmp_path, models):
    """An archive on SQLite or PostgreSQL."""
    chosen = settings_in(tmp_path / "kept", models)
    with open_archive(chosen.model_copy(update={"database_url": store_url})) as archive:
        store_invented(archive, 40)
        yield archive


def test_decisions_are_kept_through_rebuilds_and_undone_without_a_trace(kept, tmp_path, models):
    before = all_facets(kept)
    either = total(kept, ADA) + total(kept, BRUNO)
    foreseen = kept.preview([decision("merge", ADA, into=BRUNO)])
    assert all_facets(kept) == before
    done = kept.decide([decision("merge", ADA, into=BRUNO)])
    assert done == foreseen
    assert {c.value: c.after for c in done.counts}[ADA] == 0
    merged = total(kept, "Ada Marsh")
    assert total(kept, BRUNO) == merged <= either
    south = total(kept, "Santa Lía", "place")
    kept.decide(
        [
            decision("hide", CHIARA, at=1),
            decision("rename", NORLAND, facet="place", label="Nord", at=2),
            decision("merge", NORTHPORT, facet="place", into="santa-lia.merida", at=3),
            decision("alias", "santa-lia.merida", facet="place", name="The Saint", at=4),
        ]
    )
    assert total(kept, "nord", "place") > 0
    saint = total(kept, "the saint", "place")
    assert saint == total(kept, "northport", "place") == total(kept, NORTHPORT, "place") > south
    assert {p.place.value for p in kept.places(SearchRequest()).shown} >= {"santa-lia.merida"}
    assert kept.parents([EASTVILLE])[EASTVILLE] == (NORLAND, "europe")
    [hit, *_] = kept.search(SearchRequest(filters=(FacetFilter("actor", BRUNO),))).hits
    told = {e.value: [d.kind for d in e.decisions] for e in kept.evidence(hit.id)}
    assert "merge" in told[BRUNO]
    decided = all_facets(kept)
    kept.rebuild()
    assert all_facets(kept) == decided

    record = kept.store.get(
        kept.search(SearchRequest(filters=(FacetFilter("actor", BRUNO),))).hits[0].id
    )
    assert ADA not in {m.value for m in kept.article(record.id).record.mentions}

    with open_archive(settings_in(tmp_path / "other", models)) as other:
        store_invented(other, 40)
        assert all_facets(other) == before
        lines = list(exported(kept.store.decisions()))
        other.decide(imported(lines))
        assert all_facets(other) == decided
        assert other.decide(imported(lines)).decisions == 0

    while standing := [
        d for d in kept.authority().decisions if d.undone_by is None and d.kind != "undo"
    ]:
        kept.decide(
            [undoing(kept.authority().decisions, standing[0].seq, by="Eve", now=datetime.now(UTC))]
        )
    assert all_facets(kept) == before


def test_decisions_survive_a_new_extraction(archive):
    store_invented(archive, 30)
    archive.decide([decision("merge", ADA, into=BRUNO)])
    decided = all_facets(archive)
    with archive.store.writing() as writer:
        for record in list(archive.store.scan()):
            again = replace(
                enriched(record.article, record.mentions, record.passages), dates=record.dates
            )
            raw = RawDocument(record.article.text.encode(), "plain", record.article.origin)
            writer.replace(record.number, again, raw, now=NOW)
    archive.rebuild()
    assert all_facets(archive) == decided


def test_the_command_line_says_what_it_would_do_does_it_and_undoes_it(archive):
    store_invented(archive, 30)
    before = total(archive, ADA)
    home = archive.settings
    told = run(home, "actors", "merge", "Ada Marsh", "bruno-keller", "--dry-run")
    assert f"actor Ada Marsh (ada-marsh): {before} → 0" in told.stdout
    assert total(archive, ADA) == before
    assert run(home, "actors", "merge", "Ada Marsh", "bruno-keller", "--by", "Eve").returncode == 0
    assert total(archive, "Ada Marsh") == total(archive, BRUNO) > before
    assert "Eve: merge ada-marsh" in run(home, "actors", "log").stdout
    assert run(home, "actors", "undo", "1").returncode == 0
    assert total(archive, ADA) == before
    told = run(home, "actors", "undo", "1")
    assert (told.returncode, "undone already" in told.stderr) == (1, True)


def test_the_commands_of_the_documentation_work(archive, tmp_path, monkeypatch):
    store_invented(archive, 60)
    monkeypatch.setenv("ARCHIVE_HOME", str(archive.settings.home))
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[1] / "docs" / "authority.md").read_text("utf-8")
    commands = re.findall(r"^archive (.+)$", page, re.MULTILINE)
    assert len(commands) > 10
    for command in commands:
        done = CliRunner().invoke(app, shlex.split(command))
        assert done.exit_code == 0, (command, done.output, done.exception)
    assert total(archive, "Dame Ada Marsh") > 0
    assert total(archive, "Chiara Lindt") == 0
    assert (
        total(archive, "Harbour Town", "place") == total(archive, "Port of the North", "place") > 0
    )


def test_all_actors_are_looked_up_at_once_and_a_few_by_themselves():
    everybody = {value: Actor(value, value.title(), "person") for value in VALUES}
    asked = []

    def some(values):
        asked.append(values)
        return {value: everybody[value] for value in values if value in everybody}

    known = KnownActors(some, lambda: everybody)
    assert known[ADA] == everybody[ADA]
    assert "nobody" not in known
    assert asked == [[ADA], ["nobody"]]
    assert Authority([], known).actors == everybody
    assert asked == [[ADA], ["nobody"]]
