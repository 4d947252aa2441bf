"""`archive export`: a whole result set as a file, with its manifest; and the same asked again."""

import json
from pathlib import Path
from typing import Annotated

import typer

from archive.cli.console import err, out
from archive.cli.search import (
    After,
    Before,
    Exclude,
    Mentions,
    ModeOption,
    Query,
    Values,
    filters_of,
)
from archive.core import open_archive
from archive.errors import InputError
from archive.query.request import Mode, SearchRequest, Sort


def export(
    file: Annotated[
        Path, typer.Argument(help="File to write: .csv, .jsonl, .ris or .bib.", show_default=False)
    ],
    query: Query = "",
    actor: Values = None,
    place: Values = None,
    source: Values = None,
    language: Values = None,
    mentions: Mentions = None,
    after: After = None,
    before: Before = None,
    mode: ModeOption = Mode.BOTH,
    sort: Annotated[Sort, typer.Option(help="Order of the articles.")] = Sort.RELEVANCE,
    exclude: Exclude = None,
    site: Annotated[str, typer.Option(help="Address that the archive is served at.")] = "",
    again: Annotated[
        Path | None,
        typer.Option(help="Ask again what this manifest holds, and say what is new or gone."),
    ] = None,
) -> None:
    """Write all articles that a search finds, and beside them a manifest of it."""
    from archive.export import FORMATS, difference, read_manifest

    form = file.suffix.lstrip(".")
    if form not in FORMATS:
        raise InputError(
            f"“{file.name}” does not say what to write", hint="end it in ." + ", .".join(FORMATS)
        )
    request = SearchRequest(
        q=query,
        mode=mode,
        filters=filters_of(
            exclude,
            actor=actor,
            place=place,
            source=source,
            language=language,
            mentions=mentions,
        ),
        after=after,
        before=before,
        sort=sort,
    )
    earlier = read_manifest(_read(again)) if again else None
    with open_archive() as archive:
        found = (
            archive.export(earlier.request, today=earlier.today)
            if earlier
            else archive.export(request)
        )
        try:
            with file.open("w", encoding="utf-8", newline="") as target:
                target.writelines(archive.exported(found, form, site=site))
            beside = file.with_name(f"{file.name}.manifest.json")
            told = json.dumps(archive.manifest(found), ensure_ascii=False, indent=2)
            beside.write_text(f"{told}\n", "utf-8")
        except OSError as error:
            raise InputError(f"{file} cannot be written: {error.strerror}") from error
    out.print(f"{len(found.ids):,} articles written to {file}", markup=False)
    if earlier:
        changed = difference(earlier.ids, found.ids)
        out.print(
            f"{len(changed.new):,} new, {len(changed.gone):,} gone since {again}", markup=False
        )
        for sign, ids in (("+", changed.new), ("-", changed.gone)):
            for id_ in ids:
                err.print(f"{sign} {id_}", markup=False)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
