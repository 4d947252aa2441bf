"""Write archive/extract/data/division_names.tsv anew: what English calls first-level divisions.

    python docs/write_cldr.py en.json

The argument is subdivisions/en/en.json of the npm package `cldr-subdivisions-full` 48.2.0 (Unicode
CLDR): English names by ISO 3166-2 code. A code is a division of ours where its own name (pycountry)
or the English one is the label of ours, or begins with it, or the other way round, and of one
division of the country only. Names that the label says already are left out.
"""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pycountry

from archive.extract.gazetteer import key

DATA = Path(__file__).parents[1] / "archive" / "extract" / "data"
FOOTNOTES = "¹²³"


def main(path: str) -> None:
    """Write the table."""
    english = named(json.loads(Path(path).read_text("utf-8")))
    with (DATA / "divisions.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = sorted(
        (country, code, name)
        for country in sorted({row["country"] for row in rows})
        for code, name in names_of(country, [r for r in rows if r["country"] == country], english)
    )
    lines = ["country\tcode\tname", *("\t".join(row) for row in found)]
    (DATA / "division_names.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def named(stated: Mapping[str, object]) -> Mapping[str, str]:
    """The part of the file that has the names, by codes such as "detx"."""
    for name, part in stated.items():
        if name == "subdivisions" and isinstance(part, dict) and "usca" in part:
            return part
        if isinstance(part, dict) and (found := named(part)):
            return found
    return {}


def names_of(
    country: str, rows: Sequence[Mapping[str, str]], english: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The codes of divisions of a country, and what English calls them."""
    ours = {key(row["label"]): row["code"] for row in rows}
    for unit in pycountry.subdivisions.get(country_code=country) or ():
        name = english.get(unit.code.replace("-", "").lower(), "").strip(FOOTNOTES)
        if unit.parent_code or not name or key(name) in ours:
            continue
        said = key(unit.name), key(name)
        like = {code for label, code in ours.items() if any(begins(label, s) for s in said)}
        if len(like) == 1:
            yield like.pop(), name


def begins(one: str, other: str) -> bool:
    """Whether one of two names is the other, or begins with all its words."""
    return f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} ")


if __name__ == "__main__":
    main(sys.argv[1])
