"""`archive quarantine …`: what was refused, and another try."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from archive.cli.console import DONE, out, print_json, progress_bars, user
from archive.cli.ingest import report_on
from archive.core import open_archive

quarantine = typer.Typer(
    help="What was refused when it came in, kept with the reason.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@quarantine.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List what was refused and has not been taken in since."""
    with open_archive() as archive:
        refused = [replace(item, raw=None) for item in archive.store.refused()]
    if as_json:
        print_json(
            [
                {
                    "origin": item.error.origin,
                    "where": item.error.where,
                    "reason": item.error.reason,
                    "hint": item.error.hint,
                    "attempts": item.attempts,
                    "first": item.first_at.isoformat(timespec="seconds"),
                    "last": item.last_at.isoformat(timespec="seconds"),
                }
                for item in refused
            ]
        )
        return
    table = Table("item", "reason", "what to do", "tries", box=None)
    for item in refused:
        place = f" ({item.error.where})" if item.error.where else ""
        table.add_row(
            escape(item.error.origin + place),
            escape(item.error.reason),
            escape(item.error.hint),
            str(item.attempts),
        )
    out.print(table if refused else "nothing is in quarantine")


@quarantine.command()
def retry(
    origins: Annotated[
        list[str] | None,
        typer.Argument(help="Items or files; all of them if none is named.", show_default=False),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Who wants it; default: who is logged in.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> int:
    """Try again what was refused: after a file was mended, or the program.

    What was kept is read from the quarantine, the rest from where it came from.
    """
    with open_archive() as archive:
        if not archive.store.refused_count():
            out.print("nothing is in quarantine")
            return DONE
        with progress_bars() as progress:
            report = archive.retry(origins or (), by=by or user(), progress=progress)
    return report_on(report, as_json=as_json)
