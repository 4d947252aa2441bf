"""Holds every operation of the API to its description: random requests, good and bad, for an
archive of its own with an administrator's key, so that nothing is out of reach.

`make contract` asks longer than the tests do: python -m tests.contract --examples 300
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from archive.core import Archive, open_archive
from archive.embed import load_embedder
from archive.query.request import SearchRequest
from archive.settings import Settings
from archive.types import Role, Scope
from tests.archives import store_invented
from tests.people import enrol
from web.app import create_app

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
# What finds something to do; of random words nobody is called so.
_BODIES: Mapping[str, dict[str, Any]] = {
    "decide": {
        "facet": "actor",
        "name": "ada-marsh",
        "kind": "rename",
        "arguments": {"label": "Dame Ada"},
    },
    "undo_decision": {"dry_run": False},
    "compare_export": {
        "asked": {"q": "harbour"},
        "today": "2024-06-30",
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # of none
        "ids": [],
    },
    "add_alert": {"channel": "mail", "target": "news@paper.example"},
}
_NAMED = {
    "actor": ("ada-marsh", "Bruno Keller"),
    "place": ("norland", "Northport"),
    "source": ("Harbour Wire",),
}
_KEPT = 5  # saved searches, each with an alert, and collections
# Decisions bring the index up to date: a few of them tell as much as many.
_SLOW = {"decide": 0.3, "undo_decision": 0.3}


@contextmanager
def administered(home: Path, models: Path) -> Iterator[tuple[Archive, str]]:
    """A small archive, and a key to all of it that may ask as often as it likes."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models, target_is_directory=True)
    with open_archive(Settings(home=home, key_limit="", smtp_host="mail.example")) as archive:
        store_invented(archive, 12)
        enrol(archive, Role.ADMINISTRATOR)
        _, secret = archive.keys.make("administrator", "contract", list(Scope), by="Eve")
        yield archive, secret


def held(archive: Archive, secret: str, *, examples: int) -> Mapping[str, set[int]]:
    """Asks each operation so often, and raises what schemathesis finds; returns with which statuses
    each answered.
    """
    schemathesis.checks.load_all_checks()
    checks = [schemathesis.checks.CHECKS.get_one(name) for name in CHECKS]
    app, headers = create_app(archive), {"Authorization": f"Bearer {secret}"}
    client = TestClient(app, headers=headers)
    for at in range(1, _KEPT + 1):
        saved = {"label": f"{at}", "search": {"q": "harbour"}}
        client.post("/api/v1/saved", json=saved).raise_for_status()
        alert = {"channel": "mail", "target": "desk@paper.example"}
        client.post(f"/api/v1/saved/{at}/alerts", json=alert).raise_for_status()
        client.post("/api/v1/collections", json={"name": f"{at}"}).raise_for_status()
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    answered: dict[str, set[int]] = defaultdict(set)
    operations = [found.ok() for found in schema.get_all_operations()]
    # What was removed can be asked about no more: that comes last, the parts before the whole.
    operations.sort(key=lambda each: -len(each.path) if each.method == "delete" else -1_000)
    for operation in operations:
        name = operation.definition.raw["operationId"]

        def answers(case: Any, statuses: set[int]) -> None:
            response = case.call(headers=headers)
            statuses.add(response.status_code)
            case.validate_response(response, checks=checks, headers=headers)

        asked = settings(
            max_examples=max(5, round(examples * _SLOW.get(name, 1))),
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        cases = _cases(operation, _known(archive))
        seed(6)(asked(given(cases, st.just(answered[name]))(answers)))()
    return answered


def _cases(operation: Any, known: list[dict[str, Any]]) -> st.SearchStrategy[Any]:
    """Requests as described, about anything and about what is there, and some that are not."""
    names = {parameter.name for parameter in operation.path_parameters}
    about = [{name: each[name] for name in names & each.keys()} for each in known]
    if {"saved", "collections"} & set(operation.definition.raw["tags"]):
        kept = [known[0] | {"id": at, "alert": at} for at in range(1, _KEPT + 1)]
        about = [{name: each[name] for name in names & each.keys()} for each in kept]
    if named := _NAMED.get(operation.definition.raw["operationId"]):
        about = [{"value": value} for value in named]
    given = _BODIES.get(operation.definition.raw["operationId"])
    body = {"body": given} if given else {}
    there = st.sampled_from(about).flatmap(
        lambda each: operation.as_strategy(path_parameters=each, **body)
    )
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return there | operation.as_strategy() | bad


def _known(archive: Archive) -> list[dict[str, Any]]:
    hits = archive.search(SearchRequest(size=3)).hits
    return [
        {"id": hit.id, "article": hit.id, "version": 1, "number": at}
        for at, hit in enumerate(hits, start=1)
    ]


def main() -> None:
    """Asks, and prints what was answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=300)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        load_embedder("all-MiniLM-L6-v2", models)
        with administered(Path(folder) / "home", models) as (archive, secret):
            for name, statuses in held(archive, secret, examples=options.examples).items():
                print(name, *sorted(statuses))


if __name__ == "__main__":
    main()
