"""Writes docs/api.md from the API's own description (OpenAPI): routes, parameters, shapes.

`make docs` runs it; a test compares what it would write with what stands there.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from archive.core import open_archive
from archive.settings import Settings
from web.app import create_app

Shapes: TypeAlias = Mapping[str, Mapping[str, Any]]
PAGE = Path(__file__).parent / "api.md"
_SEARCH = "search"
# Any call may be answered with these: told once.
_ALWAYS = ("401", "403", "429")
_HEAD = """# The JSON API

<!-- Written by docs/write_api.py (make docs). Change the descriptions, not this file. -->
"""
_FOOT = """The description itself, for tools that make clients, is at `/api/v1/openapi.json` of a
running server. Errors are problem details (RFC 9457) with what is wrong (`detail`), what to do
(`hint`) and which parameter, or which part of a body, it is about (`field`).

Programs show a key as `Authorization: Bearer KEY` ([accounts.md](accounts.md)); where reading is
open, reading needs none. Any call may be answered with 401 (a key is needed, or does not hold), 403
(it has not the scope) and 429 (too many requests: `Retry-After` says when to come back).

Each operation has a name, here in parentheses, by which generated clients call it; names stay
(`tests/operations.txt`). Examples of answers are those of an archive of the samples (`make
examples`). Every answer is as described, whatever is asked: `make contract` asks each operation 300
random things, and the tests some. The search page tells the same as the API does: `make agree`
compares 1,000 random searches, and the tests some."""


def page() -> str:
    """The whole page."""
    # Nothing of an archive is opened before something is asked of it.
    description = create_app(open_archive(Settings())).openapi()
    shapes = description["components"]["schemas"]
    lines = [_HEAD, description["info"]["description"], "", _FOOT, ""]
    told = [
        (f"{method.upper()} {path}", operation)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    searched = next(o["parameters"] for _, o in told if o["operationId"] == _SEARCH)
    for title, operation in told:
        lines += _operation(title, operation, shapes, searched)
    lines += ["## Shapes", ""]
    for name, shape in sorted(shapes.items()):
        if "properties" in shape:
            lines += _shape(name, shape, shapes)
    return "\n".join(lines).rstrip() + "\n"


def _operation(
    title: str,
    operation: Mapping[str, Any],
    shapes: Shapes,
    searched: Sequence[Mapping[str, Any]],
) -> Iterator[str]:
    """One operation; the parameters of a search stand with it alone."""
    yield from (f"## {title}", "", f"{operation['summary']} (`{operation['operationId']}`).", "")
    yield from (_line(operation.get("description", "")), "")
    parameters = operation.get("parameters", [])
    if all(shared in parameters for shared in searched) and operation["operationId"] != _SEARCH:
        parameters = [each for each in parameters if each not in searched]
        yield from ("Takes the parameters of a [search](#get-apiv1search).", "")
    if parameters:
        yield from ("| parameter | type | what it is |", "|---|---|---|")
        told = [(p["name"], _type(p["schema"], shapes), _about(p)) for p in parameters]
        # Filters differ by their names alone: one line for all.
        for (kind, about), alike in groupby(told, key=lambda row: row[1:]):
            names = ", ".join(f"`{name}`" for name, _, _ in alike)
            yield f"| {names} | {kind} | {_cell(about)} |"
        yield ""
    if body := operation.get("requestBody"):
        schema = body["content"]["application/json"]["schema"]
        yield from (f"Takes {_type(schema, shapes)}.", "")
    for status, response in operation["responses"].items():
        if status in _ALWAYS:
            continue
        content = response.get("content", {})
        shape = next((c["schema"] for c in content.values() if c.get("schema")), None)
        said = "" if response["description"] == "Successful Response" else response["description"]
        answer = _type(shape, shapes) if shape else ""
        yield f"- **{status}**: {' – '.join(filter(None, (answer, _line(said))))}"
    yield ""


def _about(parameter: Mapping[str, Any]) -> str:
    default = parameter["schema"].get("default")
    return " ".join(
        [
            *(["Required."] if parameter.get("required") else []),
            _line(parameter.get("description", "")),
            *([f"Default: {default}."] if default not in (None, "") else []),
        ]
    )


def _shape(name: str, shape: Mapping[str, Any], shapes: Shapes) -> Iterator[str]:
    yield from (f"### {name}", "", _line(shape.get("description", "")), "")
    yield from ("| field | type | what it is |", "|---|---|---|")
    for field, schema in shape["properties"].items():
        about = _line(schema.get("description", ""))
        for example in schema.get("examples", ())[:1]:
            about += f" Such as `{example}`."
        yield f"| `{field}` | {_type(schema, shapes)} | {_cell(about.strip())} |"
    yield ""


def _type(schema: Mapping[str, Any], shapes: Shapes) -> str:
    """A type in words, shapes as links."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if "properties" not in shapes[name]:
            return _type(shapes[name], shapes)
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(one, shapes) for one in schema[several])
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        if not items:
            return f"[{', '.join(_type(one, shapes) for one in schema.get('prefixItems', ()))}]"
        return f"list of {_type(items, shapes)}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'], shapes)}"
    return str(schema.get("type", "anything"))


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
