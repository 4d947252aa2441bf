"""`archive search`."""

from typing import Annotated

import typer
from rich.text import Text

from archive.cli.console import out, print_json
from archive.core import open_archive
from archive.query.request import Count, FacetFilter, Mode, SearchRequest, Sort
from archive.search.answer import Answer, FacetValue, Hit

Query = Annotated[str, typer.Argument(help='Words, "phrases", AND OR NOT, title:, actor: …')]
Values = Annotated[list[str] | None, typer.Option(help="Only with it; repeat to widen.")]
After = Annotated[
    str | None, typer.Option(help="Published on or after: 2024-06-01, 2024-06 or 2024.")
]
Before = Annotated[
    str | None, typer.Option(help="Published on or before: 2024-06-01, 2024-06 or 2024.")
]
Mentions = Annotated[
    list[str] | None,
    typer.Option(help="Speaking of a time: 2024-06-01, 2024-06, 2024 or 2024..2025."),
]
ModeOption = Annotated[Mode, typer.Option(help="What makes an article match.")]
Exclude = Annotated[
    list[str] | None,
    typer.Option(help="Leave out: actor=…, place=…, source=…; repeatable.", metavar="F=V"),
]
_FACET_VALUES = 6
_TEXT = 300


def filters_of(exclude: list[str] | None, **given: list[str] | None) -> tuple[FacetFilter, ...]:
    """Options as filters; `given` are the values of each facet."""
    chosen = [FacetFilter(facet, v) for facet, values in given.items() for v in values or ()]
    shunned = [item.partition("=") for item in exclude or ()]
    return (*chosen, *(FacetFilter(facet, v, exclude=True) for facet, _, v in shunned))


def search(
    query: Query = "",
    actor: Values = None,
    place: Values = None,
    source: Values = None,
    language: Values = None,
    mentions: Mentions = None,
    after: After = None,
    before: Before = None,
    mode: ModeOption = Mode.BOTH,
    sort: Annotated[Sort, typer.Option(help="Order of the results.")] = Sort.RELEVANCE,
    size: Annotated[int, typer.Option("-n", "--size", help="Results a page.")] = 10,
    cursor: Annotated[
        str | None, typer.Option(help="Go on from here: “next” of an earlier answer.")
    ] = None,
    exclude: Exclude = None,
    count: Annotated[Count, typer.Option(help="What counts as one.")] = Count.ARTICLES,
    story: Annotated[str | None, typer.Option(help="Only the story of this article (id).")] = None,
    copies_of: Annotated[
        str | None, typer.Option(help="Only this article (id) and copies of its text.")
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="One passage is near, and names actor and place.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what /api/v1/search answers.")
    ] = False,
) -> None:
    """Search the archive by words and by meaning."""
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
        story=story,
        copies_of=copies_of,
        together=together,
        count=count,
        sort=sort,
        size=size,
        cursor=cursor,
    )
    with open_archive() as archive:
        answer = archive.search(request)
    if as_json:
        from archive.search.wire import answer_json

        print_json(answer_json(answer))
    else:
        _print(answer)


def _print(answer: Answer) -> None:
    if answer.query.meant:
        out.print(Text(f"· did you mean: {answer.query.meant}", style="yellow"))
    for notice in answer.notices:
        out.print(Text(f"· {notice.message}", style="yellow"))
    out.print(Text.assemble((answer.query.count.of(answer.total), "bold")))
    for rank, hit in enumerate(answer.hits, answer.position + 1):
        _print_hit(rank, hit)
    for name in ("actor", "place", "source"):
        _print_facet(name, answer.facets.get(name, ()))
    if answer.next:
        out.print(Text(f"\nmore with: --cursor {answer.next}", style="dim"))


def _print_hit(rank: int, hit: Hit) -> None:
    title = Text(hit.title, style="bold")
    for start, end in hit.title_marks:
        title.stylize("yellow", start, end)
    published = hit.published.value[:10] if hit.published else "undated"
    copies = f"+{hit.copies.articles - 1:,} with this text" if hit.copies else ""
    story = f"story of {hit.story.articles:,}" if hit.story else ""
    about = " · ".join([published, *filter(None, [hit.source, copies, story]), hit.id])
    out.print(Text(f"\n{rank:>3}  ").append_text(title))
    out.print(Text(f"     {about}", style="dim"))
    text = Text(hit.passage.text)
    for start, end in hit.passage.marks:
        text.stylize("yellow", start, end)
    if hit.passage.closest:
        text.stylize("underline", *hit.passage.closest)
    text = Text(" ").join(text.split("\n", allow_blank=False))
    text.truncate(_TEXT, overflow="ellipsis")
    out.print(Text("     ").append_text(text))


def _print_facet(name: str, values: tuple[FacetValue, ...]) -> None:
    if values:
        listed = ", ".join(f"{v.label} ({v.count:,})" for v in values[:_FACET_VALUES])
        out.print(Text.assemble("\n" if name == "actor" else "", (f"{name}s  ", "dim"), listed))
