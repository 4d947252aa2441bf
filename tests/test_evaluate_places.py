"""What the measuring of places measures."""

import json
import math
from pathlib import Path

import pytest

from archive.errors import InputError
from archive.evaluate.places import FARTHEST_KM, evaluate_places, log_error_area
from archive.settings import Settings

MODEL = Settings().spacy_model
TEXT = "Officials flew from Oslo to Lima. Norwegian ministers stayed behind."


def judged(surface: str, lat: float, lon: float) -> dict[str, object]:
    start = TEXT.index(surface)
    return {"start": start, "end": start + len(surface), "lat": lat, "lon": lon}


def write(path: Path, *toponyms: dict[str, object]) -> Path:
    path.write_text(json.dumps({"text": TEXT, "source": "x.example", "toponyms": toponyms}))
    return path


def test_right_places_score_fully(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        judged("Oslo", 59.9, 10.7),
        judged("Lima", -12.0, -77.0),
        judged("Norwegian", 62.0, 10.0),
    )

    result = evaluate_places(path, MODEL)

    assert result["accuracy@161km"] == result["recognition_f1"] == result["resolution_f1"] == 1.0
    assert result["auc"] < 0.3


def test_wrong_and_missed_places_cost(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", judged("Oslo", 0.0, 0.0), judged("Lima", -12.0, -77.0))

    result = evaluate_places(path, MODEL)

    assert result["accuracy@161km"] == 0.5
    assert result["recognition_recall"] == 1.0
    assert result["recognition_precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["resolution_f1"] == pytest.approx(2 / 5)


def test_area_is_0_for_no_error_and_1_for_the_worst() -> None:
    assert log_error_area([0.0, 0.0, 0.0]) == 0.0
    assert log_error_area([FARTHEST_KM] * 3) == pytest.approx(1.0)
    assert log_error_area([0.0, FARTHEST_KM]) == pytest.approx(0.5)
    assert log_error_area([math.e - 1]) == pytest.approx(1 / math.log(FARTHEST_KM + 1))


def test_line_that_is_no_judged_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Oslo", "toponyms": []}\n{"text": "Oslo"}\n')

    with pytest.raises(InputError) as error:
        evaluate_places(path, MODEL)

    assert "line 2" in error.value.message
