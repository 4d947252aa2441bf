"""`archive why`."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from archive.cli.console import DONE, REJECTED, out, print_json
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
from archive.search.answer import Why


def why(
    article_id: Annotated[str, typer.Argument(help="Id of an article.")],
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
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Say why an article is in the result set of a search, or why not.

    Ends with 1 if it is not.
    """
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
        told = archive.why(request, article_id)
    if as_json:
        from archive.search.wire import plain

        print_json(plain(told))
    else:
        _print(told)
    return DONE if told.is_in else REJECTED


def _print(told: Why) -> None:
    out.print(Text(told.title, style="bold"))
    state = ("found", "green") if told.is_in else ("not found", "red")
    out.print(Text.assemble(state, f": {told.verdict}"))
    for notice in told.notices:
        out.print(Text(f"· {notice.message}", style="yellow"))
    table = Table(box=None, show_header=False)
    for word in told.words:
        table.add_row("word", word.word, f"{word.title} in the headline, {word.text} in the text")
    if told.similarity is not None:
        band = told.band.value if told.band else "not near"
        table.add_row("meaning", band, f"{told.similarity} (cut-off {told.cutoff})")
    for verdict in told.filters:
        table.add_row("filter", verdict.filter, "passes" if verdict.passes else "does not pass")
    if told.parts is not None:
        parts = f"{told.parts.words} from words + {told.parts.meaning} from meaning"
        raising = (
            (told.parts.names, "names"),
            (told.parts.recency, "being new"),
            (told.parts.reranking, "reading query and text together"),
        )
        for raised, of in raising:
            parts += f" + {raised} from {of}" if raised else ""
        table.add_row("score", f"{told.score}", parts)
    out.print(table)
