"""An article of the record in; how to cite it, for people and for their programs, out.

Names of authors stay as they are stated: which part of one is the family's is not guessed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from archive.types import Precision, PublishedDate, Record

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_BIBTEX_MONTHS = [month.lower() for month in _MONTHS]
# What TeX would take for more than a character.
_IN_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts braces, escaped ones too.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "$&#_%"},
    }
)


Style = Literal["plain", "bibtex", "ris", "csl-json"]


@dataclass(frozen=True, slots=True)
class Cited:
    """An article to be cited: where it can be read in this archive (`address`, "" if it is not
    served), and when it was looked at.
    """

    record: Record
    address: str
    accessed: date

    @property
    def url(self) -> str:
        """The publisher's address, else ours."""
        return _line(self.record.article.url or self.address)

    @property
    def title(self) -> str:
        """The headline on one line."""
        return _line(self.record.article.title)

    @property
    def authors(self) -> tuple[str, ...]:
        """Each author on one line."""
        return tuple(name for name in map(_line, self.record.article.authors) if name)

    @property
    def source(self) -> str:
        """Who published it; "" if nobody is stated."""
        return _line(self.record.article.source or "")

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month and day of publication, as far as they are known."""
        return _parts(self.record.article.published)


def plain(cited: Cited) -> str:
    """For people: authors, headline, source, date, address, and where in the archive it is."""
    end = "" if cited.title.endswith(tuple(".?!…")) else "."
    told = [f"{', '.join(cited.authors)}." if cited.authors else "", f"“{cited.title}{end}”"]
    told.append(", ".join(filter(None, (cited.source, _shown(cited.parts)))).rstrip(".") + ".")
    told.append(f"{cited.url}." if cited.url else "")
    kept = f"News Archive {cited.record.id}, version {cited.record.version}"
    told.append(f"{kept}, accessed {_shown(_days(cited.accessed))}.")
    return " ".join(filter(None, told)) + "\n"


def bibtex(cited: Cited) -> str:
    """For LaTeX and Zotero, as an @article."""
    year, month, day = (*cited.parts, None, None, None)[:3]
    values = {
        # A second pair of braces keeps the capitals of a headline.
        "title": f"{{{cited.title.translate(_IN_TEX)}}}",
        "author": " and ".join(f"{{{name.translate(_IN_TEX)}}}" for name in cited.authors),
        "journal": cited.source.translate(_IN_TEX),
        "year": f"{year:04}" if year else "",
        "month": "",
        "day": str(day) if day else "",
        "url": _in_address(cited.url),
        "urldate": cited.accessed.isoformat(),
        "langid": _line(cited.record.article.language or "").translate(_IN_TEX),
        "note": f"News Archive {cited.record.id}, version {cited.record.version}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in values.items() if value]
    if month:
        lines.insert(-1, f"  month = {_BIBTEX_MONTHS[month - 1]},")
    return "\n".join((f"@article{{newsarchive-{cited.record.id},", *lines, "}")) + "\n"


def ris(cited: Cited) -> str:
    """For EndNote, Zotero and others, as NEWS; lines end as RIS wants them."""
    year, month, day = (*cited.parts, None, None, None)[:3]
    whole = f"{year:04}/{_two(month)}/{_two(day)}/" if year else ""
    lines = [
        ("TY", "NEWS"),
        ("TI", cited.title),
        *(("AU", name) for name in cited.authors),
        ("T2", cited.source),
        ("SE", _line(cited.record.article.section or "")),
        ("PY", f"{year:04}" if year else ""),
        ("DA", whole),
        ("UR", cited.url),
        ("Y2", cited.accessed.strftime("%Y/%m/%d/")),
        ("LA", _line(cited.record.article.language or "")),
        ("DP", "News Archive"),
        ("AN", f"{cited.record.id}, version {cited.record.version}"),
    ]
    told = [f"{tag}  - {value}" for tag, value in lines if value]
    return "\r\n".join((*told, "ER  - ", ""))


def csl(cited: Cited) -> dict[str, Any]:
    """For citeproc: one item of CSL-JSON."""
    article = cited.record.article
    values = {
        "id": f"newsarchive-{cited.record.id}",
        "type": "article-newspaper",
        "title": cited.title,
        "author": [{"literal": name} for name in cited.authors],
        "container-title": cited.source,
        "section": _line(article.section or ""),
        "issued": {"date-parts": [list(cited.parts)]} if cited.parts else None,
        "accessed": {"date-parts": [list(_days(cited.accessed))]},
        "URL": cited.url,
        "language": article.language,
        "archive": "News Archive",
        "archive_location": f"{cited.record.id}, version {cited.record.version}",
    }
    return {name: value for name, value in values.items() if value}


def csl_json(cited: Cited) -> str:
    """The same as a file."""
    return json.dumps([csl(cited)], ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Form:
    """A way to cite: what people call it, its media type, and what writes it."""

    label: str
    media: str
    write: Callable[[Cited], str]


STYLES: Mapping[Style, Form] = {
    "plain": Form("Plain", "text/plain", plain),
    "bibtex": Form("BibTeX", "application/x-bibtex", bibtex),
    "ris": Form("RIS", "application/x-research-info-systems", ris),
    "csl-json": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
}
# The same by the ending of a file.
FORMS: Mapping[str, Form] = dict(zip(("txt", "bib", "ris", "json"), STYLES.values(), strict=True))


def _line(text: str) -> str:
    return " ".join(text.split())


def _in_address(url: str) -> str:
    return "".join(
        {"{": "%7B", "}": "%7D", "\\": "%5C", "%": r"\%", "#": r"\#"}.get(c, c) for c in url
    )


def _two(part: int | None) -> str:
    return f"{part:02}" if part else ""


def _days(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _parts(published: PublishedDate | None) -> tuple[int, ...]:
    if published is None:
        return ()
    known = {Precision.YEAR: 1, Precision.MONTH: 2}.get(published.precision, 3)
    return tuple(int(part) for part in published.value[:10].split("-")[:known])


def _shown(parts: tuple[int, ...]) -> str:
    """ "27 Mar 2024"; "n.d." without a date."""
    if not parts:
        return "n.d."
    year, *rest = parts
    told = [str(year), *(_MONTHS[m - 1] for m in rest[:1]), *(str(d) for d in rest[1:])]
    return " ".join(reversed(told))
