"""The command line as a newcomer meets it: what it says, and how it ends."""

import json

import pytest

from tests.archives import SAMPLES, run, settings_in


@pytest.fixture
def home(tmp_path, models):
    return settings_in(tmp_path / "home", models)


def test_help_tells_every_command(home):
    told = run(home, "--help")
    assert told.returncode == 0
    for command in ("ingest", "rebuild", "search", "show", "status", "serve", "evaluate"):
        assert command in told.stdout
        assert run(home, command, "--help").returncode == 0


def test_articles_go_in_and_are_found(home, tmp_path):
    (tmp_path / "bad.json").write_text('{"title": oops}')
    taken = run(home, "ingest", str(SAMPLES / "delta-dispatch"), str(tmp_path / "bad.json"))
    assert taken.returncode == 1
    assert "rejected" in taken.stderr
    assert "bad.json" in taken.stderr
    assert "column 11" in taken.stderr
    assert "7 added" in taken.stdout or "6 added" in taken.stdout
    found = run(home, "search", "Sweden Nato", "-n", "3")
    assert found.returncode == 0
    assert "Sweden becomes" in found.stdout
    answer = json.loads(run(home, "search", "Sweden Nato", "--json").stdout)
    assert {"query", "total", "hits", "facets", "next", "generation"} <= set(answer)
    id_ = answer["hits"][0]["id"]
    one = run(home, "search", "--story", id_, "--copies-of", id_, "--count", "stories")
    assert "1 story\n" in one.stdout
    shown = run(home, "show", answer["hits"][0]["id"])
    assert "Delta Dispatch" in shown.stdout
    assert "passages" in run(home, "status").stdout
    again = run(home, "ingest", "--json", str(SAMPLES / "delta-dispatch"))
    assert json.loads(again.stdout)["added"] == 0
    rebuilt = json.loads(run(home, "rebuild", "--json").stdout)
    assert rebuilt["articles"] == answer["facets"]["source"][0]["count"] or rebuilt["articles"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["search", "x", "--after", "20024"], 2, "20024"),
        (["search", "x" * 100_000], 2, "100,000 characters"),
        (["search", "x", "--exclude", "colour=red"], 2, "colour"),
        (["search", "--no-such-option"], 2, "no-such-option"),
        (["no-such-command"], 2, "no-such-command"),
        (["search", "bridge"], 1, "archive rebuild"),
        (["show", "nothing"], 1, "no article"),
        (["ingest", "no/such/folder"], 1, "no such file"),
        (["evaluate", "retrieval", "no/such/folder"], 1, "corpus.jsonl"),
    ],
)
def test_a_mistake_is_told_in_words(home, arguments, code, said):
    told = run(home, *arguments)
    assert told.returncode == code
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_a_judged_collection_is_measured(home, tmp_path):
    texts = {
        "1": "Rescuers brought families out of the flooded streets.",
        "2": "The wheat harvest was the poorest in ten years.",
        "3": "The wheat harvest was the poorest in ten years.",
    }
    (tmp_path / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": i, "title": "", "text": t}) for i, t in texts.items())
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "wheat harvest"}\n')
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\nq\t3\t1\n")
    told = run(home, "evaluate", "retrieval", str(tmp_path), "--json")
    result = json.loads(told.stdout)
    assert (result["articles"], result["queries"]) == (3, 1)
    for mode in ("words", "meaning", "both"):
        assert set(result[mode].values()) == {1.0}
        assert {"nDCG@10", "MRR@10", "MAP", "R@10", "R@100"} == set(result[mode])
        assert result["intervals"][mode]["nDCG@10"] == [1.0, 1.0]
    assert result["differences"]["both - words"]["nDCG@10"]["p"] == 1.0
    assert not (home.home / "archive.db").exists()
