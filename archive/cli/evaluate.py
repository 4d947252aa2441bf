"""`archive evaluate …`: measuring on judged data."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from archive.cli.console import out, print_json, progress_bars

RECORD = Path("docs", "quality.md")
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
    from archive.evaluate.retrieval import (
        MEASURES,
        archive_to_measure,
        evaluate_retrieval,
    )
    from archive.settings import read_settings

    with archive_to_measure(read_settings()) as archive, progress_bars() as progress:
        result = evaluate_retrieval(folder, archive, progress=progress)
    if as_json:
        print_json(result)
        return
    table = Table("", *MEASURES, "nDCG@10, 95 %", box=None)
    for mode in ("words", "meaning", "both"):
        low, high = result["intervals"][mode]["nDCG@10"]
        figures = [f"{result[mode][m]:.4f}" for m in MEASURES]
        table.add_row(mode, *figures, f"{low:.3f} to {high:.3f}")
    out.print(table)
    for name, measures in result["differences"].items():
        found = measures["nDCG@10"]
        span = f"{found['low']:+.3f} to {found['high']:+.3f}"
        out.print(f"{name}: {found['mean']:+.4f} nDCG@10 ({span}, p {found['p']:.4f})")
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

    _print_figures(_with_names(evaluate_names, file), as_json)


@evaluate.command()
def linking(file: _Judged, as_json: _Json = False) -> None:
    """How well mentions of one actor or place meet in one identity (B³)."""
    from archive.evaluate.linking import evaluate_linking

    _print_figures(_with_names(evaluate_linking, file), as_json)


@evaluate.command()
def namesakes(file: _Judged, as_json: _Json = False) -> None:
    """How well two people of one name are noticed: pairs of tagged people given one name."""
    from archive.evaluate.namesakes import evaluate_namesakes

    with progress_bars() as progress:
        result = evaluate_namesakes(file, progress=progress)
    _print_figures(result, as_json)


@evaluate.command()
def facets(file: _Judged, as_json: _Json = False) -> None:
    """How well a document's actors and places are found, by its agency's tags."""
    from archive.evaluate.facets import evaluate_facets

    _print_figures(_with_names(evaluate_facets, file), as_json)


@evaluate.command()
def stories(file: _Judged, as_json: _Json = False) -> None:
    """How well articles on one event meet in one story (B³)."""
    from archive.evaluate.retrieval import archive_to_measure
    from archive.evaluate.stories import evaluate_stories
    from archive.settings import read_settings

    with archive_to_measure(read_settings()) as archive, progress_bars() as progress:
        result = evaluate_stories(file, archive, progress=progress)
    _print_figures(result, as_json)


@evaluate.command()
def html(
    folder: Annotated[Path, typer.Argument(help="gold.jsonl, and the folder pages beside it.")],
    as_json: _Json = False,
) -> None:
    """How well pages are cleaned: body, title, date and authors."""
    from archive.evaluate.html import evaluate_html

    with progress_bars() as progress:
        result = evaluate_html(folder, progress=progress)
    _print_figures(result, as_json)


def _with_names(measure: Callable[..., dict[str, Any]], file: Path) -> dict[str, Any]:
    """What needs the recogniser of names."""
    from archive.settings import read_settings

    with progress_bars() as progress:
        return measure(file, read_settings().spacy_model, progress=progress)


def _print_figures(result: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    table = Table(box=None, show_header=False)
    for name, figure in result.items():
        if figure is not None and name != "confidence":
            table.add_row(name, f"{figure:,}" if isinstance(figure, int) else f"{figure:.4f}")
    out.print(table)
    if "confidence" in result:
        out.print("\nconfidence from        names   right")
        for step, (names, right) in result["confidence"].items():
            out.print(f"{step:<22} {names:>5}   {right:.3f}")


@evaluate.command()
def places(file: _Judged, as_json: _Json = False) -> None:
    """How well places are found in text and told from their namesakes."""
    from archive.evaluate.places import evaluate_places
    from archive.settings import read_settings

    _print_figures(evaluate_places(file, read_settings().spacy_model), as_json)


@evaluate.command()
def halve(
    file: _Judged,
    folder: Annotated[Path, typer.Argument(help="Where the two halves are written.")],
) -> None:
    """Cut judged documents in two by a hash of their ids: one half to tune on, one to look at."""
    from archive.evaluate.judged import halve as halved

    for half in halved(file, folder):
        out.print(str(half))


@evaluate.command(name="all")
def everything(
    data: Annotated[Path, typer.Argument(help="Folder with retrieval/, places/, html/ …")],
    only: Annotated[str, typer.Option(help="One evaluator alone: retrieval, …")] = "",
    record: Annotated[
        Path, typer.Option(help="The page that holds the figures on record.")
    ] = RECORD,
    write: Annotated[bool, typer.Option("--write", help="Put the new figures on record.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure everything that a folder has judgements for, and compare with the record."""
    from archive.evaluate.everything import evaluate_all
    from archive.evaluate.record import changes, read_tables, write_tables
    from archive.settings import read_settings

    known = read_tables(record.read_text("utf-8")) if record.is_file() else {}
    results: dict[str, dict[str, Any]] = {}
    tables: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    with progress_bars() as progress:
        measured = evaluate_all(data, read_settings(), only=only, progress=progress)
        for name, of, result, rows in measured:
            results.setdefault(name, {})[of] = result
            tables.setdefault(name, {}).update(rows)
            if not as_json:
                _print_rows(name, rows)
            if write:  # after each set: a long run that is stopped has not measured for nothing
                write_tables(record, {name: rows})
    if as_json:
        print_json(results)
        return
    for name, table in tables.items():
        for change in changes(known.get(name, {}), table):
            by = f" ({change.difference:+.4f})" if change.difference is not None else ""
            out.print(
                f"{name} {change.of} {change.row} {change.measure}: "
                f"{change.before or 'not on record'} → {change.after or 'not measured'}{by}",
                markup=False,
            )


def _print_rows(name: str, rows: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
    measures = list(dict.fromkeys(measure for figures in rows.values() for measure in figures))
    table = Table(name, "", *measures, box=None)
    for (of, row), figures in rows.items():
        table.add_row(of, row, *(figures.get(measure, "") for measure in measures))
    out.print(table)
