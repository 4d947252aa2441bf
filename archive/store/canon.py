"""Whom the values of mentions stand for, looked up as they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from archive.types import Actor


class KnownActors(Mapping[str, Actor]):
    """Actors by value, of which `some` looks up those asked for; each is looked up once. Only who
    wants all of them waits for `every` one.
    """

    def __init__(
        self,
        some: Callable[[Sequence[str]], Mapping[str, Actor]],
        every: Callable[[], Mapping[str, Actor]],
    ) -> None:
        self._some, self._every = some, every
        self._seen: dict[str, Actor | None] = {}

    def fetch(self, values: Iterable[str]) -> None:
        """Look up several at once."""
        wanted = sorted({value for value in values if value not in self._seen})
        if wanted:
            found = self._some(wanted)
            self._seen.update((value, found.get(value)) for value in wanted)

    def __getitem__(self, value: str) -> Actor:
        self.fetch((value,))
        actor = self._seen[value]
        if actor is None:
            raise KeyError(value)
        return actor

    def __iter__(self) -> Iterator[str]:
        every = self._every()
        self._seen.update(every)  # what comes next is asked for each of them
        return iter(every)

    def __len__(self) -> int:
        return len(self._every())
