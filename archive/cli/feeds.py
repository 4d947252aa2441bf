"""`archive feeds …` and `archive watch`: what is followed, and following it."""

import signal
import threading
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from archive.cli.console import DONE, err, out, print_json, progress_bars, user
from archive.cli.ingest import report_on
from archive.core import open_archive

feeds = typer.Typer(
    help="Feeds, news sitemaps and JSON feeds that the archive follows.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Url = Annotated[str, typer.Argument(help="Address of the feed.", show_default=False)]
_LONGEST_SLEEP = 60.0  # seconds: a feed that another process added is seen by then


@feeds.command()
def add(
    url: _Url,
    every: Annotated[int, typer.Option(help="Minutes between two polls.", min=1)] = 30,
) -> None:
    """Follow a feed: its first poll is due at once."""
    with open_archive() as archive:
        archive.follow(url, minutes=every, by=user())
    out.print(
        f"follows {escape(url)} every {every} minutes; run: archive feeds poll, or archive watch"
    )


@feeds.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List the feeds that are followed, with what went wrong with each."""
    with open_archive() as archive:
        followed = archive.store.feeds()
    if as_json:
        print_json(
            [
                {
                    "url": feed.url,
                    "minutes": feed.minutes,
                    "polled": feed.polled.isoformat(timespec="seconds") if feed.polled else None,
                    "due": feed.due.isoformat(timespec="seconds"),
                    "failures": feed.failures,
                    "fault": feed.fault,
                    "gone": feed.gone,
                }
                for feed in followed
            ]
        )
        return
    table = Table("feed", "every", "last asked", "next", "state", box=None)
    for feed in followed:
        table.add_row(
            escape(feed.url),
            f"{feed.minutes} min",
            f"{feed.polled:%Y-%m-%d %H:%M}" if feed.polled else "never",
            "never" if feed.gone else f"{feed.due:%Y-%m-%d %H:%M}",
            escape(feed.fault or "fine"),
        )
    out.print(table if followed else "no feed is followed; archive feeds add URL follows one")


@feeds.command()
def remove(url: _Url) -> None:
    """Follow a feed no more. Its articles stay."""
    with open_archive() as archive:
        archive.unfollow(url, by=user())
    out.print(f"no longer follows {escape(url)}")


@feeds.command()
def poll(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are not due yet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> int:
    """Ask the feeds that are due, and take in the pages that are new."""
    with open_archive() as archive, progress_bars() as progress:
        report = archive.poll(due_only=not all_, progress=progress)
    return report_on(report, as_json=as_json)


def watch() -> int:
    """Follow the feeds, and send alerts: poll each feed when it is due, until stopped (Ctrl-C or
    SIGTERM).

    A feed that fails is asked less and less often, at least once a day.
    """
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with open_archive() as archive:
            while not stop.is_set():
                report = archive.poll()
                if report.added or report.updated:
                    out.print(f"{report.added:,} added, {report.updated:,} updated")
                for fault in report.rejected:
                    err.print(f"[red]rejected[/] {escape(str(fault))}")
                for unsent in archive.alerts.run().faults:
                    err.print(f"[red]not sent[/] {escape(unsent)}")
                now = datetime.now(UTC)
                due = [feed.due for feed in archive.store.feeds() if not feed.gone]
                wait = min(((at - now).total_seconds() for at in due), default=_LONGEST_SLEEP)
                stop.wait(min(max(wait, 1.0), _LONGEST_SLEEP))
    finally:
        signal.signal(signal.SIGTERM, before)
    return DONE
