"""Bytes to text: by what they declare, by UTF-8, by likelihood; or not at all."""

import codecs

from archive.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings that pages and files of the last thirty years were written in.
_LIKELY = (
    "cp1252 iso8859_15 cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256 cp1257 "
    "shift_jis euc_jp gb18030 big5 euc_kr"
).split()
# Share of disorder (control characters, letters of unlike scripts side by side) that a guess
# may leave.
_MOST_DISORDER = 0.1
_SAMPLED = 200_000


def decode(content: bytes, charset: str | None = None) -> str:
    """The text of bytes. InputError says where it stops being text in any likely encoding."""
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _strictly(content, marked)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = error
    if charset and _is_known(charset):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            pass
    if encoding := guess(content):
        return content.decode(encoding)
    raise _refusal("UTF-8", fault)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refusal(encoding, error) from error


def _refusal(encoding: str, fault: UnicodeDecodeError) -> InputError:
    before = bytes(fault.object[: fault.start])
    return InputError(
        f"the text is not {encoding}, nor any other likely encoding "
        f"(byte {fault.object[fault.start]:#04x} in line {before.count(10) + 1}, "
        f"offset {fault.start:,})",
        hint="convert it to UTF-8",
    )


def _is_known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        return False
    return True


def guess(content: bytes) -> str | None:
    """The likeliest encoding that all the bytes can be read in; None if there is none."""
    from charset_normalizer import from_bytes

    best = from_bytes(
        content[:_SAMPLED], cp_isolation=_LIKELY, threshold=_MOST_DISORDER, language_threshold=0.1
    ).best()
    if best is None:
        return None
    try:
        content.decode(best.encoding)
    except UnicodeDecodeError:
        return None
    return best.encoding
