"""`archive evaluate …`: measuring on judged data."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from archive.cli.console import out, print_json, progress_bars

evaluate = typer.Typer(
    help="Measure the archive on judged data.", no_args_is_help=True, rich_markup_mode="rich"
)


@evaluate.callback()
def _() -> None:
    """Measure the archive on judged data."""


@evaluate.command()
def retrieval(
    folder: Annotated[
        Path, typer.Argument(help="corpus.jsonl(.gz), queries.jsonl, qrels.tsv (BEIR layout).")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """How well articles are found, by words, by meaning and by both."""
    from archive.core import open_archive
    from archive.evaluate.retrieval import evaluate_retrieval
    from archive.settings import read_settings

    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="archive-evaluate-") as home:
        # The graph of the model is no result of the collection: it is used again.
        Path(home, "models").symlink_to(settings.models.absolute(), target_is_directory=True)
        settings.models.mkdir(parents=True, exist_ok=True)
        own = settings.model_copy(update={"home": Path(home), "database_url": None})
        with open_archive(own) as archive, progress_bars() as progress:
            result = evaluate_retrieval(folder, archive, progress=progress)
    if as_json:
        print_json(result)
        return
    measures = list(result["both"])
    table = Table("", *measures, box=None)
    for mode in ("words", "meaning", "both"):
        table.add_row(mode, *(f"{result[mode][m]:.4f}" for m in measures))
    out.print(table)
    out.print(f"{result['articles']:,} articles, {result['queries']:,} queries")


@evaluate.command()
def dates(
    file: Annotated[
        Path, typer.Argument(help="JSON Lines: text, dct, timex (start, end, value as TIMEX3).")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """How well times are found in text and understood (TempEval-3)."""
    from archive.evaluate.dates import evaluate_dates

    result = evaluate_dates(file)
    if as_json:
        print_json(result)
        return
    for name, value in result.items():
        out.print(f"{name:<22} {value:,}")


_Judged = Annotated[Path, typer.Argument(help="Judged documents, one JSON object a line.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@evaluate.command()
def names(file: _Judged, as_json: _Json = False) -> None:
    """How well people, organisations and places are recognised: exact span and type."""
    from archive.evaluate.names import evaluate_names

    _print_figures(evaluate_names, file, as_json)


@evaluate.command()
def linking(file: _Judged, as_json: _Json = False) -> None:
    """How well mentions of one actor or place meet in one identity (B³)."""
    from archive.evaluate.linking import evaluate_linking

    _print_figures(evaluate_linking, file, as_json)


@evaluate.command()
def facets(file: _Judged, as_json: _Json = False) -> None:
    """How well a document's actors and places are found, by its agency's tags."""
    from archive.evaluate.facets import evaluate_facets

    _print_figures(evaluate_facets, file, as_json)


def _print_figures(measure: Callable[..., dict[str, Any]], file: Path, as_json: bool) -> None:
    from archive.settings import read_settings

    with progress_bars() as progress:
        result = measure(file, read_settings().spacy_model, progress=progress)
    if as_json:
        print_json(result)
        return
    table = Table(box=None, show_header=False)
    for name, figure in result.items():
        table.add_row(name, f"{figure:,}" if isinstance(figure, int) else f"{figure:.4f}")
    out.print(table)


@evaluate.command()
def places(file: _Judged, as_json: _Json = False) -> None:
    """How well places are found in text and told from their namesakes."""
    from archive.evaluate.places import evaluate_places
    from archive.settings import read_settings

    result = evaluate_places(file, read_settings().spacy_model)
    if as_json:
        print_json(result)
        return
    steps = result.pop("confidence")
    for name, value in result.items():
        out.print(f"{name:<22} {value:,}")
    out.print("\nconfidence from        names   right")
    for step, (names, right) in steps.items():
        out.print(f"{step:<22} {names:>5}   {right:.3f}")
