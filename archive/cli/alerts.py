"""`archive alerts …`: who is told what is new to saved searches, and telling them."""

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from archive.cli.console import DONE, REJECTED, err, out, print_json, user
from archive.core import open_archive
from archive.errors import InputError
from archive.types import Channel, Pace

if TYPE_CHECKING:
    from archive.alerts import AlertsReport
    from archive.store.alerts import Alert

alerts = typer.Typer(
    help="Who is told by mail or webhook what is new to saved searches.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
_Number = Annotated[int, typer.Argument(help="Number of an alert.", show_default=False)]
_AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@alerts.command()
def add(
    saved: Annotated[int, typer.Argument(help="Number of a saved search.", show_default=False)],
    mail: Annotated[str | None, typer.Option(help="Address to send mails to.")] = None,
    webhook: Annotated[str | None, typer.Option(help="Address to send JSON to.")] = None,
    every: Annotated[Pace, typer.Option(help="How often at most.")] = Pace.DAY,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say only how often it would have something to tell.")
    ] = False,
) -> None:
    """Tell somebody what is new to a saved search (`archive saved list` has their numbers).

    Of a webhook the secret that signs what it is sent is printed, once.
    """
    if dry_run is False and (mail is None) == (webhook is None):
        raise InputError("say who is to be told: --mail ADDRESS or --webhook ADDRESS")
    with open_archive() as archive:
        search = archive.saved.find(saved)
        rate = archive.alerts.rate(search.request)
        err.print(
            f"{escape(search.label)}: in the last three months it would have told of {rate}, "
            "by dates of publication, copies as one"
        )
        if dry_run:
            return
        channel = Channel.MAIL if mail is not None else Channel.WEBHOOK
        made = archive.alerts.add(
            search, channel, mail or webhook or "", every, by=user(), confirmed=True
        )
    err.print(f"alert {made.id} begins now; archive alerts run, or archive watch, sends it")
    if made.channel is Channel.WEBHOOK:
        err.print("what it is sent is signed with this; nothing tells it again:")
        out.print(made.secret, markup=False)


@alerts.command("list")
def list_(as_json: _AsJson = False) -> None:
    """List the alerts, with what went wrong with each."""
    with open_archive() as archive:
        known = archive.alerts.all()
    if as_json:
        print_json([_told(alert) for alert in known])
        return
    table = Table("no.", "search", "by", "to", "at most", "last looked", "state", box=None)
    for alert in known:
        told = _told(alert)
        table.add_row(
            str(alert.id),
            f"{alert.saved.id} {escape(alert.saved.label)}",
            alert.channel,
            escape(told["to"]),
            alert.pace if alert.pace is Pace.AT_ONCE else f"every {alert.pace}",
            f"{alert.looked:%Y-%m-%d %H:%M}" if alert.looked else "never",
            escape(told["state"]),
        )
    out.print(table if known else "nobody is told anything; archive alerts add does it")


@alerts.command()
def remove(number: _Number) -> None:
    """End an alert. What it has yet to tell is not told."""
    with open_archive() as archive:
        archive.alerts.remove(archive.alerts.get(number), by=user())
    out.print(f"alert {number} has ended")


@alerts.command()
def restart(number: _Number) -> None:
    """Let an alert that was stopped go on: what was given up is tried again."""
    with open_archive() as archive:
        archive.alerts.restart(archive.alerts.get(number), by=user())
    out.print(f"alert {number} goes on")


@alerts.command()
def run(
    every: Annotated[
        float | None,
        typer.Option(help="Again every so many minutes, until stopped (Ctrl-C or SIGTERM).", min=0),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> int:
    """Look what is new to the searches whose alerts are due, and send it.

    What cannot be sent is tried again later and later, ten times in three days; then its alert is
    stopped. Several may run at once.
    """
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with open_archive() as archive:
            while True:
                report = archive.alerts.run()
                _report_on(report, as_json=as_json)
                if every is None or stop.wait(every * 60):
                    break
    finally:
        signal.signal(signal.SIGTERM, before)
    return REJECTED if report.faults and every is None else DONE


def _report_on(report: "AlertsReport", *, as_json: bool) -> None:
    if as_json:
        from archive.search.wire import plain

        print_json(plain(report))
        return
    out.print(f"{report.looked:,} looked at, {report.sent:,} sent")
    for fault in report.faults:
        err.print(f"[red]not sent[/] {escape(fault)}")


def _told(alert: "Alert") -> dict[str, str]:
    from archive.sending import told_target

    if alert.stopped:
        state = f"stopped: {alert.fault}"
    elif not alert.confirmed:
        state = "waits to be confirmed"
    else:
        state = alert.fault or "fine"
    return {
        "id": str(alert.id),
        "search": alert.saved.label,
        "by": alert.channel.value,
        "to": told_target(alert),
        "every": alert.pace.value,
        "looked": alert.looked.isoformat(timespec="seconds") if alert.looked else "",
        "state": state,
    }
