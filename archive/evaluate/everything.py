"""Every evaluator over the known layout of a folder of judged data: the folder in, tables out.

An evaluator answers one flat JSON object a set. To add one, write `evaluate_x`, and give it a
line in `EVALUATORS`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import InputError
from archive.evaluate.record import Cells, Table
from archive.settings import Settings
from archive.stream import Progress, silent

Result = Mapping[str, Any]


def plain_cells(result: Result) -> Cells:
    """A row for each object of numbers, and one without a name for the numbers beside them."""
    rows = {
        name: {m: _shown(v) for m, v in value.items() if _is_number(v)}
        for name, value in result.items()
        if isinstance(value, Mapping)
    }
    alone = {name: _shown(value) for name, value in result.items() if _is_number(value)}
    return {**({"": alone} if alone else {}), **{name: row for name, row in rows.items() if row}}


@dataclass(frozen=True, slots=True)
class Evaluator:
    """What measures one thing. `inputs` is a pattern below the folder of judged data, each path
    that fits it is a set; `measure` may use the models that the settings name; `cells` says how
    a result is shown.
    """

    inputs: str
    measure: Callable[[Path, Settings, Progress], Result]
    cells: Callable[[Result], Cells] = plain_cells


def _retrieval(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.retrieval import archive_to_measure, evaluate_retrieval

    with archive_to_measure(settings) as archive:
        return evaluate_retrieval(path, archive, progress=progress)


def _retrieval_cells(result: Result) -> Cells:
    """Modes with the interval of nDCG@10, and what both is better by."""
    rows: Cells = {}
    for mode in ("words", "meaning", "both"):
        figures = {name: _shown(value) for name, value in result[mode].items()}
        low, high = result["intervals"][mode]["nDCG@10"]
        rows[mode] = {"nDCG@10": figures.pop("nDCG@10"), "95 %": f"{low:.3f} to {high:.3f}"}
        rows[mode] |= figures
    for name, measures in result["differences"].items():
        found = measures["nDCG@10"]
        rows[name] = {
            "nDCG@10": f"{found['mean']:+.4f}",
            "95 %": f"{found['low']:+.3f} to {found['high']:+.3f}, p {found['p']:.4f}",
        }
    return rows


def _places(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.places import evaluate_places

    return evaluate_places(path, settings.spacy_model)


def _names(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.names import evaluate_names

    return evaluate_names(path, settings.spacy_model, progress=progress)


def _linking(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.linking import evaluate_linking

    return evaluate_linking(path, settings.spacy_model, progress=progress)


def _facets(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.facets import evaluate_facets

    return evaluate_facets(path, settings.spacy_model, progress=progress)


def _dates(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.dates import evaluate_dates

    return evaluate_dates(path)


def _stories(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.retrieval import archive_to_measure
    from archive.evaluate.stories import evaluate_stories

    with archive_to_measure(settings) as archive:
        return evaluate_stories(path, archive, progress=progress)


def _html(path: Path, settings: Settings, progress: Progress) -> Result:
    from archive.evaluate.html import evaluate_html

    return evaluate_html(path, progress=progress)


EVALUATORS: dict[str, Evaluator] = {
    "retrieval": Evaluator("retrieval/*/", _retrieval, _retrieval_cells),
    "places": Evaluator("places/*.jsonl*", _places),
    "names": Evaluator("ner/*.jsonl*", _names),
    "linking": Evaluator("linking/*.jsonl*", _linking),
    "dates": Evaluator("timex/*.jsonl*", _dates),
    "facets": Evaluator("facets/*.jsonl*", _facets),
    "stories": Evaluator("stories/*.jsonl*", _stories),
    "html": Evaluator("html/*/", _html),
}


def evaluate_all(
    data: Path, settings: Settings, *, only: str = "", progress: Progress = silent
) -> Iterator[tuple[str, str, Result, Table]]:
    """Evaluator, set, result and rows, one set after another. InputError if there is nothing
    to measure.
    """
    if only and only not in EVALUATORS:
        raise InputError(
            f"there is no evaluator “{only}”", hint="evaluators are: " + ", ".join(EVALUATORS)
        )
    found = False
    for name, evaluator in EVALUATORS.items():
        if only and name != only:
            continue
        for path in sorted(p for p in data.glob(evaluator.inputs) if not p.name.startswith(".")):
            found = True
            of = path.name.partition(".")[0]
            result = evaluator.measure(path, settings, progress)
            rows = evaluator.cells(result)
            yield name, of, result, {(of, row): cells for row, cells in rows.items()}
    if not found:
        patterns = [e.inputs for n, e in EVALUATORS.items() if not only or n == only]
        raise InputError(
            f"{data} holds nothing that can be measured",
            hint="known are: " + ", ".join(patterns),
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4f}"
