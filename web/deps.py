"""What requests are given."""

from fastapi import Request

from archive.core import Archive


def archive_of(request: Request) -> Archive:
    """The archive that the application serves."""
    archive: Archive = request.app.state.archive
    return archive
