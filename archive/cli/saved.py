"""`archive saved …`: searches that accounts keep, and what is new to them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from archive.cli.console import err, out, print_json
from archive.cli.search import (
    After,
    Before,
    Exclude,
    Mentions,
    ModeOption,
    Query,
    Values,
    filters_of,
)
from archive.core import open_archive
from archive.query.request import Mode, SearchRequest

if TYPE_CHECKING:
    from archive.store.saved import SavedSearch

saved = typer.Typer(
    help="Searches that accounts keep, and what is new to them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Number = Annotated[int, typer.Argument(help="Number of a saved search.", show_default=False)]
_AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@saved.command("list")
def list_(
    account: Annotated[str | None, typer.Option(help="Only those of this account.")] = None,
    as_json: _AsJson = False,
) -> None:
    """List the saved searches with whom they belong to."""
    with open_archive() as archive:
        known = archive.saved.everybodys()
    chosen = [(name, kept) for name, kept in known if account in {None, name}]
    if as_json:
        print_json([_told(name, kept) for name, kept in chosen])
        return
    table = Table("no.", "account", "name", "search", "since", box=None)
    for name, kept in chosen:
        table.add_row(
            str(kept.id),
            escape(name) if name else "[dim]a visitor[/]",
            escape(kept.label),
            escape(kept.request.told),
            f"{kept.created:%Y-%m-%d}",
        )
    out.print(table if chosen else "no search is saved; archive saved add ACCOUNT NAME saves one")


@saved.command()
def add(
    account: Annotated[str, typer.Argument(help="Name of its account.", show_default=False)],
    label: Annotated[str, typer.Argument(help="What it is to be called.", show_default=False)],
    query: Query = "",
    actor: Values = None,
    place: Values = None,
    source: Values = None,
    language: Values = None,
    mentions: Mentions = None,
    after: After = None,
    before: Before = None,
    mode: ModeOption = Mode.BOTH,
    exclude: Exclude = None,
) -> None:
    """Save a search for an account. What it finds now is not new to it."""
    request = SearchRequest(
        q=query,
        mode=mode,
        filters=filters_of(
            exclude,
            actor=actor,
            place=place,
            source=source,
            language=language,
            mentions=mentions,
        ),
        after=after,
        before=before,
    )
    with open_archive() as archive:
        made = archive.saved.save(archive.accounts.get(account), label, request)
        total = archive.saved.fresh(made).total
    out.print(f"saved search {made.id}, {escape(made.label)}: {total:,} articles now")


@saved.command()
def show(
    number: _Number,
    size: Annotated[int, typer.Option("-n", "--size", help="New articles to list.", min=0)] = 20,
    seen: Annotated[bool, typer.Option("--seen", help="Nothing is new to it after that.")] = False,
    as_json: _AsJson = False,
) -> None:
    """Show what is new to a saved search, what came in or changed last first."""
    with open_archive() as archive:
        kept = archive.saved.find(number)
        fresh = archive.saved.fresh(kept)
        records = archive.store.records(fresh.new[:size])
        if seen:
            archive.saved.see(kept, upto=fresh.change)
    listed = [records[n] for n in fresh.new[:size] if n in records]
    if as_json:
        ids = [record.id for record in listed]
        print_json(_told(None, kept) | {"total": fresh.total, "new": len(fresh.new), "ids": ids})
        return
    out.print(Text(kept.label, style="bold"))
    out.print(
        f"{kept.request.told}: {fresh.total:,} articles, {len(fresh.new):,} new", markup=False
    )
    for record in listed:
        published = record.article.published
        when = published.value[:10] if published else "undated"
        told = (record.id, when, record.article.source or "", record.article.title)
        out.print("  ".join(filter(None, told)), markup=False)
    if len(fresh.new) > len(listed):
        err.print(f"and {len(fresh.new) - len(listed):,} more")


@saved.command()
def remove(number: _Number) -> None:
    """Keep a search no longer. Its feed and its alerts end."""
    with open_archive() as archive:
        kept = archive.saved.find(number)
        archive.saved.remove(kept)
    out.print(f"no longer keeps {escape(kept.label)}")


def _told(account: str | None, kept: "SavedSearch") -> dict[str, Any]:
    from archive.search.wire import plain

    return {
        "id": kept.id,
        **({"account": account} if account else {}),
        "label": kept.label,
        "search": plain(kept.request),
        "created": kept.created.isoformat(timespec="seconds"),
    }
