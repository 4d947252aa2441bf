"""What the application says of itself (OpenAPI) in; the same as the API keeps it, out.

FastAPI describes every refusal as JSON of its own; here refusals are problem details (RFC 9457),
and a parameter that cannot be used is refused with 400, never with 422.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI

# What an archive of the samples answers: written by docs/write_examples.py.
_EXAMPLES = Path(__file__).parent / "examples.json"
_PROBLEM = "application/problem+json"
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")
_TAGS = {
    "search": "Result sets: hits, counts, lists of facet values, stories, times, what to ask next.",
    "articles": "What the archive holds: texts, versions, names and their evidence, stories.",
    "names": "Actors and places.",
    "saved": "Searches that an account keeps.",
    "collections": "Articles that an account puts aside, with notes.",
    "decisions": "What people decided about actors and places, and who did what.",
    "probes": "Whether the archive runs and can be searched, and what it holds.",
}


def describe(app: FastAPI) -> None:
    """Let an application describe itself so."""
    described_by_fastapi = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _corrected(described_by_fastapi())
        return described_by_fastapi()

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way


def _corrected(description: dict[str, Any]) -> None:
    """Corrects it in place: FastAPI keeps what it returned."""
    components = description["components"]
    for name in _FASTAPIS_OWN:
        components["schemas"].pop(name, None)
    examples = json.loads(_EXAMPLES.read_text("utf-8"))
    for operation in _operations(description):
        operation["responses"].pop("422", None)
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            if int(status) >= 400:
                content[_PROBLEM] = content.pop("application/json")
            elif "application/json" in content and operation["operationId"] in examples:
                content["application/json"]["example"] = examples[operation["operationId"]]
        operation["responses"] = dict(sorted(operation["responses"].items()))
    description["tags"] = [{"name": name, "description": said} for name, said in _TAGS.items()]
    description["security"] = [{}, {"key": []}]
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key of an account."}
    }


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()
