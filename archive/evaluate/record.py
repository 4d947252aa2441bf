"""Figures on record: tables in a Markdown page, read, compared and written anew.

A table stands between `<!-- figures: NAME -->` and `<!-- end -->`; what is written around it is
left alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Cells: TypeAlias = dict[str, dict[str, str]]  # row → measure → figure
Table: TypeAlias = dict[tuple[str, str], dict[str, str]]  # (set, row) → measure → figure

_TABLE = re.compile(r"<!-- figures: ([\w-]+) -->\n(.*?)<!-- end -->", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not the one on record; `before` or `after` is "" where there is none."""

    of: str
    row: str
    measure: str
    before: str
    after: str

    @property
    def difference(self) -> float | None:
        """How much higher it is than the one on record, if both are numbers."""
        if _NUMBER.fullmatch(self.before) and _NUMBER.fullmatch(self.after):
            return float(self.after) - float(self.before)
        return None


def read_tables(text: str) -> dict[str, Table]:
    """The tables of a page, by name."""
    return {match[1]: _read(match[2]) for match in _TABLE.finditer(text)}


def changes(before: Table, after: Table) -> Iterator[Change]:
    """What differs, of the sets that were measured now."""
    measured = {of for of, _ in after}
    known = {key: row for key, row in before.items() if key[0] in measured}
    for of, row in [*after, *(key for key in known if key not in after)]:
        old, new = known.get((of, row), {}), after.get((of, row), {})
        for measure in [*new, *(m for m in old if m not in new)]:
            if old.get(measure, "") != new.get(measure, ""):
                yield Change(of, row, measure, old.get(measure, ""), new.get(measure, ""))


def with_tables(text: str, tables: Mapping[str, Table]) -> str:
    """A page with these figures in it. Sets that were not measured keep theirs; a table that has
    no place yet gets a section at the end.
    """
    known = read_tables(text)
    joined = {name: _joined(known.get(name, {}), table) for name, table in tables.items()}

    def written(match: re.Match[str]) -> str:
        table = joined.get(match[1])
        return match[0] if table is None else _marked(match[1], table)

    text = _TABLE.sub(written, text)
    for name, table in joined.items():
        if name not in known:
            heading = name[:1].upper() + name[1:]
            text = f"{text.rstrip()}\n\n## {heading}\n\n{_marked(name, table)}\n"
    return text


def write_tables(page: Path, tables: Mapping[str, Table]) -> None:
    """The same on a file, which appears whole."""
    text = page.read_text("utf-8") if page.is_file() else "# Quality\n"
    beside = page.with_name(f".{page.name}.new")
    beside.write_text(with_tables(text, tables), "utf-8")
    beside.replace(page)


def _joined(before: Table, after: Table) -> Table:
    measured = {of for of, _ in after}
    kept = {key: row for key, row in before.items() if key[0] not in measured}
    sets = list(dict.fromkeys(of for of, _ in [*before, *after]))
    rows = {**kept, **after}
    return {key: rows[key] for of in sets for key in rows if key[0] == of}


def _marked(name: str, table: Table) -> str:
    return f"<!-- figures: {name} -->\n{_markdown(table)}<!-- end -->"


def _markdown(table: Table) -> str:
    measures = list(dict.fromkeys(measure for row in table.values() for measure in row))
    lines = [_line(["set", "", *measures]), _line(["---", "---", *("--:" for _ in measures)])]
    lines += [
        _line([of, row, *(figures.get(measure, "") for measure in measures)])
        for (of, row), figures in table.items()
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _read(markdown: str) -> Table:
    lines = [line.strip() for line in markdown.splitlines() if line.strip().startswith("|")]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    if len(cells) < 2:
        return {}
    measures = cells[0][2:]
    return {
        (row[0], row[1]): {m: v for m, v in zip(measures, row[2:], strict=False) if v}
        for row in cells[2:]
        if len(row) > 2
    }
