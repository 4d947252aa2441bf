"""Plain text in, plain text out: normalising, folding for comparison, slugs and hashes."""

import hashlib
import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from indexes.names import fold

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_BLANK_LINES = re.compile(r"[ \t\u00a0]*\n(?:[ \t\u00a0]*\n)+[ \t\u00a0]*")
# Control and format characters that carry no text; tab and newline stay, and so do the
# joiners and direction marks that Persian, Hindi or Arabic spelling needs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]"
)
_NOT_WORD = re.compile(r"[^\w]+")


def normalise(text: str) -> str:
    """NFC, "\\n" line ends, no control characters, one blank line between paragraphs."""
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    return _BLANK_LINES.sub("\n\n", _INVISIBLE.sub("", text)).strip()


def slug(text: str) -> str:
    """A name that fits in a URL: folded words joined by hyphens ("São Paulo" → "sao-paulo")."""
    return _NOT_WORD.sub("-", fold(text).replace("'", "")).strip("-_")


def address(text: str) -> SplitResult:
    """The parts of a URL; all are empty where it is none ("http://[a")."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def text_hash(text: str) -> str:
    """SHA-256 (hex) of the words alone: case, space and punctuation make no difference."""
    return hashlib.sha256(_NOT_WORD.sub(" ", fold(text)).strip().encode()).hexdigest()
