"""What compressed bytes open to: never more than they could honestly hold.

One stream (gzip, zstd, bzip2, xz) and archives of files (zip, tar, WACZ). Nothing is ever written
to disk under a name that an archive gave, so its names can lead nowhere.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, cast

from archive.errors import DocumentError, InputError
from archive.formats.input import Format, Found, Head, Input

# Text shrinks to a tenth, a table of like rows to a fiftieth; beyond this it is a trap.
_MOST_GROWTH = 200
_HARMLESS = 20_000_000
_LARGEST_WINDOW = 1 << 27
_TAR_MAGIC = slice(257, 262)
_OFFICE = {"[Content_Types].xml", "mimetype"}
_ENCRYPTED = 1
_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, OSError, ValueError, OverflowError)
_BAD_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, *_DAMAGED)


class _Counted(io.RawIOBase):
    """A stream that knows how much was read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        part = self._file.read(len(buffer))
        self.count += len(part)
        buffer[: len(part)] = part
        return len(part)


class _Unpacked(io.RawIOBase):
    """The stream that packed bytes hold; `packed` says how many of them were used so far.
    Reading raises InputError when they are damaged or grow beyond all measure.
    """

    def __init__(self, opened: IO[bytes], packed: Callable[[], int]) -> None:
        super().__init__()
        self._opened, self._packed = opened, packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        part = self._part(len(buffer))
        self._count += len(part)
        _check_growth(self._count, self._packed())
        buffer[: len(part)] = part
        return len(part)

    def _part(self, size: int) -> bytes:
        from zstandard import ZstdError

        try:
            return self._opened.read(size)
        except (*_BAD_ZIP, tarfile.TarError, ZstdError) as error:
            raise InputError(
                f"the compressed data is damaged after {self._count:,} bytes: {error}",
                hint="fetch or pack it again; what came before was taken in",
            ) from error


def _check_growth(size: int, packed: int) -> None:
    """InputError if so many bytes cannot honestly have come out of so few."""
    if size > _HARMLESS and size > packed * _MOST_GROWTH:
        raise InputError(
            f"it grows to more than {_MOST_GROWTH} times its size when unpacked",
            hint="this is how traps are made; if it is none, unpack it and take in the files",
        )


def _stream(open_: Callable[[IO[bytes]], IO[bytes]]) -> Callable[[Input], Iterator[Found]]:
    def read(packed: Input) -> Iterator[Found]:
        counted = _Counted(packed.file)
        opened = open_(io.BufferedReader(counted))
        stream = io.BufferedReader(_Unpacked(opened, lambda: counted.count))
        yield packed.inside(stream, packed.origin, charset=packed.charset)

    return read


def _gunzip(file: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=file))


def _unzstd(file: IO[bytes]) -> IO[bytes]:
    from zstandard import ZstdDecompressor

    opened: IO[bytes] = ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(
        file, read_across_frames=True
    )
    return opened


def _read_zip(packed: Input) -> Iterator[Found]:
    """The files of a zip archive; of a WACZ those that hold what was crawled."""
    with packed.seekable() as file:
        try:
            archive = zipfile.ZipFile(file)
        except _BAD_ZIP as error:
            raise InputError(
                f"the zip archive is damaged: {error}", hint="fetch it or pack it again"
            ) from error
        with archive:
            yield from _members(packed, archive)


def _members(packed: Input, archive: zipfile.ZipFile) -> Iterator[Found]:
    names = set(archive.namelist())
    if names & _OFFICE:
        yield DocumentError(
            packed.origin, "this is an office document or an e-book", "save it as text or HTML"
        )
        return
    is_wacz = "datapackage.json" in names and any(n.startswith("archive/") for n in names)
    for member in archive.infolist():
        if not member.is_dir() and (not is_wacz or member.filename.startswith("archive/")):
            yield from _member(packed, archive, member)


def _member(packed: Input, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Found]:
    origin = f"{packed.origin}!/{member.filename}"
    if fault := _unsafe(member.filename, origin):
        yield fault
    elif member.flag_bits & _ENCRYPTED:
        yield DocumentError(origin, "it is encrypted", "unpack it with its password")
    elif not _is_hidden(member.filename):
        try:
            _check_growth(member.file_size, member.compress_size)
            file = archive.open(member)
        except InputError as error:
            yield DocumentError(origin, error.message, error.hint)
        except _BAD_ZIP as error:
            yield DocumentError(origin, f"it is damaged: {error}", "pack it again")
        else:
            # zipfile gives no more bytes than were declared, so their growth is checked.
            with file, io.BufferedReader(_Unpacked(file, lambda: member.file_size)) as stream:
                yield packed.inside(stream, origin, size=member.file_size)


def _read_tar(packed: Input) -> Iterator[Found]:
    """The regular files of a tar archive, in their order, each read once as it comes."""
    try:
        # Only read: links, devices and names that lead elsewhere have no effect.
        archive = tarfile.open(fileobj=packed.file, mode="r|")  # noqa: SIM115 - nothing to close
        while member := archive.next():
            origin = f"{packed.origin}!/{member.name}"
            if fault := _unsafe(member.name, origin):
                yield fault
            elif (
                member.isreg()
                and not _is_hidden(member.name)
                and (file := archive.extractfile(member))
            ):
                yield packed.inside(
                    io.BufferedReader(_Unpacked(file, lambda: member.size)),
                    origin,
                    size=member.size,
                )
            archive.members = []  # type: ignore[attr-defined] # tarfile remembers every one
    except (tarfile.TarError, *_DAMAGED) as error:
        raise InputError(
            f"the tar archive is damaged: {error}",
            hint="fetch it or pack it again; what came before was taken in",
        ) from error


def _unsafe(name: str, origin: str) -> DocumentError | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.is_absolute() and ".." not in path.parts:
        return None
    return DocumentError(
        origin, "its name leads out of the archive", "do not trust this archive; leave it out"
    )


def _is_hidden(name: str) -> bool:
    """Whether it is something that a system left in an archive."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _starts(*magic: bytes) -> Callable[[Head], bool]:
    return lambda head: head.raw.startswith(magic)


PACKED = (
    Format("gzip", _starts(b"\x1f\x8b"), _stream(_gunzip)),
    Format("zstd", _starts(b"\x28\xb5\x2f\xfd"), _stream(_unzstd)),
    Format("bzip2", _starts(b"BZh"), _stream(bz2.BZ2File)),
    Format("xz", _starts(b"\xfd7zXZ\x00"), _stream(lzma.LZMAFile)),
    Format("zip", _starts(b"PK\x03\x04", b"PK\x05\x06"), _read_zip),
    Format("tar", lambda head: head.raw[_TAR_MAGIC] == b"ustar", _read_tar),
)
