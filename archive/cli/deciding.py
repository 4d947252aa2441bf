"""What the commands about actors and about places have in common."""

import getpass
from collections.abc import Mapping
from math import inf
from typing import Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from archive.cli.console import out, print_json, progress_bars
from archive.core import Archive, open_archive
from archive.query.request import FacetList, SearchRequest
from archive.types import Decided, Decision

Dry = Annotated[bool, typer.Option("--dry-run", help="Say what it would change; store nothing.")]
By = Annotated[str | None, typer.Option("--by", help="Who decides; default: who is logged in.")]
Json = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Facet = Literal["actor", "place"]


def listed(facet: Facet, find: str, size: int, as_json: bool) -> None:
    """Print the names of a facet, those in most articles first."""
    from archive.search.wire import facet_json

    with open_archive() as archive:
        found = archive.facet(SearchRequest(), FacetList(facet, find), size=size)
    if as_json:
        print_json(facet_json(found))
        return
    table = Table("value", "name", "kind", "articles", box=None)
    for value in found.values:
        table.add_row(value.value, value.label, value.kind or "", f"{value.count:,}")
    out.print(table)
    if found.total > len(found.values):
        out.print(f"{len(found.values)} of {found.total:,}; see --find and --size")


def shown(facet: Facet, name: str, as_json: bool) -> None:
    """Print what is known of an actor or a place, and what was decided about it."""
    with open_archive() as archive:
        named, authority = archive.named(facet, name), archive.authority()
        known = (authority.actor(named.value) or named) if facet == "actor" else named
        place = archive.place_of(facet, named.value)
    about = (d for d in authority.decisions if d.facet == facet)
    decisions = [d for d in about if named.value in authority.family(d)]
    if as_json:
        from archive.search.wire import plain

        print_json({**plain(place or known), "decisions": plain(decisions)})
        return
    out.print(Text(known.label, style="bold"))
    facts = {
        "value": known.value,
        "kind": place.kind if place else known.kind + (" (uncertain)" if known.uncertain else ""),
        "also": ", ".join(place.aliases if place else known.aliases),
        "lies at": f"{place.latitude:.3f}, {place.longitude:.3f}" if place else "",
        "in": ", ".join(place.parents) if place else "",
        "wikidata": (place or known).wikidata or "",
    }
    for fact, value in facts.items():
        if value:
            out.print(Text.assemble((f"{fact:<10} ", "dim"), value))
    for decision in decisions:
        out.print(Text(decision_line(decision)))


def decide(
    archive: Archive,
    facet: Facet,
    name: str,
    kind: Decided,
    said: Mapping[str, Any],
    dry_run: bool,
    by: str | None,
) -> None:
    """Make one decision in the words of a command, or say what it would change."""
    decision = archive.proposed(facet, name, kind, said, by=who(by))
    carry_out(archive, decision, dry_run=dry_run)


def carry_out(archive: Archive, *decisions: Decision, dry_run: bool) -> None:
    """Carry out decisions, or say what they would change."""
    if dry_run:
        effect = archive.preview(decisions)
    else:
        with progress_bars() as progress:
            effect = archive.decide(decisions, patience=inf, progress=progress)
    would = "would change" if dry_run else "changed"
    out.print(f"[bold]{effect.articles:,}[/] articles {would}")
    for count in effect.counts:
        line = f"{count.facet} {count.label} ({count.value}): {count.before:,} → {count.after:,}"
        out.print(Text(line))
    if not dry_run and effect.decisions:
        out.print("stored; `archive actors log` lists it, `archive actors undo N` undoes it")


def decision_line(decision: Decision) -> str:
    """A decision with its number, its time and who made it, in a line."""
    from archive.decisions import told

    undone = f" (undone by {decision.undone_by})" if decision.undone_by else ""
    at = f"{decision.at:%Y-%m-%d %H:%M}"
    return f"{decision.seq} {at} {decision.by}: {told(decision)}{undone}"


def who(by: str | None) -> str:
    """Who decides."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
