"""`archive audit`: who did what when."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from archive.cli.console import out, print_json
from archive.core import open_archive


def audit(
    size: Annotated[int, typer.Option("-n", "--size", help="How many.", min=1)] = 50,
    by: Annotated[str, typer.Option(help="Only what this account did.")] = "",
    what: Annotated[str, typer.Option(help="Only what is called this.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say who did what when, the last first: sign-ins, decisions, whatever administrators did."""
    with open_archive() as archive:
        acts = archive.audit(size=size, by=by, what=what)
    if as_json:
        from archive.search.wire import plain

        print_json(plain(acts))
        return
    table = Table("at (UTC)", "by", "what", "about", box=None)
    for act in acts:
        table.add_row(f"{act.at:%Y-%m-%d %H:%M:%S}", Text(act.by), act.what, Text(act.about))
    out.print(table if acts else "nothing was done yet")
