"""Files to one zip, piece by piece: it lies on no disk, and never whole in memory."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


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
