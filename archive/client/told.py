"""What the API tells, as frozen values. Each is an object of docs/api.md of the same name, and its
`told` has all of that, fields of later versions too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

JSON = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One JSON object of an answer."""

    told: JSON

    @classmethod
    def of(cls, told: JSON) -> Self:
        """From the object as it came; a field that it lacks is None."""
        noun: type = cls
        read = {name: _read(kind, told.get(name)) for name, kind in _kinds(noun).items()}
        return cls(told=told, **read)


@cache
def _kinds(noun: type) -> dict[str, Any]:
    """The annotations of its fields, by name."""
    return {name: kind for name, kind in get_type_hints(noun).items() if name != "told"}


def _read(kind: Any, value: Any) -> Any:
    """A part of an object as the annotation wants it: objects in it as values, lists as tuples."""
    if value is None:
        return None
    if isinstance(kind, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    if isinstance(kind, type) and issubclass(kind, Told):
        return kind.of(value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in value)
    if get_origin(kind) is dict:
        return {name: _read(get_args(kind)[1], item) for name, item in value.items()}
    return value
