"""The pages of administrators."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from archive.jobs import Job
from archive.search.answer import ArticleView, GenerationView, Status
from archive.store.alerts import Alert
from archive.store.feeds import Feed
from archive.store.quarantine import Refused
from archive.types import Account, Act, Key, Role, Tombstone
from web.views.accounts import ConfirmPage, KeyRow, key_row
from web.views.alerting import AlertRow, alert_row
from web.views.parts import Box, Link

ROOT = "/administration"
AUDIT_PAGE = 100
_TABS = (
    ("Overview", ""),
    ("Accounts", "/accounts"),
    ("Feeds", "/feeds"),
    ("Alerts", "/alerts"),
    ("Quarantine", "/quarantine"),
    ("Generations", "/generations"),
    ("Takedown", "/takedowns"),
    ("Audit log", "/audit"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all these pages have: the way to the others, a fault of a form, a command at work."""

    tabs: tuple[Link, ...]
    fault: str = ""
    hint: str = ""
    job: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing to know at a glance; `warns` if somebody should look."""

    label: str
    value: str
    note: str
    href: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class ActRow:
    """A line of the audit log."""

    at: str
    by: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """administration/overview.html"""

    frame: Frame
    figures: tuple[Figure, ...]
    acts: tuple[ActRow, ...]
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account, as it is listed."""

    name: str
    role: str
    since: str
    keys: int
    href: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """administration/accounts.html"""

    frame: Frame
    rows: tuple[AccountRow, ...]
    roles: tuple[str, ...]
    name: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class OneAccountPage:
    """administration/account.html; one's own has no forms."""

    frame: Frame
    account: AccountRow
    roles: tuple[str, ...]
    keys: tuple[KeyRow, ...]
    remove: str
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed; `remove` is where that is asked for."""

    url: str
    every: str
    polled: str
    due: str
    state: str
    is_well: bool
    remove: str


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """administration/feeds.html"""

    frame: Frame
    rows: tuple[FeedRow, ...]
    url: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class ToldRow:
    """Whom an alert tells what; `end` is where ending it is asked for, `restart` what restarts one
    that was stopped.
    """

    account: str
    label: str
    alert: AlertRow
    is_well: bool
    end: str
    restart: str


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """administration/alerts.html"""

    frame: Frame
    rows: tuple[ToldRow, ...]
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Something that was refused."""

    origin: str
    where: str
    reason: str
    hint: str
    tries: int
    last: str


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """administration/quarantine.html"""

    frame: Frame
    rows: tuple[RefusedRow, ...]
    total: int
    more: str
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class TakedownRow:
    """An article that was taken down; `barred` while it may not come in again."""

    id: str
    at: str
    by: str
    reason: str
    state: str
    barred: bool


@dataclass(frozen=True, slots=True)
class TakedownsPage:
    """administration/takedowns.html"""

    frame: Frame
    rows: tuple[TakedownRow, ...]
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """A generation; `back` is where going back to it is asked for, "" for the one that answers."""

    name: str
    made: str
    articles: int
    passages: int
    model: str
    state: str
    is_well: bool
    current: bool
    back: str


@dataclass(frozen=True, slots=True)
class GenerationsPage:
    """administration/generations.html"""

    frame: Frame
    rows: tuple[GenerationRow, ...]
    behind: int
    verified: bool
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """administration/audit.html"""

    frame: Frame
    rows: tuple[ActRow, ...]
    kinds: tuple[str, ...]
    by: str
    what: str
    older: str
    box: Box = field(default_factory=Box)


def frame(at: str, *, job: Job | None = None, fault: str = "", hint: str = "") -> Frame:
    """The frame of one of the pages."""
    told = ""
    if job is not None and job.code is None:
        told = f"At work: {job.name}. Open this page again to see what came of it."
    elif job is not None and job.code:
        told = f"Not all went well: {job.name}. The file jobs.log in the archive's home says more."
    tabs = tuple(Link(label, ROOT + path, current=path == at) for label, path in _TABS)
    return Frame(tabs, fault=fault[:1].upper() + fault[1:], hint=hint, job=told)


def overview_page(
    status: Status,
    *,
    feeds: Sequence[Feed],
    alerts: Sequence[Alert],
    refused: int,
    accounts: Sequence[Account],
    acts: Sequence[Act],
    job: Job | None,
) -> OverviewPage:
    """The state of the archive at a glance."""
    failing, untold = (sum(1 for one in several if one.fault) for several in (feeds, alerts))
    behind = f"{status.behind:,} changes not yet in it" if status.behind else "up to date"
    return OverviewPage(
        frame=frame("", job=job),
        figures=(
            Figure("Articles", f"{status.articles:,}", f"{status.sources:,} sources", "/about"),
            Figure(
                "Index",
                "cannot be used" if status.fault else "answers",
                status.fault or behind,
                f"{ROOT}/generations",
                warns=bool(status.fault),
            ),
            Figure(
                "Feeds",
                f"{len(feeds):,}",
                f"{failing:,} with a fault" if failing else "all well",
                f"{ROOT}/feeds",
                warns=failing > 0,
            ),
            Figure(
                "Alerts",
                f"{len(alerts):,}",
                f"{untold:,} with a fault" if untold else "all well",
                f"{ROOT}/alerts",
                warns=untold > 0,
            ),
            Figure(
                "Quarantine",
                f"{refused:,}",
                "refused, kept with the reason" if refused else "nothing was refused",
                f"{ROOT}/quarantine",
                warns=refused > 0,
            ),
            Figure("Accounts", f"{len(accounts):,}", _roles_of(accounts), f"{ROOT}/accounts"),
        ),
        acts=tuple(map(_act, acts)),
    )


def accounts_page(
    accounts: Sequence[Account],
    keys: Sequence[Key],
    who: Account,
    *,
    name: str = "",
    fault: str = "",
    hint: str = "",
) -> AccountsPage:
    """All accounts, and the form for one more."""
    return AccountsPage(
        frame=frame("/accounts", fault=fault, hint=hint),
        rows=tuple(_account(account, keys, who) for account in accounts),
        roles=tuple(Role),
        name=name,
    )


def one_account_page(
    account: Account, keys: Sequence[Key], who: Account, *, fault: str = "", hint: str = ""
) -> OneAccountPage:
    """An account: role, password, keys."""
    return OneAccountPage(
        frame=frame("/accounts", fault=fault, hint=hint),
        account=_account(account, keys, who),
        roles=tuple(Role),
        keys=tuple(
            key_row(key, f"{ROOT}/keys/{key.id}/revoke")
            for key in keys
            if key.account.id == account.id
        ),
        remove=f"{ROOT}/accounts/remove?" + urlencode({"name": str(account.name)}),
    )


def remove_account_page(account: Account) -> ConfirmPage:
    """What removing an account does."""
    return ConfirmPage(
        heading=f"Remove the account {account.name}",
        says=(
            "What it saved and its keys go with it, and it is signed out at once.",
            "What it decided stays, under its name.",
        ),
        action=f"{ROOT}/accounts/remove",
        button="Remove it",
        back=account_address(str(account.name)),
        hidden=(("name", str(account.name)),),
    )


def account_address(name: str) -> str:
    """Where an account is administered."""
    return f"{ROOT}/account?" + urlencode({"name": name})


def feeds_page(
    feeds: Sequence[Feed], *, job: Job | None, url: str = "", fault: str = "", hint: str = ""
) -> FeedsPage:
    """The feeds that are followed, and the form for one more."""
    return FeedsPage(
        frame=frame("/feeds", job=job, fault=fault, hint=hint),
        rows=tuple(
            FeedRow(
                url=feed.url,
                every=f"{feed.minutes:,} min",
                polled=_at(feed.polled) if feed.polled else "never",
                due="never" if feed.gone else _at(feed.due),
                state=feed.fault or "well",
                is_well=not feed.fault,
                remove=f"{ROOT}/feeds/remove?" + urlencode({"url": feed.url}),
            )
            for feed in feeds
        ),
        url=url,
    )


def remove_feed_page(url: str) -> ConfirmPage:
    """What following a feed no more does."""
    return ConfirmPage(
        heading="Follow this feed no more",
        says=(url, "Its articles stay."),
        action=f"{ROOT}/feeds/remove",
        button="Follow it no more",
        back=f"{ROOT}/feeds",
        hidden=(("url", url),),
    )


def alerts_page(alerts: Sequence[Alert], accounts: Sequence[Account]) -> AlertsPage:
    """All alerts: those that were stopped first, then those that fail."""
    names = {account.id: str(account.name) for account in accounts}
    return AlertsPage(
        frame=frame("/alerts"),
        rows=tuple(
            ToldRow(
                account=names.get(alert.saved.account, "nobody"),
                label=alert.saved.label,
                alert=alert_row(alert),
                is_well=not alert.fault,
                end=f"{ROOT}/alerts/{alert.id}/end",
                restart=f"{ROOT}/alerts/{alert.id}/restart" if alert.stopped else "",
            )
            for alert in sorted(alerts, key=lambda a: (not a.stopped, a.fault is None, a.id))
        ),
    )


def end_alert_page(alert: Alert) -> ConfirmPage:
    """What ending an alert does."""
    return ConfirmPage(
        heading="End this alert",
        says=(
            f"“{alert.saved.label}”, by {alert_row(alert).to}",
            "What it has yet to tell is not told. The saved search stays.",
        ),
        action=f"{ROOT}/alerts/{alert.id}/end",
        button="End it",
        back=f"{ROOT}/alerts",
    )


def quarantine_page(
    refused: Sequence[Refused], total: int, *, more: bool, job: Job | None, fault: str = ""
) -> QuarantinePage:
    """What was refused, in the order of origins."""
    last = refused[-1].error.origin if refused and more else ""
    return QuarantinePage(
        frame=frame("/quarantine", job=job, fault=fault),
        rows=tuple(
            RefusedRow(
                origin=item.error.origin,
                where=item.error.where,
                reason=item.error.reason,
                hint=item.error.hint,
                tries=item.attempts,
                last=_at(item.last_at),
            )
            for item in refused
        ),
        total=total,
        more=f"{ROOT}/quarantine?" + urlencode({"after": last}) if last else "",
    )


def generations_page(
    generations: Sequence[GenerationView], *, behind: int, verified: bool
) -> GenerationsPage:
    """The generations that are kept, newest first."""
    return GenerationsPage(
        frame=frame("/generations"),
        rows=tuple(
            GenerationRow(
                name=kept.name,
                made=(kept.created or "")[:16].replace("T", " "),
                articles=kept.articles,
                passages=kept.passages,
                model=kept.model,
                state="; ".join(kept.faults) or ("whole" if verified else "not verified now"),
                is_well=not kept.faults,
                current=kept.current,
                back="" if kept.current else f"{ROOT}/generations/{kept.name}/back",
            )
            for kept in generations
        ),
        behind=behind,
        verified=verified,
    )


def go_back_page(kept: GenerationView) -> ConfirmPage:
    """What going back to a generation does."""
    return ConfirmPage(
        heading=f"Go back to {kept.name}",
        says=(
            f"It answers with {kept.articles:,} articles from the next search on.",
            "What was taken in since is found again after the next ingest or rebuild.",
        ),
        action=f"{ROOT}/generations/{kept.name}/back",
        button="Go back to it",
        back=f"{ROOT}/generations",
    )


def takedowns_page(stones: Sequence[Tombstone], *, job: Job | None) -> TakedownsPage:
    """What was taken down, the newest first."""
    return TakedownsPage(
        frame=frame("/takedowns", job=job),
        rows=tuple(
            TakedownRow(
                id=stone.id,
                at=_at(stone.at),
                by=stone.by,
                reason=stone.reason,
                state="may come in again"
                if stone.lifted_at
                else "gone everywhere"
                if stone.purged
                else "gone from the record; the index is being cleared",
                barred=stone.lifted_at is None,
            )
            for stone in stones
        ),
    )


def take_down_page(view: ArticleView, reason: str) -> ConfirmPage:
    """What taking an article down does."""
    record = view.record
    copies = len(view.copies)
    stay = f"{copies} copies of its text are articles of their own, and stay."
    return ConfirmPage(
        heading="Take this article down",
        says=(
            f"{record.article.title} ({record.article.source or 'no source'}, {record.id})",
            "All its versions, raw input, names, passages and vectors go. This cannot be undone.",
            *([stay] if copies else []),
        ),
        action=f"{ROOT}/takedowns",
        button="Take it down",
        back=f"{ROOT}/takedowns",
        hidden=(("article", record.id), ("reason", reason)),
    )


def audit_page(acts: Sequence[Act], kinds: Sequence[str], *, by: str, what: str) -> AuditPage:
    """Part of the audit log, the newest first."""
    older = ""
    if len(acts) == AUDIT_PAGE:
        asked = {"by": by, "what": what, "before": acts[-1].seq}
        older = f"{ROOT}/audit?" + urlencode({k: v for k, v in asked.items() if v})
    return AuditPage(
        frame=frame("/audit"),
        rows=tuple(map(_act, acts)),
        kinds=tuple(kinds),
        by=by,
        what=what,
        older=older,
    )


def _act(act: Act) -> ActRow:
    return ActRow(_at(act.at), act.by, act.what, act.about)


def _account(account: Account, keys: Sequence[Key], who: Account) -> AccountRow:
    return AccountRow(
        name=str(account.name),
        role=account.role.value,
        since=f"{account.created:%Y-%m-%d}",
        keys=sum(key.account.id == account.id for key in keys),
        href=account_address(str(account.name)),
        is_own=account.id == who.id,
    )


def _roles_of(accounts: Sequence[Account]) -> str:
    counts = [(role, sum(account.role is role for account in accounts)) for role in Role]
    return ", ".join(f"{n:,} {role}{'s' if n != 1 else ''}" for role, n in counts if n)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
