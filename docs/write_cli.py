"""Writes docs/cli.md: every command and every setting, from their own help texts.

`make docs` runs it; a test compares what it would write with what stands there.
"""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from archive.cli.app import app
from archive.settings import Settings

PAGE = Path(__file__).parent / "cli.md"


def page() -> str:
    """The whole page."""
    root: Any = typer.main.get_command(app)
    lines = [
        "# The command line and its settings",
        "",
        "<!-- Written by docs/write_cli.py (make docs). Change the help texts, not this file. -->",
        "",
        root.help,
        "",
        root.epilog,
        "",
        *_commands("archive", root),
        "## Settings",
        "",
        "Each is an environment variable, and every command obeys it.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
        *_settings(),
    ]
    return "\n".join(lines) + "\n"


def _commands(path: str, group: Any) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from (f"## {path} {name}", "", command.help, "")
            yield from _commands(f"{path} {name}", command)
        else:
            yield from _command(f"{path} {name}", command)


def _command(path: str, command: Any) -> Iterator[str]:
    shown = [p for p in command.params if not p.hidden and p.name != "help"]
    arguments = [_argument(p) for p in shown if p.param_type_name == "argument"]
    options = ["[OPTIONS]"] if len(arguments) < len(shown) else []
    yield from (f"## {path}", "", "```", " ".join([path, *arguments, *options]), "```", "")
    yield from ((command.help or "").strip(), "")
    if shown:
        yield from ("| | |", "|---|---|")
        yield from (f"| `{_names(p)}` | {_about(p)} |" for p in shown)
        yield ""


def _argument(parameter: Any) -> str:
    name = f"{parameter.name.upper()}{'…' if parameter.nargs != 1 else ''}"
    return name if parameter.required else f"[{name}]"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _argument(parameter)
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or _kind(parameter)}"


def _kind(parameter: Any) -> str:
    choices = parameter.type_descriptor.annotation
    if isinstance(choices, type) and issubclass(choices, Enum):
        return "\\|".join(str(choice.value) for choice in choices)
    return "VALUE"


def _about(parameter: Any) -> str:
    text = (parameter.help or "").replace("|", "\\|")
    default = getattr(parameter.default, "value", parameter.default)
    if isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        text += f" Default: {default}."
    return text.strip()


def _settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        yield f"| `ARCHIVE_{name.upper()}` | {default} | {field.description} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
