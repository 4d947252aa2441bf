"""Two people of one name are told apart in one step: seen in parts, parted, and put back."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from archive.cli.app import app
from archive.core import open_archive
from archive.evidence import UNCERTAIN
from archive.namesakes import parts
from archive.text import slug
from archive.types import Article, Enriched, Mention, RawDocument, Role
from tests.archives import NOW, settings_in
from tests.people import browser, csrf, enrol, signed_in

CHESS = ("Petra Lund", "Petra Lund", "Petra Lund")
FISHING = ("Raj Mehta", "Raj Mehta")
IVO = "/actors/ivo-brandt"
_ANY = st.dictionaries(st.integers(0, 12), st.sets(st.sampled_from("abcdefg"), max_size=3))


@given(_ANY)
def test_articles_are_in_one_part_exactly_if_names_lead_from_one_to_the_other(beside):
    def reached(article):
        found, names = {article}, set(beside[article])
        while more := {a for a, n in beside.items() if n & names} - found:
            found |= more
            names |= set().union(*(beside[a] for a in more))
        return found

    found = parts(beside)
    assert sorted(a for part in found for a in part) == sorted(beside)
    assert all(set(part) == reached(part[0]) for part in found)
    assert [len(part) for part in found] == sorted(map(len, found), reverse=True)


def store(archive, start, *beside):
    """Articles that name Ivo Brandt and one person each."""
    for at, other in enumerate(beside, start):
        text = f"Ivo Brandt met {other} for the {at}th time, and both were glad of it."
        mentions = tuple(
            Mention(text.index(n), text.index(n) + len(n), n, "person", slug(n), n)
            for n in ("Ivo Brandt", other)
        )
        article = Article(f"Meeting {at}", text, f"made/{at}", source="Harbour Wire")
        with archive.store.writing() as writer:
            raw = RawDocument(text.encode(), "plain", article.origin)
            writer.add(Enriched(article, mentions), raw, now=NOW)
    archive.indexer.refresh()


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("namesakes"), models)) as archive:
        store(archive, 1, *CHESS, *FISHING)
        enrol(archive, Role.EDITOR)
        yield archive


@pytest.fixture
def command(archive, monkeypatch):
    monkeypatch.setenv("ARCHIVE_HOME", str(archive.settings.home))
    return lambda *words: CliRunner().invoke(app, words)


def articles(archive, name):
    return archive.profile("actor", name).articles


def test_the_articles_of_a_name_are_listed_by_whom_else_they_name(archive, command):
    assert [len(p.articles) for p in archive.namesakes("Ivo Brandt")] == [3, 2]
    told = command("actors", "namesakes", "Ivo Brandt").output
    assert "1  3 articles, beside Petra Lund" in told
    assert "2  2 articles, beside Raj Mehta" in told
    listed = json.loads(command("actors", "namesakes", "Ivo Brandt", "--json").output)
    assert [c["value"] for c in listed[1]["company"]] == ["raj-mehta"]


def test_a_part_is_another_person_in_one_decision_that_is_undone_as_one(archive, command):
    split = ("actors", "split", "Ivo Brandt", "--to", "Ivo Brandt (angler)", "--part", "2")
    before = len(archive.decisions())
    assert "2 articles would change" in command(*split, "--dry-run").output
    assert articles(archive, "ivo-brandt") == 5
    assert command(*split).exit_code == 0
    assert len(archive.decisions()) == before + 1
    assert (articles(archive, "ivo-brandt"), articles(archive, "ivo-brandt-angler")) == (3, 2)
    assert command("actors", "undo", str(before + 1)).exit_code == 0
    assert articles(archive, "ivo-brandt") == 5
    assert "no part 7" in str(command(*split, "--part", "7").exception)


def test_editors_tick_articles_and_company_and_the_company_holds_for_what_comes(archive):
    editor = signed_in(archive, "editor")
    page = editor.get(f"{IVO}/namesakes?tick=2").text
    ticked = re.findall(r'name="(articles\.\w{12})" checked', page)
    assert len(ticked) == 2
    form = dict.fromkeys([*ticked, "beside.raj-mehta"], "on")
    form |= {"csrf": csrf(editor, "/"), "kind": "split", "to": "Ivo Brandt (angler)"}

    preview = editor.post(f"{IVO}/decide", data=form).text
    assert "2 articles would change" in preview
    assert all(f'name="{name}"' in preview for name in form)
    editor.post(f"{IVO}/decide", data=form | {"step": "carry out"})
    store(archive, 9, "Raj Mehta")
    assert (articles(archive, "ivo-brandt"), articles(archive, "ivo-brandt-angler")) == (3, 3)

    editor.post(f"/decisions/{len(archive.decisions())}/undo", data=form | {"step": "carry out"})
    assert articles(archive, "ivo-brandt") == 6


def test_what_is_wrong_leaves_what_was_ticked_in_the_form(archive):
    editor = signed_in(archive, "editor")
    form = {"csrf": csrf(editor, "/"), "kind": "split", "to": "Ivo Brandt", "articles.abc": "on"}
    answer = editor.post(f"{IVO}/decide", data=form)
    assert answer.status_code == 400
    assert "needs another name" in answer.text
    assert 'value="abc"' in answer.text


def test_whoever_is_uncertain_is_marked_where_it_is_read(archive):
    reader, editor = browser(archive), signed_in(archive, "editor")
    assert archive.authority().actors["ivo-brandt"].uncertain
    assert UNCERTAIN in reader.get(IVO).text
    assert "/namesakes" not in reader.get(IVO).text
    assert f"{IVO}/namesakes" in editor.get(IVO).text
    [article, *_] = archive.namesakes("Ivo Brandt")[0].articles
    assert UNCERTAIN in reader.get(f"/articles/{article.id}").text


def test_articles_go_to_one_who_is_known_already(archive):
    said = {"to": "Petra Lund", "sources": "Harbour Wire"}
    decision = archive.proposed("actor", "Ivo Brandt", "split", said, by="Eve")
    assert (decision.arguments["to"], decision.arguments["is"]["label"]) == (
        "petra-lund",
        "Petra Lund",
    )
    assert decision.arguments["sources"] == ["Harbour Wire"]
