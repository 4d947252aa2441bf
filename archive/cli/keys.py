"""`archive keys …`: what programs show to act for an account."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from archive.cli.console import err, out, print_json, user
from archive.core import open_archive
from archive.types import Scope

keys = typer.Typer(
    help="Keys with which programs act for an account, within scopes.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@keys.command()
def add(
    account: Annotated[str, typer.Argument(help="Name of its account.", show_default=False)],
    label: Annotated[str, typer.Option(help="Which program it is for.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What else than reading it lets do; repeat.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="Days that it holds; else for good.", min=1)
    ] = None,
) -> None:
    """Make a key. It is printed once: programs send it as “Authorization: Bearer KEY”."""
    with open_archive() as archive:
        key, secret = archive.keys.make(account, label, scope or (), days=days, by=user())
    err.print(f"key {key.id} of {escape(account)} for {escape(key.label)}; nothing tells it again:")
    out.print(secret, markup=False)


@keys.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List the keys, the newest first, with what each lets do and when it was used."""
    with open_archive() as archive:
        known = archive.keys.all()
    if as_json:
        from archive.search.wire import plain

        print_json(plain(known))
        return
    table = Table("no.", "account", "for", "begins", "scopes", "used", "until", box=None)
    for key in known:
        table.add_row(
            str(key.id),
            escape(str(key.account.name)),
            escape(key.label),
            key.begin + "…",
            ", ".join(key.scopes),
            f"{key.used:%Y-%m-%d}" if key.used else "never",
            f"{key.expires:%Y-%m-%d}" if key.expires else "",
        )
    out.print(table if known else "there is no key yet; archive keys add makes one")


@keys.command()
def revoke(
    number: Annotated[int, typer.Argument(help="Number of a key in the list.")],
) -> None:
    """A key holds no more, at once."""
    with open_archive() as archive:
        key = archive.keys.revoke(number, by=user())
    out.print(f"the key of {escape(str(key.account.name))} for {escape(key.label)} holds no more")
