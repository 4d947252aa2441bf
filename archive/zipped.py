"""Files to one zip, piece by piece: it lies on no disk, and never whole in memory. And the manifest
out of such a zip.
"""

import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from archive.errors import InputError

MANIFEST = "manifest.json"
# Ids are as good as random: what grows more when it is unpacked is no manifest.
_MOST_GROWTH = 50


def zipped(files: Iterable[tuple[str, Iterable[str]]], *, now: datetime) -> Iterator[bytes]:
    """A zip of texts by name; each is read while it is written."""
    pieces = _Pieces()
    with ZipFile(pieces, "w") as archive:
        for name, texts in files:
            member = ZipInfo(name, now.timetuple()[:6])
            member.compress_type = ZIP_DEFLATED
            # How large it becomes is not known when it begins.
            with archive.open(member, "w", force_zip64=True) as written:
                for text in texts:
                    written.write(text.encode())
                    yield pieces.take()
    yield pieces.take()


def manifest_text(file: IO[bytes]) -> str:
    """A manifest, be it the file itself or packed in it. InputError if there is none to be read."""
    try:
        if not is_zipfile(file):
            file.seek(0)
            return file.read().decode()
        with ZipFile(file) as archive, archive.open(MANIFEST) as packed:
            most = archive.getinfo(MANIFEST).compress_size * _MOST_GROWTH
            text = packed.read(most + 1)
    # What a broken or a locked zip raises, and one that is packed in a way that nobody knows.
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, RuntimeError, zlib.error) as error:
        raise InputError(f"no manifest can be read from this file: {error}") from error
    if len(text) > most:
        raise InputError("what this file grows to when it is unpacked is no manifest")
    return text.decode("utf-8", "replace")


class _Pieces(io.RawIOBase):
    """Takes what is written, and gives it once."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # the writable buffers that ZipFile has
        """Keep it until it is taken."""
        self._kept += data
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._kept)
        self._kept.clear()
        return taken
