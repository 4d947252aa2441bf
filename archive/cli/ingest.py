"""`archive ingest`, `archive rebuild`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from archive.cli.console import DONE, REJECTED, err, out, print_json, progress_bars
from archive.core import open_archive
from archive.errors import QueryError

if TYPE_CHECKING:
    from archive.ingest import IngestReport

# More rejected items than this are counted, not listed; --json lists them all.
_LISTED = 50
_FIELDS = ("title", "text", "date", "source", "url", "authors", "section", "language", "id")


def ingest(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders and addresses.", show_default=False)
    ],
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing if the archive has articles.")
    ] = False,
    columns: Annotated[
        str,
        typer.Option(help="Columns that stand for fields: title=Headline,text=Body,date=Day."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> int:
    """Take in articles, then make them searchable.

    Pages, feeds, crawls, agencies' formats, tables, JSON, text, PDF, mail, and archives of them:
    docs/formats.md lists all. What is in the archive already is not read again, so a run that was
    stopped goes on.
    """
    mapped = _columns(columns)
    with open_archive() as archive:
        if if_empty and archive.store.counts().articles:
            return DONE
        with progress_bars() as progress:
            report = archive.ingest(paths, columns=mapped, progress=progress)
    return report_on(report, as_json=as_json)


def report_on(report: "IngestReport", *, as_json: bool) -> int:
    """Say what became of what came in; the exit code."""
    if as_json:
        print_json(asdict(report))
    else:
        for fault in report.rejected[:_LISTED]:
            err.print(f"[red]rejected[/] {escape(str(fault))}")
        if len(report.rejected) > _LISTED:
            err.print(
                f"[red]rejected[/] … and {len(report.rejected) - _LISTED:,} more (see --json)"
            )
        out.print(
            f"[bold]{report.added:,}[/] added, {report.unchanged:,} unchanged, "
            f"{report.updated:,} updated, {report.duplicates:,} duplicates, "
            f"{len(report.rejected):,} rejected"
            + (f", {report.barred:,} kept out: they were taken down" if report.barred else "")
        )
    if report.rejected and not as_json:
        err.print("[dim]kept with the reasons: archive quarantine list[/]")
    return REJECTED if report.rejected else DONE


def _columns(stated: str) -> dict[str, str]:
    """ "title=Headline,text=Body" as {"title": "Headline", "text": "Body"}."""
    pairs = [pair.partition("=") for pair in stated.split(",") if pair.strip()]
    for field, _, column in pairs:
        if field.strip() not in _FIELDS or not column.strip():
            raise QueryError(
                f"--columns cannot use “{field.strip()}”",
                hint=f"write FIELD=COLUMN,…, where FIELD is one of {', '.join(_FIELDS)}",
                field="columns",
            )
    return {field.strip(): column.strip() for field, _, column in pairs}


def rebuild(
    model: Annotated[
        str | None,
        typer.Option(
            help="Move to another embedding model: any of sentence-transformers, by name or path.",
            show_default=False,
        ),
    ] = None,
    reprocess: Annotated[
        bool,
        typer.Option("--reprocess", help="Make all articles anew from their raw input first."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> None:
    """Build all indexes anew from the store, then put them in place of the old ones.

    A server goes on answering from the old ones meanwhile and moves over by itself, to another
    model, too. If it is stopped, the same command goes on from there.
    """
    with open_archive() as archive, progress_bars() as progress:
        report = archive.rebuild(model=model, reprocess=reprocess, progress=progress)
    if as_json:
        print_json(asdict(report))
    else:
        out.print(
            f"[bold]{report.articles:,}[/] articles, {report.passages:,} passages in "
            f"{report.seconds:,.1f} s: generation {report.generation}"
        )
