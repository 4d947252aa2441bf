"""`archive backup`, `archive restore`."""

from pathlib import Path
from typing import Annotated

import typer

from archive.cli.console import out, progress_bars, user
from archive.core import open_archive
from archive.settings import read_settings

_File = Annotated[Path, typer.Argument(help="A backup: one file.", dir_okay=False)]


def backup(file: _File) -> None:
    """Write the record and all vectors to one file, while the archive serves and takes in.

    Indexes are built from them again. The file holds accounts and keys, as hashes: keep it safe.
    """
    with open_archive() as archive, progress_bars() as progress:
        told = archive.back_up(file, by=user(), progress=progress)
    size = file.stat().st_size / 1e6
    out.print(f"[bold]{told.articles:,}[/] articles in {file} ({size:,.1f} MB)")


def restore(file: _File) -> None:
    """Fill an empty archive (ARCHIVE_HOME, ARCHIVE_DATABASE_URL) from a backup, and index it."""
    from archive.backup import restore as restored

    with progress_bars() as progress:
        told = restored(file, read_settings(), progress=progress)
        with open_archive() as archive:
            report = archive.rebuild(progress=progress)
    out.print(
        f"[bold]{report.articles:,}[/] articles as of {told.made}, {report.passages:,} passages"
    )
