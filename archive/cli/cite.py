"""`archive cite`: how to cite an article, for people and for their programs."""

import sys
from typing import Annotated

import typer

from archive.citation import STYLES, Style
from archive.core import open_archive


def cite(
    article_id: Annotated[str, typer.Argument(help="Id of an article, from a search result.")],
    style: Annotated[Style, typer.Option(help="How it is written.")] = "plain",
    site: Annotated[str, typer.Option(help="Address that the archive is served at.")] = "",
) -> None:
    """Print the citation of an article."""
    with open_archive() as archive:
        cited = archive.cited(article_id, site=site.rstrip("/"))
    sys.stdout.write(STYLES[style].write(cited))
