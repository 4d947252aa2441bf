"""`archive generations …`: the indexes that are kept, and which of them answers."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from archive.cli.console import DONE, REJECTED, out, print_json, user
from archive.core import open_archive

generations = typer.Typer(
    help="The indexes that are kept, and which of them answers.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Json = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@generations.command("list")
def list_(as_json: _Json = False) -> int:
    """List the generations, newest first; a star marks the one that answers."""
    return _show(as_json, thorough=False)


@generations.command()
def verify(as_json: _Json = False) -> int:
    """Read every file of every generation and compare it with its checksum.

    The one that answers is also asked: whether it has as many articles as the record, finds what
    brute force over all vectors finds, and finds articles by their headlines.
    """
    return _show(as_json, thorough=True)


@generations.command()
def rollback(
    name: Annotated[
        str | None, typer.Argument(help="Which one; the newest before the current if not named.")
    ] = None,
) -> None:
    """Let an earlier generation answer again. A running server moves over by itself.

    What was taken in since is found again after the next `archive ingest` or `archive rebuild`.
    """
    with open_archive() as archive:
        out.print(f"generation {archive.roll_back(name, by=user())} answers now")


@generations.command()
def prune(
    keep: Annotated[int, typer.Option(help="How many to keep, the current one among them.", min=1)],
) -> None:
    """Delete old generations."""
    with open_archive() as archive:
        gone = archive.prune(keep=keep, by=user())
    out.print(f"deleted {len(gone):,}: {', '.join(gone)}" if gone else "nothing to delete")


def _show(as_json: bool, *, thorough: bool) -> int:
    with open_archive() as archive:
        found = archive.generations(thorough=thorough)
    if as_json:
        from archive.search.wire import plain

        print_json(plain(found))
    else:
        table = Table("", "generation", "articles", "passages", "model", "state", box=None)
        for kept in found:
            state = Text("; ".join(kept.faults), style="red") if kept.faults else Text("whole")
            table.add_row(
                "*" if kept.current else "",
                kept.name,
                f"{kept.articles:,}",
                f"{kept.passages:,}",
                kept.model,
                state if kept.faults or thorough else Text(""),
            )
        out.print(table if found else "there is no generation yet; run: archive rebuild")
    return REJECTED if any(kept.faults for kept in found) else DONE
