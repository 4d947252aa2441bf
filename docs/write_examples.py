"""Writes web/examples.json: for each operation of the API what an archive of the samples answers,
shortened, as the API's description shows it.

`make examples` runs it; a test holds what stands there to the shapes that the API promises.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from archive.core import Archive, open_archive
from archive.settings import Settings
from archive.types import Role, Scope
from web.app import create_app

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "web" / "examples.json"
_SAMPLES = ROOT / "archive" / "samples"
_MOST_ITEMS = 2
_SEARCH = {"q": "ceasefire negotiations"}
_SAVED = {"label": "Ceasefire", "search": {"q": "ceasefire"}}
_ALERT = {"channel": "mail", "target": "desk@paper.example", "pace": "day"}
_COLLECTION = {"name": "Ceasefire", "note": "For the weekend's report."}
_RENAMED = {
    "facet": "place",
    "name": "sudan",
    "kind": "rename",
    "arguments": {"label": "Republic of the Sudan"},
}


def main() -> None:
    """Make an archive, ask it, write down what it said."""
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), workers=1, smtp_host="mail.paper.example")
        with open_archive(settings) as archive:
            archive.ingest([_SAMPLES])
            told = _answers(archive)
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    # Where this clone lies is nobody's business.
    PAGE.write_text(text.replace(f"{ROOT}/", "") + "\n", "utf-8")


def _answers(archive: Archive) -> dict[str, Any]:
    archive.accounts.add("librarian", Role.ADMINISTRATOR, "a password of some words", by="shell")
    _, secret = archive.keys.make("librarian", "examples", list(Scope), by="shell")
    client = TestClient(create_app(archive), headers={"Authorization": f"Bearer {secret}"})
    client.base_url = "http://archive.example"
    hit = client.get("/api/v1/search", params=_SEARCH).json()["hits"][0]
    actor = hit["actors"][0]["value"]
    manifest = client.get("/api/v1/export/manifest", params=_SEARCH).json()
    # In an order in which there is something to be told of each.
    asked: dict[str, tuple[str, Mapping[str, Any]]] = {
        "search": ("/api/v1/search", _SEARCH),
        "facets": ("/api/v1/facets", {**_SEARCH, "name": "place", "size": 2}),
        "timeline": ("/api/v1/timeline", _SEARCH),
        "stories": ("/api/v1/stories", {}),
        "looser": ("/api/v1/looser", {**_SEARCH, "after": "2100"}),
        "suggest": ("/api/v1/suggest", {"q": "sud"}),
        "article": (f"/api/v1/articles/{hit['id']}", {}),
        "versions": (f"/api/v1/articles/{hit['id']}/versions", {}),
        "version": (f"/api/v1/articles/{hit['id']}/versions/1", {}),
        "mentions": (f"/api/v1/articles/{hit['id']}/mentions", {}),
        "evidence": (f"/api/v1/articles/{hit['id']}/evidence", {}),
        "related": (f"/api/v1/articles/{hit['id']}/related", {}),
        "why": (f"/api/v1/articles/{hit['id']}/why", _SEARCH),
        "story": (f"/api/v1/stories/{hit['id']}", {}),
        "changes": ("/api/v1/changes", {"size": 2}),
        "actor": (f"/api/v1/actors/{actor}", {}),
        "place": ("/api/v1/places/sudan", {}),
        "source": (f"/api/v1/sources/{hit['source']}", {}),
        "export_manifest": ("/api/v1/export/manifest", _SEARCH),
        "post_search": ("/api/v1/search", {"json": _SEARCH}),
        "save_search": ("/api/v1/saved", {"json": _SAVED}),
        "saved_searches": ("/api/v1/saved", {}),
        "add_alert": ("/api/v1/saved/1/alerts", {"json": _ALERT}),
        "alerts": ("/api/v1/saved/1/alerts", {}),
        "compare_export": ("/api/v1/export/compare", {"json": manifest}),
        "add_collection": ("/api/v1/collections", {"json": _COLLECTION}),
        "change_collection": ("/api/v1/collections/1", {"put": _COLLECTION}),
        "share_collection": ("/api/v1/collections/1/link", {"put": {}}),
        "collections": ("/api/v1/collections", {}),
        "collection": ("/api/v1/collections/1", {}),
        "decide": ("/api/v1/decisions", {"json": _RENAMED}),
        "decisions": ("/api/v1/decisions", {}),
        "undo_decision": ("/api/v1/decisions/1/undo", {"json": {"dry_run": True}}),
        "audit": ("/api/v1/audit", {}),
        "status": ("/api/v1/status", {}),
        "healthz": ("/healthz", {}),
        "readyz": ("/readyz", {}),
    }
    told = {}
    for name, (address, given) in asked.items():
        if "json" in given:
            answer = client.post(address, json=given["json"])
        elif "put" in given:
            answer = client.put(address, json=given["put"])
        else:
            answer = client.get(address, params=dict(given))
        told[name] = _shortened(answer.raise_for_status().json())
        if name == "add_collection":
            client.put(f"/api/v1/collections/1/articles/{hit['id']}", json={"note": "the first"})
    return told


def _shortened(value: Any) -> Any:
    """Lists with their first items alone."""
    if isinstance(value, list):
        return [_shortened(item) for item in value[:_MOST_ITEMS]]
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    return value


if __name__ == "__main__":
    main()
