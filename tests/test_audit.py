"""The audit log: who did what when."""

import json

import pytest
from typer.testing import CliRunner

from archive.accounts import Accounts
from archive.cli.app import app
from archive.errors import InputError, NotFound
from archive.keys import Keys
from archive.store import Store
from archive.types import Role, Scope
from tests.archives import store_invented
from tests.people import PASSWORD


def acts(store, **asked):
    with store.audit() as log:
        return [(a.by, a.what, a.about) for a in reversed(log.acts(size=100, **asked))]


def test_what_was_done_to_accounts_and_keys_is_told_in_order_and_without_secrets(store_url):
    with Store.open(store_url) as store:
        accounts, keys = Accounts(store), Keys(store)
        accounts.add("Eve", Role.EDITOR, PASSWORD, by="Adam")
        accounts.sign_in("eve", PASSWORD)
        accounts.sign_in("eve", "not it, no")
        accounts.sign_in("my own password", "eve")
        key, secret = keys.make("eve", "script", [Scope.EXPORT], by="Eve")
        keys.revoke(key.id, by="Adam")
        assert keys.of(secret) is None
        accounts.set_role("Eve", Role.READER, by="Adam")
        accounts.set_password("Eve", PASSWORD[::-1], by="Adam")
        accounts.remove("Eve", by="Adam")
        told = acts(store)
        assert told == [
            ("Adam", "added an account", "Eve (editor)"),
            ("Eve", "signed in", ""),
            ("somebody", "gave a wrong password", "Eve"),
            ("somebody", "gave a wrong password", "an unknown name"),
            ("Eve", "made a key", "1 of Eve for script: read, export"),
            ("Adam", "revoked a key", "1 of Eve for script: read, export"),
            ("Adam", "changed a role", "Eve: reader"),
            ("Adam", "changed a password", "Eve"),
            ("Adam", "removed an account", "Eve"),
        ]
        assert acts(store, what="signed in") == told[1:2]
        assert acts(store, by="Eve", before=3) == told[1:2]


def test_what_was_not_done_is_not_told(store_url):
    with Store.open(store_url) as store:
        accounts = Accounts(store)
        with pytest.raises(NotFound):
            accounts.set_role("nobody", Role.READER, by="Adam")
        with pytest.raises(InputError):
            accounts.add("Eve", Role.READER, "short", by="Adam")
        assert acts(store) == []


def test_feeds_quarantine_generations_and_decisions_are_told(archive):
    store_invented(archive, 12)
    archive.follow("https://1.1.1.1/feed", minutes=30, by="Eve")
    archive.unfollow("https://1.1.1.1/feed", by="Eve")
    archive.retry(by="Eve")
    archive.decide([archive.proposed("actor", "ada-marsh", "rename", {"label": "A."}, by="Eve")])
    archive.roll_back(archive.generations()[-1].name, by="Eve")
    archive.prune(keep=1, by="Eve")
    assert [a.what for a in reversed(archive.audit(size=9))] == [
        "followed a feed",
        "unfollowed a feed",
        "tried the quarantine again",
        "decided",
        "went back to a generation",
        "deleted generations",
    ]
    home = {"ARCHIVE_HOME": str(archive.settings.home)}
    said = CliRunner().invoke(app, ["audit", "--json", "--what", "decided"], env=home)
    assert json.loads(said.stdout)[0]["about"] == "rename ada-marsh label A."
