"""What decides how a date is read: the day of publication, what was said before, the tense."""

import re
from dataclasses import dataclass, replace
from datetime import date

from archive.extract.date_values import days_of
from archive.extract.date_words import Lexed

# Tokens before and after a date that are looked at for a verb.
_REACH = 14
_AHEAD = frozenset(
    "will 'll won't shall scheduled due plans planning expects expected expecting slated hopes "
    "upcoming would should may might could soon next matures maturing forecast projected".split()
)
_BEHIND = frozenset(
    "was were had did said told found made came went took became began fell rose lost won sold "
    "bought held led met left kept got gave saw sent brought built felt heard knew meant paid ran "
    "spent stood thought wrote grew drew broke chose drove flew hit died since been cut put shot "
    "spoke swept shut quit beat caught fought sought struck taught says".split()
)
# What was planned lies ahead where the date follows, not where it says when the plan was made.
_PLANNED = frozenset("planned slated set extended deadline until plan".split())
_MODALS = frozenset("will to would shall may must should 'll".split())
_REGULAR = re.compile(r"[^\W\d_]{2,}ed")
_NOT_PAST = frozenset("need seed feed speed indeed united hundred red bed breed exceed".split())


@dataclass(frozen=True, slots=True)
class Context:
    """Where a date stands: the text, the day of publication (None: unknown), and the date and
    the quarter that were spoken of last.
    """

    lexed: Lexed
    anchor: date | None
    reference: date | None = None
    quarter: str | None = None

    @property
    def spoken_of(self) -> date | None:
        """What "that year" and "a month earlier" count from."""
        return self.reference or self.anchor

    def after(self, value: str) -> "Context":
        """The context once a date was spoken of."""
        days = days_of(value)
        if days is None:
            return self
        # What is compared with it ("the year-ago quarter") does not take its place.
        newer = "-Q" in value and value > (self.quarter or "")
        begun = self.anchor is not None and days[0] <= self.anchor
        return replace(self, reference=days[0], quarter=value if newer and begun else self.quarter)

    def new_paragraph(self) -> "Context":
        """The context where another train of thought begins."""
        return replace(self, reference=None)

    def direction(self, start: int, end: int) -> int:
        """Whether the sentence looks back (-1) or ahead (1) where these tokens stand; 0 if it
        does not tell. The nearest verb decides, those before the date first.
        """
        tokens, classes = self.lexed.tokens, self.lexed.classes
        before = tokens[start - 1].word if start else ""
        if before == "by" or (before == "as" and start > 1 and tokens[start - 2].word != "such"):
            return 1  # "by Friday", "as early as Friday"
        for at in range(start - 1, max(-1, start - 1 - _REACH), -1):
            word = tokens[at].word
            if word in {".", "?", "!"} or classes[at] == "|":
                break
            until = word == "until" and at in self.lexed.sentence_starts
            if word in _PLANNED and not until:
                return 1
            if found := self._told_by(at, word):
                return found
        for at in range(end, min(len(tokens), end + _REACH)):
            word = tokens[at].word
            if word in {".", "?", "!"} or classes[at] == "|":
                break
            if found := self._told_by(at, word):
                return found
        return 0

    def _told_by(self, at: int, word: str) -> int:
        if word in _AHEAD:
            return 1
        if word in _BEHIND or (_REGULAR.fullmatch(word) and word not in _NOT_PAST):
            before = {t.word for t in self.lexed.tokens[max(0, at - 3) : at]}
            # "will be held", "to be released": what is done is yet to be done.
            return 1 if before & _MODALS and before & {"be"} else -1
        return 0
