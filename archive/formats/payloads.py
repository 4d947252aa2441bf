"""Pages of web archives by their digest, so that a record that repeats one can be read."""

import tempfile
import zlib
from typing import IO

# On disk, compressed, in a file without a name: gone when the run ends.
_MOST_BYTES = 4_000_000_000
_MOST_PAGES = 1_000_000


class Payloads:
    """Pages that were seen, as many as fit."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def close(self) -> None:
        """Forget them all."""
        if self._file is not None:
            self._file.close()

    def keep(self, digest: str, content: bytes) -> None:
        """Remember a page; one too many is not kept."""
        if digest in self._places or self._end > _MOST_BYTES or len(self._places) >= _MOST_PAGES:
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the run
        packed = zlib.compress(content, 1)
        self._file.seek(self._end)
        self._file.write(packed)
        self._places[digest] = (self._end, len(packed))
        self._end += len(packed)

    def get(self, digest: str) -> bytes | None:
        """The page of a digest; None if it was not seen or not kept."""
        place = self._places.get(digest)
        if place is None or self._file is None:
            return None
        start, size = place
        self._file.seek(start)
        return zlib.decompress(self._file.read(size))
