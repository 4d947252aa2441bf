"""`archive actors …`: what people decide about actors, and the log of all decisions."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from archive.cli.console import out, print_json
from archive.cli.deciding import By, Dry, Json, carry_out, decide, decision_line, listed, shown, who
from archive.core import open_archive
from archive.errors import InputError

actors = typer.Typer(
    help="List actors and decide who they are: merge, split, rename, undo, …",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_TITLES = 5
_Name = Annotated[str, typer.Argument(help="Value or name of an actor.", show_default=False)]


@actors.command("list")
def list_actors(
    find: Annotated[str, typer.Option(help="Only names with this in them.")] = "",
    size: Annotated[int, typer.Option("-n", "--size", help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """List actors, those named in most articles first."""
    listed("actor", find, size, as_json)


@actors.command()
def show(name: _Name, as_json: Json = False) -> None:
    """Show an actor: names, kind, and the decisions about it."""
    shown("actor", name, as_json)


@actors.command()
def merge(
    name: _Name,
    into: Annotated[str, typer.Argument(help="The actor who it is.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Two actors are one: the first is the second, and its names lead to it."""
    with open_archive() as archive:
        decide(archive, "actor", name, "merge", {"into": into}, dry_run, by)


@actors.command()
def namesakes(name: _Name, as_json: Json = False) -> None:
    """List the articles of a name in parts that name nobody and nothing else in common."""
    with open_archive() as archive:
        parts = archive.namesakes(name)
    if as_json:
        from archive.search.wire import plain

        found = [{"articles": [r.id for r in p.articles], "company": p.company} for p in parts]
        print_json(plain(found))
        return
    for at, part in enumerate(parts, 1):
        beside = ", ".join(c.label for c in part.company)
        count = f"{len(part.articles):,} {'article' if len(part.articles) == 1 else 'articles'}"
        out.print(Text(f"{at}  {count}{', beside ' + beside if beside else ''}", style="bold"))
        for record in part.articles[:_TITLES]:
            out.print(Text(f"   {record.id}  {record.article.title}"))
    out.print("`archive actors split NAME --to OTHER --part N` says that one of them is another")


@actors.command()
def split(
    name: _Name,
    to: Annotated[str, typer.Option(help="Name of the other actor.")],
    article: Annotated[list[str] | None, typer.Option(help="Id of an article; repeat.")] = None,
    part: Annotated[
        list[int] | None, typer.Option(help="Articles of a part that `namesakes` lists; repeat.")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", help="Articles that also name this actor; repeat."),
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Articles of this source; repeat.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of the other actor.")] = None,
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """One actor is two: some articles mean another of that name, now and in future."""
    with open_archive() as archive:
        ids = [archive.store.get(id_).id for id_ in article or ()]
        parts = archive.namesakes(name) if part else ()
        for number in part or ():
            if not 1 <= number <= len(parts):
                raise InputError(
                    f"there is no part {number}", hint="`archive actors namesakes` lists them"
                )
            ids += [record.id for record in parts[number - 1].articles]
        said = {"to": to, "kind": kind, "articles": ids, "beside": beside, "sources": source}
        decide(archive, "actor", name, "split", said, dry_run, by)


@actors.command()
def rename(
    name: _Name,
    label: Annotated[str, typer.Argument(help="The name to show.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Show an actor under another name; the old one still leads to it."""
    with open_archive() as archive:
        decide(archive, "actor", name, "rename", {"label": label}, dry_run, by)


@actors.command()
def retype(
    name: _Name,
    kind: Annotated[str, typer.Argument(help="person, organisation, group or country.")],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """An actor is of another kind."""
    with open_archive() as archive:
        decide(archive, "actor", name, "retype", {"kind": kind}, dry_run, by)


@actors.command()
def hide(name: _Name, dry_run: Dry = False, by: By = None) -> None:
    """This is no actor: take it out of facets, filters and texts."""
    with open_archive() as archive:
        decide(archive, "actor", name, "hide", {}, dry_run, by)


@actors.command()
def alias(
    name: _Name,
    other: Annotated[str, typer.Argument(help="Another name of it.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Another name leads to an actor, and what was found under that name is the actor."""
    with open_archive() as archive:
        decide(archive, "actor", name, "alias", {"name": other}, dry_run, by)


@actors.command()
def wikidata(
    name: _Name,
    item: Annotated[str, typer.Argument(help="Wikidata id, such as Q42.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Say which Wikidata item an actor is."""
    with open_archive() as archive:
        decide(archive, "actor", name, "wikidata", {"id": item}, dry_run, by)


@actors.command()
def undo(
    number: Annotated[int, typer.Argument(help="Number of a decision in the log.")],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Undo a decision about an actor or a place; undoing that redoes it."""
    with open_archive() as archive:
        carry_out(archive, archive.undoing(number, by=who(by)), dry_run=dry_run)


@actors.command()
def log(as_json: Json = False) -> None:
    """List all decisions about actors and places, in the order in which they are replayed."""
    with open_archive() as archive:
        decisions = archive.decisions()
    if as_json:
        from archive.search.wire import plain

        print_json(plain(decisions))
        return
    for decision in decisions:
        style = "dim strike" if decision.undone_by else ""
        out.print(Text(decision_line(decision), style=style))


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
    dry_run: Dry = False,
) -> None:
    """Take in decisions of another archive after those of this one; known ones are left out."""
    from archive.decisions import imported

    try:
        decisions = imported(file.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    with open_archive() as archive:
        carry_out(archive, *decisions, dry_run=dry_run)
