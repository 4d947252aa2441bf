"""`archive show`, `archive status`."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from archive.cli.console import DONE, REJECTED, out, print_json
from archive.core import open_archive
from archive.evidence import Evidence
from archive.types import Mention, Record
from archive.versions import difference


def show(
    article_id: Annotated[str, typer.Argument(help="Id of an article, from a search result.")],
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show why it has its actors and places instead.")
    ] = False,
    versions: Annotated[
        bool, typer.Option("--versions", help="Show what changed since it was taken in instead.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show an article as the archive holds it: text, dates, names, copies."""
    with open_archive() as archive:
        if versions:
            _print_versions(archive.versions(article_id), as_json=as_json)
            return
        if evidence:
            _print_evidence(archive.evidence(article_id), as_json=as_json)
            return
        view = archive.article(article_id)
    if as_json:
        from archive.search.wire import article_json

        print_json(article_json(view))
        return
    article = view.record.article
    out.print(Text(article.title, style="bold"))
    published = article.published
    facts = {
        "source": article.source,
        "authors": ", ".join(article.authors),
        "published": f"{published.value} (from {published.origin})" if published else "undated",
        "address": article.url,
        "language": article.language,
        "read from": article.origin,
        "version": str(view.record.version),
        "story": f"{view.story.articles:,} articles, {view.story.sources:,} sources"
        if view.story
        else "",
        "copies": ", ".join(hit.source or hit.id for hit in view.copies),
        "actors": _names(view.record.mentions, places=False),
        "places": _names(view.record.mentions, places=True),
    }
    for name, value in facts.items():
        if value:
            out.print(Text.assemble((f"{name:<10} ", "dim"), value))
    out.print()
    out.print(Text(article.text))


def _print_versions(versions: Sequence[Record], *, as_json: bool) -> None:
    """All versions, oldest first, each with what it changed."""
    if as_json:
        from archive.search.wire import versions_json

        print_json(versions_json(versions))
        return
    before = versions[0]
    out.print(Text(f"version {before.version}, {before.updated_at:%Y-%m-%d %H:%M}", style="bold"))
    out.print(Text(before.article.title))
    for record in versions[1:]:
        out.print(
            Text(f"version {record.version}, {record.updated_at:%Y-%m-%d %H:%M}", style="bold")
        )
        for old, new in (
            (before.article.title, record.article.title),
            (before.article.text, record.article.text),
        ):
            styles = {"same": "dim", "added": "green underline", "removed": "red strike"}
            pieces = ((piece.text, styles[piece.kind]) for piece in difference(old, new))
            out.print(Text.assemble(*pieces))
        before = record


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Say what the archive holds, and whether it can be searched."""
    with open_archive() as archive:
        found = archive.status()
        home = archive.settings.home
    if as_json:
        from archive.search.wire import plain

        print_json(plain(found))
        return DONE if found.fault is None else REJECTED
    span = f", {found.first} to {found.last}" if found.first else ""
    table = Table.grid(padding=(0, 2))
    table.add_row("home", str(home))
    table.add_row("articles", f"{found.articles:,} ({found.undated:,} undated{span})")
    table.add_row("sources", f"{found.sources:,}")
    table.add_row("passages", f"{found.passages:,}")
    table.add_row("model", found.model)
    if found.fault is None:
        table.add_row("generation", f"{found.generation} ({found.generation_articles:,} articles)")
        table.add_row("cut-off", f"{found.cutoff:.3f}" if found.cutoff is not None else "–")
        behind = f"{found.behind:,} changes not yet indexed" if found.behind else "up to date"
        table.add_row("index", behind)
    else:
        table.add_row("index", Text(f"{found.fault}; run: archive rebuild", style="red"))
    out.print(table)
    return DONE if found.fault is None else REJECTED


def _names(mentions: tuple[Mention, ...], *, places: bool) -> str:
    """Labels in the order of their first mention."""
    labels = [m.label for m in mentions if (m.kind == "place") == places]
    return ", ".join(dict.fromkeys(labels))


def _print_evidence(found: tuple[Evidence, ...], *, as_json: bool) -> None:
    if as_json:
        from archive.search.wire import plain

        print_json({"evidence": plain(found)})
        return
    for item in found:
        hidden = " (hidden)" if item.hidden else ""
        out.print(Text(f"{item.facet} {item.label} ({item.value}){hidden}", style="bold"))
        for mention in item.mentions:
            where = f"{mention.field} {mention.start}–{mention.end}"
            said = f"“{mention.surface}” by {mention.rule}, confidence {mention.confidence:.0%}"
            out.print(Text(f"  {where}: {said}"))
        if item.within:
            out.print(Text("  lies in it: " + ", ".join(item.within)))
        for decision in item.decisions:
            out.print(Text(f"  decision {decision.seq} by {decision.by}: {decision.kind}"))
