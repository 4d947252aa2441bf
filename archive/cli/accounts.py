"""`archive accounts …`: who may sign in on the web, and as what."""

import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from archive.cli.console import out, print_json, user
from archive.core import open_archive
from archive.types import Role

accounts = typer.Typer(
    help="Who may sign in on the web: readers, editors, administrators.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Name = Annotated[str, typer.Argument(help="Name of an account.", show_default=False)]


@accounts.command()
def add(
    name: Annotated[str, typer.Argument(help="Name to sign in with.", show_default=False)],
    role: Annotated[
        Role, typer.Option(help="What it may do: read and save; also decide; also administer.")
    ] = Role.READER,
) -> None:
    """Make an account. Its password is asked for, or read from standard input."""
    with open_archive() as archive:
        made = archive.accounts.add(name, role, _asked_password(), by=user())
    out.print(f"{escape(str(made.name))} may sign in as {role.value}")


@accounts.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List the accounts with their roles."""
    with open_archive() as archive:
        known = archive.accounts.all()
    if as_json:
        from archive.search.wire import plain

        print_json(plain(known))
        return
    table = Table("name", "role", "since", box=None)
    for account in known:
        table.add_row(escape(str(account.name)), account.role.value, f"{account.created:%Y-%m-%d}")
    out.print(table if known else "there is no account yet; archive accounts add NAME makes one")


@accounts.command()
def password(name: _Name) -> None:
    """Set another password, asked for or read from standard input; all browsers are signed out."""
    with open_archive() as archive:
        archive.accounts.set_password(name, _asked_password(), by=user())
    out.print(f"{escape(name)} has another password and is signed out everywhere")


@accounts.command("role")
def set_role(
    name: _Name,
    role: Annotated[Role, typer.Argument(help="reader, editor or administrator.")],
) -> None:
    """Give an account another role."""
    with open_archive() as archive:
        archive.accounts.set_role(name, role, by=user())
    out.print(f"{escape(name)} is {role.value} now")


@accounts.command()
def remove(name: _Name) -> None:
    """Delete an account with what it saved. What it decided stays."""
    with open_archive() as archive:
        archive.accounts.remove(name, by=user())
    out.print(f"{escape(name)} can no longer sign in")


def _asked_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked
