"""`archive takedown`, `archive verify`."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from archive.cli.console import DONE, REJECTED, err, out, print_json, progress_bars, user
from archive.cli.generations import verify as verify_generations
from archive.core import Archive, open_archive
from archive.errors import QueryError


def takedown(
    article_id: Annotated[
        str | None, typer.Argument(help="Id of the article.", show_default=False)
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; whoever asks for the article is told.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lift: Annotated[
        bool, typer.Option("--lift", help="Let an article that was taken down come in again.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List what was taken down.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", help="Who wants it; default: who is logged in.")
    ] = None,
) -> int:
    """Remove an article everywhere: text, versions, raw input, names, indexes, vectors.

    What stays are hashes, so that it is not taken in again; `archive verify --absent ID` shows that
    nothing else did. Copies of its text under other addresses are articles of their own.
    """
    with open_archive() as archive:
        if listed:
            _list(archive)
            return DONE
        if article_id is None:
            raise QueryError("which article?", hint="name its id, or give --list", field="id")
        if lift:
            archive.takedown.lift(article_id, by=by or user())
            out.print(f"{article_id} may come in again with the next archive ingest")
            return DONE
        _tell(archive, article_id)
        if dry_run:
            return DONE
        if not yes:
            typer.confirm("Take it down? This cannot be undone.", abort=True, err=True)
        with progress_bars() as progress:
            cleared = archive.takedown.take_down(
                article_id, reason=reason, by=by or user(), progress=progress
            )
    if cleared.pending:
        err.print(f"[yellow]taken down, but still in the index:[/] {escape(cleared.pending)}")
        err.print("[dim]archive rebuild clears it[/]")
        return REJECTED
    out.print(f"taken down; to see that nothing is left: archive verify --absent {article_id}")
    return DONE


def verify(
    absent: Annotated[
        str | None,
        typer.Option(
            help="Look for what is left of this article, which was taken down.", metavar="ID"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Compare every file of the indexes with its checksum; or show that an article is gone."""
    if absent is None:
        return verify_generations(as_json)
    with open_archive() as archive, progress_bars() as progress:
        seen = archive.takedown.absence(absent, progress=progress)
    if as_json:
        told = {"id": absent, "files": seen.files, "bytes": seen.bytes}
        print_json(told | {"found": seen.found, "shared": seen.shared})
        return REJECTED if seen.found else DONE
    out.print(f"looked into {seen.files:,} files ({seen.bytes / 1e6:,.1f} MB) and every table")
    if seen.shared:
        others = ", ".join(seen.shared[:6]) + (" …" if len(seen.shared) > 6 else "")
        out.print(f"{len(seen.shared):,} other articles have parts of its text: {others}")
    for place in seen.found:
        out.print(Text.assemble(("found in ", "red"), place))
    if not seen.found:
        out.print(Text("nothing of it is left", style="green"))
    return REJECTED if seen.found else DONE


def _tell(archive: Archive, article_id: str) -> None:
    """What would be removed."""
    view = archive.article(article_id)
    out.print(Text(view.record.article.title, style="bold"))
    versions = view.record.version
    out.print(f"{versions} version{'s' if versions > 1 else ''}, its raw input, names and vectors")
    if view.copies:
        others = ", ".join(hit.id for hit in view.copies)
        out.print(f"{len(view.copies)} copies of its text stay: {others}")


def _list(archive: Archive) -> None:
    table = Table("article", "taken down", "by", "reason", "state", box=None)
    stones = archive.store.tombstones.all()
    for stone in stones:
        state = "may come in again" if stone.lifted_at else "" if stone.purged else "in the index"
        when = stone.at.isoformat(timespec="minutes")
        table.add_row(stone.id, when, escape(stone.by), escape(stone.reason), state)
    out.print(table if stones else "nothing was taken down")
