"""`archive export`: a whole result set as a file, with its manifest; and the same asked again."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from archive.export import Form


def export(
    file: Annotated[
        Path,
        typer.Argument(
            help="File to write: .csv, .jsonl, .ris or .bib; with .zip after that, one file with "
            "its manifest in it.",
            show_default=False,
        ),
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
    excel: Annotated[
        bool, typer.Option("--excel", help="Begin a CSV with the mark by which Excel reads UTF-8.")
    ] = False,
    again: Annotated[
        Path | None,
        typer.Option(help="Ask again what this manifest holds, and say what is new or gone."),
    ] = None,
) -> None:
    """Write all articles that a search finds, and beside them a manifest of it."""
    from archive.export import difference, read_manifest

    form = _form(file, excel=excel)
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
        pieces = archive.exported(found, form, site=site)
        told = json.dumps(archive.manifest(found), ensure_ascii=False, indent=2) + "\n"
        try:
            _write(file, pieces, told)
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


def _form(file: Path, *, excel: bool) -> "Form":
    """What a file's name says is to be written."""
    from archive.export import FORMATS

    name = Path(file.stem) if file.suffix == ".zip" else file
    ending = name.suffix.lstrip(".")
    forms = [form for form, known in FORMATS.items() if known.ending == ending]
    if not forms:
        endings = dict.fromkeys(f".{known.ending}" for known in FORMATS.values())
        raise InputError(
            f"“{file.name}” does not say what to write", hint="end it in " + ", ".join(endings)
        )
    return "excel" if excel and "excel" in forms else forms[0]


def _write(file: Path, pieces: Iterable[str], manifest: str) -> None:
    """An export with its manifest beside it, or both in a zip."""
    if file.suffix != ".zip":
        with file.open("w", encoding="utf-8", newline="") as target:
            target.writelines(pieces)
        file.with_name(f"{file.name}.manifest.json").write_text(manifest, "utf-8")
        return
    from archive.zipped import MANIFEST, zipped

    files = ((file.stem, pieces), (MANIFEST, (manifest,)))
    with file.open("wb") as target:
        target.writelines(zipped(files, now=datetime.now(UTC)))


def _read(file: Path) -> str:
    from archive.zipped import manifest_text

    try:
        with file.open("rb") as opened:
            return manifest_text(opened)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
