"""Accounts: who may sign in, how long that lasts, what becomes of what visitors saved."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner

from archive.accounts import SIGNED_IN, VISITING, Accounts
from archive.cli.app import app
from archive.errors import InputError, NotFound, StoreError
from archive.store import Store
from archive.types import Role

GOOD = "three words of mine"
START = datetime(2025, 6, 1, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(store_url, clock):
    with Store.open(store_url) as store:
        accounts = Accounts(store, clock)
        # Argon2 at its least work: what is tested is not how long it takes.
        accounts.__dict__["_hasher"] = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        yield accounts


def test_whoever_knows_the_password_is_signed_in(accounts):
    made = accounts.add("Eve Adams", Role.EDITOR, GOOD, by="Adam")
    token = accounts.sign_in("eve  adams".replace("  ", " "), GOOD)
    session = accounts.session(token)
    assert session.account == made
    assert accounts.sign_in("Eve Adams", GOOD + "!") is None
    assert accounts.sign_in("Adam", GOOD) is None
    assert accounts.session("another") is None
    assert accounts.sign_in("Eve Adams", GOOD) != token


def test_a_session_ends_when_it_is_not_used_and_lasts_while_it_is(accounts, clock):
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    token = accounts.sign_in("eve", GOOD)
    for _ in range(3):
        clock.time += SIGNED_IN - timedelta(minutes=1)
        assert accounts.session(token)
    clock.time += SIGNED_IN
    assert accounts.session(token) is None


def test_signing_out_ends_one_session_another_password_ends_all(accounts):
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    first, second, third = (accounts.sign_in("eve", GOOD) for _ in range(3))
    accounts.sign_out(first)
    assert accounts.session(first) is None
    assert accounts.session(second)
    accounts.set_password("eve", GOOD[::-1], by="Adam")
    assert accounts.session(second) is accounts.session(third) is None
    assert accounts.sign_in("eve", GOOD) is None
    assert accounts.sign_in("eve", GOOD[::-1])


def test_a_role_changes_at_once_and_an_account_goes_with_its_sessions(accounts):
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    token = accounts.sign_in("eve", GOOD)
    accounts.set_role("EVE", Role.ADMINISTRATOR, by="Adam")
    assert accounts.session(token).account.role is Role.ADMINISTRATOR
    accounts.remove("eve", by="Adam")
    assert accounts.session(token) is None
    assert accounts.all() == ()
    for change in (accounts.remove, partial(accounts.set_role, role=Role.READER)):
        with pytest.raises(NotFound):
            change("eve", by="Adam")


def test_roles_cover_those_before_them():
    assert [[a.covers(b) for b in Role] for a in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


@pytest.mark.parametrize("password", ["short", "a" * 20, "x" * 300, "the same name"])
def test_passwords_that_are_easily_guessed_or_endless_are_refused(accounts, password):
    with pytest.raises(InputError):
        accounts.add("The Same Name", Role.READER, password, by="Adam")
    assert accounts.all() == ()


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "e" * 61])
def test_names_that_cannot_be_seen_or_are_endless_are_refused(accounts, name):
    with pytest.raises(InputError):
        accounts.add(name, Role.READER, GOOD, by="Adam")


def test_two_accounts_cannot_have_the_same_name_in_other_letters(accounts):
    accounts.add("Ève", Role.READER, GOOD, by="Adam")
    with pytest.raises(InputError, match="already"):
        accounts.add("E\u0300VE", Role.READER, GOOD, by="Adam")


def test_a_visitor_has_an_account_without_a_name_until_they_sign_in(accounts):
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    token, session = accounts.visit()
    visitor = session.account
    assert visitor.name is None
    assert accounts.session(token).account == visitor
    assert [a.name for a in accounts.all()] == ["eve"]
    mine = accounts.sign_in("eve", GOOD, visitor=visitor)
    assert accounts.session(token) is None
    assert accounts.session(mine).account.name == "eve"


def test_visitors_who_cannot_come_back_are_forgotten(accounts, clock):
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    _, gone = accounts.visit()
    clock.time += VISITING
    token, here = accounts.visit()
    accounts.sign_in("eve", GOOD)
    assert accounts.session(token).account == here.account
    # Numbers are not given out again, so nobody finds what another one saved.
    _, later = accounts.visit()
    assert later.account.id > here.account.id > gone.account.id


def test_being_in_use_is_not_noted_while_somebody_else_writes(accounts, clock, store_url):
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    token = accounts.sign_in("eve", GOOD)
    clock.time += timedelta(days=1)
    with Store.open(store_url) as other, other.writing():
        assert accounts.session(token).seen == START
        with pytest.raises(StoreError), other.writing(waits=False):
            pass
    assert accounts.session(token).seen == START
    assert accounts.session(token).seen == clock.time


def test_neither_passwords_nor_tokens_are_kept(accounts, store_url, tmp_path):
    if not store_url.startswith("sqlite"):
        pytest.skip("reads the file")
    accounts.add("eve", Role.READER, GOOD, by="Adam")
    token = accounts.sign_in("eve", GOOD)
    kept = b"".join(p.read_bytes() for p in tmp_path.glob("archive.db*"))
    assert b"$argon2id$" in kept
    assert GOOD.encode() not in kept
    assert token.encode() not in kept


def test_the_command_line_makes_changes_and_removes_accounts(tmp_path):
    def archive(*command, typed=""):
        home = {"ARCHIVE_HOME": str(tmp_path)}
        return CliRunner().invoke(app, ["accounts", *command], env=home, input=typed)

    assert "no account yet" in archive("list").output
    assert archive("add", "Eve", "--role", "editor", typed=f"{GOOD}\n").exit_code == 0
    assert archive("role", "eve", "administrator").exit_code == 0
    assert "administrator" in archive("list").output
    assert isinstance(archive("password", "eve", typed="too short\n").exception, InputError)
    assert archive("password", "eve", typed=f"{GOOD}!\n").exit_code == 0
    assert archive("remove", "eve").exit_code == 0
    assert isinstance(archive("remove", "eve").exception, NotFound)
