"""`archive places …`: what people decide about places."""

from typing import Annotated

import typer

from archive.cli.deciding import By, Dry, Json, decide, listed, shown
from archive.core import open_archive

places = typer.Typer(
    help="List places and decide on them: merge, rename, relocate, …",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Place = Annotated[str, typer.Argument(help="Value or name of a place.", show_default=False)]


@places.command("list")
def list_places(
    find: Annotated[str, typer.Option(help="Only names with this in them.")] = "",
    size: Annotated[int, typer.Option("-n", "--size", help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """List places, those named in most articles first."""
    listed("place", find, size, as_json)


@places.command()
def show(name: _Place, as_json: Json = False) -> None:
    """Show a place: names, where it lies, and the decisions about it."""
    shown("place", name, as_json)


@places.command()
def merge(
    name: _Place,
    into: Annotated[str, typer.Argument(help="The place that it is.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Two places are one: the first is the second, its names and what lies in it, too."""
    with open_archive() as archive:
        decide(archive, "place", name, "merge", {"into": into}, dry_run, by)


@places.command()
def rename(
    name: _Place,
    label: Annotated[str, typer.Argument(help="The name to show.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Show a place under another name; the old one still leads to it."""
    with open_archive() as archive:
        decide(archive, "place", name, "rename", {"label": label}, dry_run, by)


@places.command()
def hide(name: _Place, dry_run: Dry = False, by: By = None) -> None:
    """This is no place: take it out of facets, filters and texts."""
    with open_archive() as archive:
        decide(archive, "place", name, "hide", {}, dry_run, by)


@places.command()
def relocate(
    name: _Place,
    latitude: Annotated[float, typer.Argument(help="Degrees north.", show_default=False)],
    longitude: Annotated[float, typer.Argument(help="Degrees east.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """A place lies elsewhere. Write degrees below zero after two hyphens: -- -33.9 18.4"""
    with open_archive() as archive:
        point = {"latitude": latitude, "longitude": longitude}
        decide(archive, "place", name, "relocate", point, dry_run, by)


@places.command()
def alias(
    name: _Place,
    other: Annotated[str, typer.Argument(help="Another name of it.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Another name leads to a place."""
    with open_archive() as archive:
        decide(archive, "place", name, "alias", {"name": other}, dry_run, by)


@places.command()
def wikidata(
    name: _Place,
    item: Annotated[str, typer.Argument(help="Wikidata id, such as Q64.", show_default=False)],
    dry_run: Dry = False,
    by: By = None,
) -> None:
    """Say which Wikidata item a place is."""
    with open_archive() as archive:
        decide(archive, "place", name, "wikidata", {"id": item}, dry_run, by)
