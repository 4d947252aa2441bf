"""What is kept for people: exports by their manifests, saved searches, alerts, collections."""

from dataclasses import dataclass

from archive.client.told import JSON, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Told):
    """By what a search can be cited and asked again."""

    today: str
    generation: str
    model: str
    at: str
    count: int
    sha256: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Told):
    """The ids of what a search finds now and did not, and of what it found and does no more."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    total: int
    generation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Told):
    """A saved search with the ids of what is new to it; `search` is the search as it is posted."""

    id: int
    label: str
    search: JSON
    created: str
    total: int
    new: tuple[str, ...]
    feed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Told):
    """Who is told what is new to a saved search."""

    id: int
    channel: str
    to: str
    pace: str
    created: str
    confirmed: bool
    looked: str | None
    stopped: bool
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert(Alert):
    """An alert that was made just now; `secret` signs what a webhook is sent, and is told once."""

    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Told):
    """How many texts there would have been to tell of in so many days."""

    texts: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts(Told):
    """The alerts of a saved search."""

    alerts: tuple[Alert, ...]
    rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Told):
    """A collection; `link` is where it can be read, if it is shared."""

    id: int
    name: str
    note: str
    created: str
    total: int
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected(Told):
    """An article in a collection, and when it was put there."""

    id: str
    title: str
    note: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents(Collection):
    """A collection with its articles."""

    articles: tuple[Collected, ...]
