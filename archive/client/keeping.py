"""What an account keeps: saved searches, their alerts, collections. All take a key with the scope
`save`.
"""

from collections.abc import Iterator
from typing import Literal, Unpack

from archive.client.asked import Asked, Form, Query, body
from archive.client.asking import Asking, part
from archive.client.kept import Alerts, Collection, Contents, NewAlert, Saved


class SavedSearches:
    """Searches that are asked again, and say what is new to them."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def all(self) -> Iterator[Saved]:
        """All of them, the newest first."""
        older = None
        while True:
            told = self._asking.get("/saved", [("before", str(older))] if older else ())
            yield from map(Saved.of, told["saved"])
            older = told["older"]
            if older is None:
                return

    def save(self, label: str, q: Query = "", **search: Unpack[Asked]) -> Saved:
        """Keep a search; what it finds now is not new to it."""
        asked = {"label": label, "search": body(q, search)}
        return Saved.of(self._asking.send("POST", "/saved", asked))

    def see(self, id_: int) -> None:
        """Nothing that it finds now is new to it any more."""
        self._asking.send("POST", f"/saved/{id_}/seen")

    def remove(self, id_: int) -> None:
        """Keep it no longer; its feed ends."""
        self._asking.send("DELETE", f"/saved/{id_}")

    def alerts(self, id_: int) -> Alerts:
        """Who is told what is new to it, and how often that would have been."""
        return Alerts.of(self._asking.get(f"/saved/{id_}/alerts"))

    def add_alert(
        self,
        id_: int,
        channel: Literal["mail", "webhook"],
        target: str,
        *,
        pace: Literal["at-once", "hour", "day", "week"] = "day",
    ) -> NewAlert:
        """Tell somebody what is new to it: a mail address, which is asked first, or a webhook."""
        asked = {"channel": channel, "target": target, "pace": pace}
        return NewAlert.of(self._asking.send("POST", f"/saved/{id_}/alerts", asked))

    def restart_alert(self, id_: int, alert: int) -> None:
        """Let an alert that was stopped go on."""
        self._asking.send("POST", f"/saved/{id_}/alerts/{alert}/restart")

    def end_alert(self, id_: int, alert: int) -> None:
        """What it has yet to tell is not told."""
        self._asking.send("DELETE", f"/saved/{id_}/alerts/{alert}")


class Collections:
    """Articles that were put aside under a name."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def all(self) -> tuple[Collection, ...]:
        """All of them, by name."""
        return tuple(map(Collection.of, self._asking.get("/collections")["collections"]))

    def add(self, name: str, note: str = "") -> Collection:
        """Make one."""
        asked = {"name": name, "note": note}
        return Collection.of(self._asking.send("POST", "/collections", asked))

    def contents(self, id_: int) -> Contents:
        """One with its articles, in the order they were put there."""
        return Contents.of(self._asking.get(f"/collections/{id_}"))

    def change(self, id_: int, name: str, note: str = "") -> Collection:
        """Give it another name and note."""
        asked = {"name": name, "note": note}
        return Collection.of(self._asking.send("PUT", f"/collections/{id_}", asked))

    def remove(self, id_: int) -> None:
        """Its articles stay in the archive."""
        self._asking.send("DELETE", f"/collections/{id_}")

    def put(self, id_: int, article: str, note: str = "") -> None:
        """Put an article into it; one that is there gets the note."""
        path = f"/collections/{id_}/articles/{part(article)}"
        self._asking.send("PUT", path, {"note": note})

    def take_out(self, id_: int, article: str) -> None:
        """Take an article out of it."""
        self._asking.send("DELETE", f"/collections/{id_}/articles/{part(article)}")

    def share(self, id_: int) -> str:
        """A new link by which whoever has it can read it."""
        return str(self._asking.send("PUT", f"/collections/{id_}/link")["link"])

    def hide(self, id_: int) -> None:
        """End its link."""
        self._asking.send("DELETE", f"/collections/{id_}/link")

    def export(self, id_: int, form: Form = "jsonl", *, packed: bool = False) -> Iterator[bytes]:
        """Its articles as a file, piece by piece, as `Client.export` gives it."""
        asked = [("format", form), ("zip", str(packed).lower())]
        return self._asking.pieces(f"/collections/{id_}/export", asked)
