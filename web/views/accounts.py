"""Pages on which people sign in, and see to their own account."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.types import Account, Key, Scope
from web.views.parts import Box

_DOES = {
    Scope.SAVE: "save searches and collections",
    Scope.EXPORT: "export whole result sets",
    Scope.DECIDE: "decide who is who",
    Scope.ADMINISTER: "administer the archive",
}
# Days that a key holds, as they are offered.
_LASTING = ((30, "30 days"), (90, "90 days"), (365, "a year"), (0, "until it is revoked"))


@dataclass(frozen=True, slots=True)
class SignInPage:
    """sign_in.html; `possible` is False where there is no account yet."""

    then: str
    possible: bool = True
    name: str = ""
    fault: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, as it is listed; `revoke` is where that is asked for."""

    label: str
    begin: str
    does: str
    made: str
    used: str
    until: str
    revoke: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """A scope that a new key may have."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """account.html; a `fault` stands in the `form` that it is about."""

    name: str
    role: str
    since: str
    keys: tuple[KeyRow, ...]
    scopes: tuple[ScopeChoice, ...]
    lasting: tuple[tuple[int, str], ...] = _LASTING
    form: str = ""
    fault: str = ""
    hint: str = ""
    done: str = ""
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class NewKeyPage:
    """new_key.html: the only page that ever shows a key."""

    label: str
    secret: str
    example: str
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """confirm.html: what would be done, and the form that does it."""

    heading: str
    says: tuple[str, ...]
    action: str
    button: str
    back: str
    hidden: tuple[tuple[str, str], ...] = ()
    box: Box = field(default_factory=Box)


def account_page(
    account: Account,
    keys: Sequence[Key],
    *,
    form: str = "",
    fault: str = "",
    hint: str = "",
    done: str = "",
) -> AccountPage:
    """An account as its owner sees it."""
    return AccountPage(
        name=str(account.name),
        role=account.role.value,
        since=f"{account.created:%Y-%m-%d}",
        keys=tuple(key_row(key, f"/account/keys/{key.id}/revoke") for key in keys),
        scopes=tuple(
            ScopeChoice(scope.value, does)
            for scope, does in _DOES.items()
            if account.role.covers(scope.role)
        ),
        form=form,
        fault=fault,
        hint=hint,
        done=done,
    )


def key_row(key: Key, revoke: str) -> KeyRow:
    """A key, as it is listed."""
    return KeyRow(
        label=key.label,
        begin=key.begin,
        does=", ".join(key.scopes),
        made=f"{key.created:%Y-%m-%d}",
        used=f"{key.used:%Y-%m-%d}" if key.used else "never",
        until=f"{key.expires:%Y-%m-%d}" if key.expires else "no end",
        revoke=revoke,
        owner=str(key.account.name),
    )


def revoke_page(key: Key, action: str, back: str) -> ConfirmPage:
    """What revoking a key does."""
    used = f"It was last used on {key.used:%Y-%m-%d}." if key.used else "It was never used."
    return ConfirmPage(
        heading=f"Revoke the key for {key.label}",
        says=(f"Programs that show {key.begin}… are refused from then on. {used}",),
        action=action,
        button="Revoke it",
        back=back,
    )
