"""Every error that a person can be shown, in one tree.

ArchiveError                 what was seen, and a hint what to do
├── SettingsError            a setting has a value that cannot be used
├── InputError               an input is refused; nothing else is lost
│   ├── FetchError           an address cannot be fetched, or may not be
│   └── QueryError           a query or filter is refused
├── NotFound                 no article, actor or place by that name
│   └── Gone                 an article that was taken down
├── SendError                a message did not arrive
├── StoreError               the database cannot be opened, read or written
├── Busy                     another process builds the index
├── ModelError               a model cannot be loaded or is not the one expected
└── RebuildNeeded            the indexes are missing, damaged or of another model

Bugs are not in this tree: they raise what Python raises.
"""

from dataclasses import dataclass


class ArchiveError(Exception):
    """What was seen (`message`) and what to do about it (`hint`)."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class SettingsError(ArchiveError):
    """A setting has a value that cannot be used."""


class InputError(ArchiveError):
    """An input is refused; nothing else is lost."""


class FetchError(InputError):
    """An address cannot be fetched, or may not be."""


class QueryError(InputError):
    """A query or a filter is refused. `field` names the parameter at fault."""

    def __init__(self, message: str, *, hint: str = "", field: str = "q") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class NotFound(ArchiveError):
    """Nothing in the archive has that name."""


class Gone(NotFound):
    """There was an article of that id; it was taken down."""


class SendError(ArchiveError):
    """A message did not arrive; `is_final` if trying again is of no use."""

    def __init__(self, message: str, *, hint: str = "", is_final: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_final = is_final


class StoreError(ArchiveError):
    """The database cannot be opened, read or written."""


class Busy(ArchiveError):
    """Another process builds the index."""


class ModelError(ArchiveError):
    """A model cannot be loaded, or is not the one expected."""


class RebuildNeeded(ArchiveError):
    """The indexes are missing, damaged, or were built for another model."""

    def __init__(self, message: str, *, hint: str = "run: archive rebuild") -> None:
        super().__init__(message, hint=hint)


@dataclass(frozen=True, slots=True)
class DocumentError:
    """One input that was refused: a value, so that the stream it came in goes on.

    `where` is the place inside `origin` ("line 3, column 14", "field date"), or "".
    """

    origin: str
    reason: str
    hint: str = ""
    where: str = ""

    def __str__(self) -> str:
        place = f"{self.origin} ({self.where})" if self.where else self.origin
        return f"{place}: {self.reason}" + (f" – {self.hint}" if self.hint else "")
