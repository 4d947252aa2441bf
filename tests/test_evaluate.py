"""What measuring promises: figures with their doubt, and a record that can be compared."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InputError
from archive.evaluate.bootstrap import difference, interval
from archive.evaluate.everything import plain_cells
from archive.evaluate.html import evaluate_html, shingle_f1
from archive.evaluate.judged import halve, judged_documents
from archive.evaluate.record import changes, read_tables, with_tables
from tests.archives import run, settings_in

values = st.lists(st.floats(0, 1), min_size=1, max_size=40)
names = st.from_regex(r"[a-z][a-z0-9_@ ]{0,8}[a-z0-9]", fullmatch=True)
tables = st.dictionaries(
    st.tuples(names, names),
    st.dictionaries(names, st.floats(0, 1).map("{:.4f}".format), min_size=1, max_size=3),
    min_size=1,
    max_size=4,
)


@given(values=values)
def test_a_mean_lies_in_its_interval(values):
    low, high = interval(values)
    assert min(values) - 1e-4 <= low <= high <= max(values) + 1e-4
    assert low - 1e-3 <= sum(values) / len(values) <= high + 1e-3 or len(set(values)) > 1


def test_more_queries_leave_less_doubt():
    few, many = interval([0.0, 1.0] * 10), interval([0.0, 1.0] * 1000)
    assert many[1] - many[0] < few[1] - few[0]


def test_runs_that_are_alike_do_not_differ():
    found = difference([0.2, 0.9, 0.4], [0.2, 0.9, 0.4])
    assert (found.mean, found.p) == (0.0, 1.0)


def test_a_run_that_is_always_better_is_told_from_one_that_is_so_by_chance():
    worse = [0.3, 0.5, 0.4, 0.6] * 10
    better = difference([v + 0.1 for v in worse], worse)
    assert better.low > 0
    assert better.p < 0.01
    by_chance = difference([1.0, 0.0] * 20 + [1.0], [0.0, 1.0] * 20 + [0.0])
    assert by_chance.low < 0 < by_chance.high
    assert by_chance.p > 0.1


@given(table=tables)
def test_figures_on_record_are_read_as_they_were_written(table):
    page = with_tables("# Quality\n\nWords.\n", {"retrieval": table})
    assert read_tables(page)["retrieval"] == table
    assert list(changes(read_tables(page)["retrieval"], table)) == []
    assert with_tables(page, {"retrieval": table}) == page


def test_what_is_written_around_a_table_stays_and_sets_not_measured_keep_their_figures():
    page = with_tables("Before.\n", {"retrieval": {("one", "both"): {"nDCG@10": "0.5000"}}})
    page = page.replace("<!-- end -->", "<!-- end -->\n\nAfter.")
    page = with_tables(page, {"retrieval": {("two", "both"): {"nDCG@10": "0.7000"}}})
    assert "Before." in page
    assert "After." in page
    assert {of for of, _ in read_tables(page)["retrieval"]} == {"one", "two"}


def test_a_figure_that_moved_is_told_with_its_difference():
    before = {("one", "both"): {"nDCG@10": "0.5000", "95 %": "0.4 to 0.6"}}
    after = {("one", "both"): {"nDCG@10": "0.5500", "95 %": "0.4 to 0.7"}}
    moved = list(changes(before, after))
    assert [(c.measure, c.difference) for c in moved] == [
        ("nDCG@10", pytest.approx(0.05)),
        ("95 %", None),
    ]


def test_any_evaluators_numbers_become_rows():
    assert plain_cells({"f1": 0.5, "articles": 3, "person": {"f1": 0.25, "note": "x"}}) == {
        "": {"f1": "0.5000", "articles": "3"},
        "person": {"f1": "0.2500"},
    }


def test_all_judged_data_of_a_folder_is_measured_and_put_on_record(tmp_path, models):
    home = settings_in(tmp_path / "home", models)
    folder = tmp_path / "data" / "retrieval" / "small"
    folder.mkdir(parents=True)
    texts = {
        "1": "Rescuers brought families out of the flooded streets.",
        "2": "The wheat harvest was the poorest in ten years.",
    }
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": i, "title": "", "text": t}) for i, t in texts.items())
    )
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "wheat harvest"}\n')
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\n")
    record = tmp_path / "quality.md"
    command = ("evaluate", "all", str(tmp_path / "data"), "--record", str(record))
    assert "not on record" in run(home, *command, "--write").stdout
    assert read_tables(record.read_text())["retrieval"]["small", "both"]["nDCG@10"] == "1.0000"
    assert "→" not in run(home, *command).stdout
    nothing = run(home, "evaluate", "all", str(tmp_path))
    assert nothing.returncode == 1
    assert "nothing that can be measured" in nothing.stderr


def test_pages_are_measured_against_what_people_saw_in_them(tmp_path):
    (tmp_path / "pages").mkdir()
    text = (
        "The council closed the harbour bridge on Monday after divers found cracks in a pier. "
        "Repairs will take until spring, the mayor said, and ferries will run every ten minutes."
    )
    (tmp_path / "pages" / "a.html").write_text(
        "<html><head><title>Bridge closed | The Paper</title>"
        '<meta property="article:published_time" content="2024-03-04T10:00:00Z">'
        '<meta property="og:title" content="Bridge closed">'
        f"</head><body><article><h1>Bridge closed</h1><p>{text}</p></article></body></html>"
    )
    gold = {"file": "a.html", "title": "BRIDGE closed!", "published": "2024-03-04", "text": text}
    (tmp_path / "gold.jsonl").write_text(json.dumps({**gold, "authors": None, "url": None}))
    found = evaluate_html(tmp_path)
    assert (found["body_f1"], found["title_accuracy"], found["date_accuracy"]) == (1.0, 1.0, 1.0)
    assert found["author_f1"] is None
    assert (found["pages"], found["missed"], found["body_judged"]) == (1, 0, 1)


def test_the_overlap_of_texts_counts_runs_of_four_words():
    assert shingle_f1("one two three four five", "one two three four five") == 1.0
    assert shingle_f1("one two three four five", "zero one two three four") == 0.5
    assert shingle_f1("one two", "") == 0.0


def test_judged_documents_are_cut_in_two_halves_once(tmp_path):
    file = tmp_path / "set.jsonl"
    file.write_text("".join(json.dumps({"id": n, "text": "é\u2028"}) + "\n" for n in range(200)))
    halves = halve(file, tmp_path / "halves")
    ids = [{item["id"] for item in judged_documents(half, "text")} for half in halves]
    assert ids[0] | ids[1] == set(range(200))
    assert not ids[0] & ids[1]
    assert min(map(len, ids)) > 70
    with pytest.raises(InputError, match="there already"):
        halve(file, tmp_path / "halves")
    (tmp_path / "none.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(InputError, match="id"):
        halve(tmp_path / "none.jsonl", tmp_path / "other")
