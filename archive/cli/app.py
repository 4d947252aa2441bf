"""The program `archive`: its commands, and the one place where errors become messages."""

import logging
import sys
from typing import Protocol

import typer
from typing_extensions import TypeIs

from archive.cli.accounts import accounts
from archive.cli.actors import actors
from archive.cli.alerts import alerts
from archive.cli.audit import audit
from archive.cli.backup import backup, restore
from archive.cli.cite import cite
from archive.cli.console import DONE, REJECTED, say_error
from archive.cli.evaluate import evaluate
from archive.cli.export import export
from archive.cli.feeds import feeds, watch
from archive.cli.generations import generations
from archive.cli.ingest import ingest, rebuild
from archive.cli.inspect import show, status
from archive.cli.keys import keys
from archive.cli.mcp import mcp
from archive.cli.places import places
from archive.cli.quarantine import quarantine
from archive.cli.saved import saved
from archive.cli.search import search
from archive.cli.serve import serve
from archive.cli.takedown import takedown, verify
from archive.cli.why import why
from archive.errors import ArchiveError, QueryError

app = typer.Typer(
    name="archive",
    help="A searchable news archive: articles in, found again by meaning and by words.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done, 1 some input was rejected or something is wrong, 2 wrong usage.",
)
for command in (
    *(ingest, rebuild, search, export, why, show, cite),
    *(status, serve, watch, audit, takedown, verify, backup, restore, mcp),
):
    app.command()(command)
app.add_typer(evaluate, name="evaluate")
app.add_typer(actors, name="actors")
app.add_typer(places, name="places")
app.add_typer(generations, name="generations")
app.add_typer(quarantine, name="quarantine")
app.add_typer(feeds, name="feeds")
app.add_typer(accounts, name="accounts")
app.add_typer(keys, name="keys")
app.add_typer(saved, name="saved")
app.add_typer(alerts, name="alerts")

_USAGE = 2
_INTERRUPTED = 130


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 input rejected or an error, 2 usage."""
    # Libraries warn their developers; users are told what we say.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    for room in ("archive", "indexes", "web"):
        logging.getLogger(room).setLevel(logging.WARNING)
    try:
        code = app(standalone_mode=False)
    except typer.Exit as stop:
        code = stop.exit_code
    except typer.Abort:
        code = _INTERRUPTED
    except KeyboardInterrupt:
        say_error("stopped; what was stored is kept, and the same command goes on from there")
        code = _INTERRUPTED
    except QueryError as error:
        say_error(error.message, error.hint)
        code = _USAGE
    except ArchiveError as error:
        say_error(error.message, error.hint)
        code = REJECTED
    except BrokenPipeError:
        # The reader of a pipe has had enough; nothing is left to be flushed.
        sys.stdout = None
        code = DONE
    except Exception as error:
        if not _is_usage(error):
            raise
        error.show()
        code = _USAGE
    sys.exit(code or DONE)


class _Complaint(Protocol):
    """What the command line parser raises about what was typed."""

    def show(self) -> None:
        """Print it."""


def _is_usage(error: object) -> TypeIs[_Complaint]:
    return hasattr(error, "show") and hasattr(error, "exit_code")
