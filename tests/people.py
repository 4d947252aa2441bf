"""People who sign in to the archives of tests."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zipfile import ZipFile

from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx import Response

from archive.core import Archive
from archive.types import Role
from web.app import create_app

PASSWORD = "a few words of some length"


def enrol(archive: Archive, *roles: Role) -> None:
    """An account for each role, named after it, whose password takes the least work to check."""
    archive.accounts.__dict__["_hasher"] = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for role in roles:
        archive.accounts.add(role.value, role, PASSWORD, by="Eve")


def addresses(client: TestClient, method: str) -> list[str]:
    """The paths of all routes that answer a method, as they are written."""

    def walk(routes: Iterable[Any]) -> Iterator[str]:
        for route in routes:
            if inner := getattr(route, "original_router", None):
                yield from walk(inner.routes)
            elif method in (getattr(route, "methods", None) or ()):
                yield route.path

    found = list(walk(client.app.routes))  # type: ignore[attr-defined]
    assert found
    return found


def csrf(client: TestClient, address: str = "/sign-in") -> str:
    """What the forms of a page carry."""
    found = re.search(r'name="csrf" value="([\w-]+)"', client.get(address).text)
    assert found, f"{address} has no form"
    return found[1]


def browser(archive: Archive, **more: object) -> TestClient:
    """Somebody who has not signed in."""
    return TestClient(create_app(archive), **more)  # type: ignore[arg-type]


def signed_in(archive: Archive, name: str, **more: object) -> TestClient:
    """Somebody who has."""
    client = browser(archive, **more)
    answer = sign_in(client, name)
    assert answer.status_code == 303, answer.text
    return client


def sign_in(client: TestClient, name: str, password: str = PASSWORD, then: str = "/") -> Response:
    """What the form to sign in answers."""
    form = {"name": name, "password": password, "then": then, "csrf": csrf(client)}
    return client.post("/sign-in", data=form, follow_redirects=False)


def send(client: TestClient, address: str, form: Mapping[str, str], page: str) -> Response:
    """A form, sent as from a page."""
    return client.post(address, data={**form, "csrf": csrf(client, page)})


def zip_of(answer: Response) -> dict[str, str]:
    """The texts in a zip that was answered, by name."""
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode() for name in packed.namelist()}
