"""`archive actors …`, `archive places …`: what people decide about actors and places."""

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from archive.cli.console import out, print_json, progress_bars
from archive.core import Archive, open_archive
from archive.errors import InputError
from archive.query.request import SearchRequest
from archive.types import Decided, Decision

actors = typer.Typer(
    help="List actors and decide who they are: merge, split, rename, undo, …",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
places = typer.Typer(
    help="List places; rename, hide or relocate them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Name = Annotated[str, typer.Argument(help="Value or name of an actor.", show_default=False)]
_Place = Annotated[str, typer.Argument(help="Value or name of a place.", show_default=False)]
_Dry = Annotated[bool, typer.Option("--dry-run", help="Say what it would change; store nothing.")]
_By = Annotated[str | None, typer.Option("--by", help="Who decides; default: who is logged in.")]
_Json = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
_Facet = Literal["actor", "place"]


def _listed(facet: _Facet, find: str, size: int, as_json: bool) -> None:
    from archive.search.wire import facet_json

    with open_archive() as archive:
        found = archive.facet(SearchRequest(), facet, find=find, size=size)
    if as_json:
        print_json(facet_json(found))
        return
    table = Table("value", "name", "kind", "articles", box=None)
    for value in found.values:
        table.add_row(value.value, value.label, value.kind or "", f"{value.count:,}")
    out.print(table)
    if found.total > len(found.values):
        out.print(f"{len(found.values)} of {found.total:,}; see --find and --size")


@actors.command("list")
def list_actors(
    find: Annotated[str, typer.Option(help="Only names with this in them.")] = "",
    size: Annotated[int, typer.Option("-n", "--size", help="How many.")] = 20,
    as_json: _Json = False,
) -> None:
    """List actors, those named in most articles first."""
    _listed("actor", find, size, as_json)


@actors.command()
def show(name: _Name, as_json: _Json = False) -> None:
    """Show an actor: names, kind, and the decisions about it."""
    with open_archive() as archive:
        actor = archive.named("actor", name)
        authority = archive.authority()
        known = authority.actors.get(actor.value, actor)
        family = {d.seq: authority.family(d) for d in authority.decisions if d.facet == "actor"}
    decisions = [d for d in authority.decisions if actor.value in family.get(d.seq, ())]
    if as_json:
        from archive.search.wire import plain

        print_json({**plain(known), "decisions": plain(decisions)})
        return
    out.print(Text(known.label, style="bold"))
    facts = {
        "value": known.value,
        "kind": known.kind + (" (uncertain)" if known.uncertain else ""),
        "also": ", ".join(known.aliases),
        "wikidata": known.wikidata or "",
    }
    for fact, value in facts.items():
        if value:
            out.print(Text.assemble((f"{fact:<10} ", "dim"), value))
    for decision in decisions:
        out.print(Text(_told(decision)))


@actors.command()
def merge(
    name: _Name,
    into: Annotated[str, typer.Argument(help="The actor who it is.", show_default=False)],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """Two actors are one: the first is the second, and its names lead to it."""
    with open_archive() as archive:
        _decide(archive, "actor", name, "merge", {"into": into}, dry_run, by)


@actors.command()
def split(
    name: _Name,
    to: Annotated[str, typer.Option(help="Name of the new actor.")],
    article: Annotated[list[str] | None, typer.Option(help="Id of an article; repeat.")] = None,
    beside: Annotated[
        str | None, typer.Option("--with", help="Articles that also name this actor.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Articles of this source.")] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of the new actor.")] = None,
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """One actor is two: some articles mean another of that name, now and in future."""
    with open_archive() as archive:
        said = {
            "to": to,
            "kind": kind,
            "articles": [archive.store.get(i).id for i in article or ()],
            "beside": beside,
            "source": source,
        }
        _decide(archive, "actor", name, "split", said, dry_run, by)


@actors.command()
def rename(
    name: _Name,
    label: Annotated[str, typer.Argument(help="The name to show.", show_default=False)],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """Show an actor under another name; the old one still leads to it."""
    with open_archive() as archive:
        _decide(archive, "actor", name, "rename", {"label": label}, dry_run, by)


@actors.command()
def retype(
    name: _Name,
    kind: Annotated[str, typer.Argument(help="person, organisation, group or country.")],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """An actor is of another kind."""
    with open_archive() as archive:
        _decide(archive, "actor", name, "retype", {"kind": kind}, dry_run, by)


@actors.command()
def hide(name: _Name, dry_run: _Dry = False, by: _By = None) -> None:
    """This is no actor: take it out of facets, filters and texts."""
    with open_archive() as archive:
        _decide(archive, "actor", name, "hide", {}, dry_run, by)


@actors.command()
def alias(
    name: _Name,
    other: Annotated[str, typer.Argument(help="Another name of it.", show_default=False)],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """Another name leads to an actor, and what was found under that name is the actor."""
    with open_archive() as archive:
        _decide(archive, "actor", name, "alias", {"name": other}, dry_run, by)


@actors.command()
def wikidata(
    name: _Name,
    item: Annotated[str, typer.Argument(help="Wikidata id, such as Q42.", show_default=False)],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """Say which Wikidata item an actor is."""
    with open_archive() as archive:
        _decide(archive, "actor", name, "wikidata", {"id": item}, dry_run, by)


@actors.command()
def undo(
    number: Annotated[int, typer.Argument(help="Number of a decision in the log.")],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """Undo a decision about an actor or a place; undoing that redoes it."""
    with open_archive() as archive:
        _carry_out(archive, archive.undoing(number, by=_who(by)), dry_run=dry_run)


@actors.command()
def log(as_json: _Json = False) -> None:
    """List all decisions about actors and places, in the order in which they are replayed."""
    with open_archive() as archive:
        decisions = archive.authority().decisions
    if as_json:
        from archive.search.wire import plain

        print_json(plain(decisions))
        return
    for decision in decisions:
        style = "dim strike" if decision.undone_by else ""
        out.print(Text(_told(decision), style=style))


@actors.command("export")
def export_log(
    file: Annotated[Path, typer.Argument(help="File to write.", show_default=False)],
) -> None:
    """Write all decisions as JSON Lines."""
    from archive.decisions import exported

    with open_archive() as archive:
        lines = list(exported(archive.store.decisions()))
    try:
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
    out.print(f"{len(lines):,} decisions written to {file}")


@actors.command("import")
def import_log(
    file: Annotated[Path, typer.Argument(help="What export wrote.", show_default=False)],
    dry_run: _Dry = False,
) -> None:
    """Take in decisions of another archive after those of this one; known ones are left out."""
    from archive.decisions import imported

    try:
        decisions = imported(file.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    with open_archive() as archive:
        _carry_out(archive, *decisions, dry_run=dry_run)


@places.command("list")
def list_places(
    find: Annotated[str, typer.Option(help="Only names with this in them.")] = "",
    size: Annotated[int, typer.Option("-n", "--size", help="How many.")] = 20,
    as_json: _Json = False,
) -> None:
    """List places, those named in most articles first."""
    _listed("place", find, size, as_json)


@places.command("rename")
def rename_place(
    name: _Place,
    label: Annotated[str, typer.Argument(help="The name to show.", show_default=False)],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """Show a place under another name."""
    with open_archive() as archive:
        _decide(archive, "place", name, "rename", {"label": label}, dry_run, by)


@places.command("hide")
def hide_place(name: _Place, dry_run: _Dry = False, by: _By = None) -> None:
    """This is no place: take it out of facets, filters and texts."""
    with open_archive() as archive:
        _decide(archive, "place", name, "hide", {}, dry_run, by)


@places.command()
def relocate(
    name: _Place,
    latitude: Annotated[float, typer.Argument(help="Degrees north.", show_default=False)],
    longitude: Annotated[float, typer.Argument(help="Degrees east.", show_default=False)],
    dry_run: _Dry = False,
    by: _By = None,
) -> None:
    """A place lies elsewhere. Write degrees below zero after two hyphens: -- -33.9 18.4"""
    with open_archive() as archive:
        point = {"latitude": latitude, "longitude": longitude}
        _decide(archive, "place", name, "relocate", point, dry_run, by)


def _decide(
    archive: Archive,
    facet: _Facet,
    name: str,
    kind: Decided,
    said: Mapping[str, Any],
    dry_run: bool,
    by: str | None,
) -> None:
    decision = archive.proposed(facet, name, kind, said, by=_who(by))
    _carry_out(archive, decision, dry_run=dry_run)


def _carry_out(archive: Archive, *decisions: Decision, dry_run: bool) -> None:
    if dry_run:
        effect = archive.preview(decisions)
    else:
        with progress_bars() as progress:
            effect = archive.decide(decisions, progress=progress)
    would = "would change" if dry_run else "changed"
    out.print(f"[bold]{effect.articles:,}[/] articles {would}")
    for count in effect.counts:
        line = f"{count.facet} {count.label} ({count.value}): {count.before:,} → {count.after:,}"
        out.print(Text(line))
    if not dry_run and effect.decisions:
        out.print("stored; `archive actors log` lists it, `archive actors undo N` undoes it")


def _told(decision: Decision) -> str:
    from archive.decisions import told

    undone = f" (undone by {decision.undone_by})" if decision.undone_by else ""
    at = f"{decision.at:%Y-%m-%d %H:%M}"
    return f"{decision.seq} {at} {decision.by}: {told(decision)}{undone}"


def _who(by: str | None) -> str:
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
