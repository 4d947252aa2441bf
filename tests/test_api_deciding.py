"""Deciding and auditing over the API, by key."""

import pytest

from archive.core import open_archive
from archive.types import Role, Scope
from tests.archives import settings_in, store_invented
from tests.people import browser, enrol
from web.schemas import AuditBody, DecidedBody, DecisionsBody

DECISIONS = "/api/v1/decisions"


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("decided"), models)) as archive:
        store_invented(archive, 12)
        enrol(archive, Role.ADMINISTRATOR)
        yield archive


@pytest.fixture
def client(archive):
    _, secret = archive.keys.make(
        "administrator", "test", [Scope.DECIDE, Scope.ADMINISTER], by="Eve"
    )
    client = browser(archive, headers={"Authorization": f"Bearer {secret}"})
    yield client
    archive.keys.revoke(archive.keys.of(secret).id, by="Eve")


def test_a_decision_is_weighed_made_listed_and_undone(archive, client):
    asked = {"facet": "actor", "name": "Ada Marsh", "kind": "rename"}
    asked["arguments"] = {"label": "Dame Ada"}
    weighed = client.post(DECISIONS, json=asked | {"dry_run": True}).json()
    DecidedBody.model_validate(weighed)
    assert weighed["articles"] > 0
    assert client.get(DECISIONS).json() == {"decisions": [], "total": 0}

    assert client.post(DECISIONS, json=asked).json() == weighed | {"dry_run": False}
    assert archive.named("actor", "ada-marsh").label == "Dame Ada"
    listed = client.get(DECISIONS).json()
    DecisionsBody.model_validate(listed)
    (made,) = listed["decisions"]
    assert (made["by"], made["kind"]) == ("administrator", "rename")

    assert client.post(f"{DECISIONS}/{made['seq']}/undo", json={}).status_code == 200
    assert archive.named("actor", "ada-marsh").label == "Ada Marsh"
    assert client.get(f"{DECISIONS}?before={made['seq'] + 1}").json()["total"] == 1
    again = client.post(f"{DECISIONS}/{made['seq']}/undo", json={})
    assert again.status_code == 400
    assert "undone already" in again.json()["detail"]

    acts = client.get("/api/v1/audit?what=decided").json()
    AuditBody.model_validate(acts)
    assert [a["about"].split()[0] for a in acts["acts"]] == ["undo", "rename"]


def test_places_are_decided_on_like_actors(archive, client):
    asked = {"facet": "place", "name": "Eastville", "kind": "merge"}
    asked["arguments"] = {"into": "Northport"}
    before = client.get("/api/v1/places/northport.norland").json()
    (done,) = [
        c
        for c in client.post(DECISIONS, json=asked).json()["counts"]
        if (c["facet"], c["value"]) == ("place", "northport.norland")
    ]
    assert done["before"] == before["articles"]
    asked |= {"name": "Northport", "kind": "wikidata", "arguments": {"id": "Q64"}}
    assert client.post(DECISIONS, json=asked).status_code == 200
    place = client.get("/api/v1/places/Eastville").json()
    assert (place["value"], place["wikidata"]) == ("northport.norland", "Q64")
    assert place["articles"] == done["after"]
    for _ in range(2):
        log = client.get(DECISIONS).json()["decisions"]
        standing = next(d for d in log if d["undone_by"] is None and d["kind"] != "undo")
        client.post(f"{DECISIONS}/{standing['seq']}/undo", json={})
    assert client.get("/api/v1/places/northport.norland").json() == before


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "Nobody At All"}, 404),
        ({"kind": "merge"}, 400),
        ({"kind": "marry"}, 400),
        ({"facet": "place"}, 404),
        ({"more": 1}, 400),
    ],
)
def test_what_cannot_be_decided_is_a_problem_in_words(archive, client, change, status):
    asked = {"facet": "actor", "name": "Ada Marsh", "kind": "hide"} | change
    before = len(archive.store.decisions())
    answer = client.post(DECISIONS, json=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(archive.store.decisions()) == before


def test_the_description_says_which_calls_take_a_key(client):
    description = client.get("/api/v1/openapi.json").json()
    assert description["security"] == [{}, {"key": []}]
    assert description["paths"][DECISIONS]["post"]["security"] == [{"key": ["decide"]}]
    for operations in description["paths"].values():
        for operation in operations.values():
            assert {"401", "403", "429"} <= set(operation["responses"])


def test_a_country_is_decided_on_as_a_place(client):
    asked = {"facet": "place", "name": "norland", "kind": "rename", "dry_run": True}
    weighed = client.post(DECISIONS, json=asked | {"arguments": {"label": "The Norlands"}})
    assert weighed.status_code == 200
