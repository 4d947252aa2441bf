"""Near-copies kept together while articles come, change and go; part of one transaction."""

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from archive.identity import AGREEING, families, is_copy, shingles, sketch
from archive.store.tables import ArticleRow, ChangeRow, MarkRow
from archive.stream import batched

# Articles that one part of a sketch leads to. What more than so many share is boilerplate, or
# a text printed so often that these lead to its group already.
_LISTED = 200
# Candidates whose texts are read for one article, those that agree most first.
_COMPARED = 40
_PARAMETERS = 500


class CopyGroups:
    """Groups of near-copies. A group's name is the number of its first article: the earliest
    published, of several the first stored.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def join(self, row: ArticleRow) -> None:
        """Find the near-copies of an article that was stored, and put it into their group."""
        found = shingles(row.text)
        marks = sketch(found)
        listed = self._listed(marks)
        groups: set[int] = set()
        for number, group, text_hash in self._candidates(row, listed):
            if group in groups:
                continue
            if text_hash == row.text_hash or is_copy(found, shingles(self._text(number))):
                groups.add(group)
        lengths = Counter(mark for mark, _ in listed)
        rows = [{"mark": m, "article": row.number} for m in marks if lengths[m] < _LISTED]
        if rows:
            self._session.execute(sa.insert(MarkRow), rows)
        if len(groups) == 1:
            self._follow(row, *groups)
        elif groups:
            self._name([row, *self._members(groups)])

    def _follow(self, row: ArticleRow, group: int) -> None:
        """Put an article into a group. Where the group's first article stays its first, the
        others are not looked at: a text may be printed a thousand times.
        """
        first = self._session.get_one(ArticleRow, group)
        stays = precedence(first) < precedence(row)
        self._name([row, first] if stays else [row, *self._members({group})])

    def leave(self, row: ArticleRow) -> None:
        """Take an article out of its group before its text changes or it goes; what only it
        held together comes apart.
        """
        marks = sketch(shingles(row.text))
        self._session.execute(
            sa.delete(MarkRow).where(
                col(MarkRow.mark).in_(marks), col(MarkRow.article) == row.number
            )
        )
        if row.copy_group is None:
            return
        left = [r for r in self._members({row.copy_group}) if r.number != row.number]
        row.copy_group = None
        by_number = {r.number: r for r in left if r.number is not None}
        # Equal texts are one text, however short.
        first: dict[str, int] = {}
        same = {n: first.setdefault(r.text_hash, n) for n, r in by_number.items()}
        for family in families({n: by_number[n].text for n in set(same.values())}):
            self._name([by_number[n] for n in by_number if same[n] in family])

    def _listed(self, marks: Sequence[int]) -> list[tuple[int, int]]:
        query = sa.select(col(MarkRow.mark), col(MarkRow.article)).where(
            col(MarkRow.mark).in_(marks)
        )
        return [(mark, article) for mark, article in self._session.execute(query)] if marks else []

    def _candidates(
        self, row: ArticleRow, listed: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int, str]]:
        """Number, group and text hash of the first article of the same text, then of those that
        agree in most parts.
        """
        agreeing = Counter(article for _, article in listed)
        near = sorted((-count, n) for n, count in agreeing.items() if count >= AGREEING)
        order = {number: at for at, (_, number) in enumerate(near[:_COMPARED])}
        columns = sa.select(
            col(ArticleRow.number), col(ArticleRow.copy_group), col(ArticleRow.text_hash)
        ).where(col(ArticleRow.number) != row.number)
        same = columns.where(col(ArticleRow.text_hash) == row.text_hash)
        found = list(self._session.execute(same.order_by(col(ArticleRow.number)).limit(1)))
        if order:
            rows = self._session.execute(columns.where(col(ArticleRow.number).in_(order)))
            found += sorted(rows, key=lambda r: order[r[0] or 0])
        return [(n, group or n, text_hash) for n, group, text_hash in found if n is not None]

    def _text(self, number: int) -> str:
        query = sa.select(col(ArticleRow.text)).where(col(ArticleRow.number) == number)
        return self._session.execute(query).scalar_one()

    def _members(self, groups: set[int]) -> list[ArticleRow]:
        """All articles of some groups; the name of a group of one is its own number."""
        return [
            row
            for part in batched(sorted(groups), _PARAMETERS)
            for row in self._session.scalars(
                sa.select(ArticleRow).where(
                    col(ArticleRow.copy_group).in_(part) | col(ArticleRow.number).in_(part)
                )
            )
        ]

    def _name(self, rows: Sequence[ArticleRow]) -> None:
        """Make articles one group; the change feed tells whose group has another name now."""
        distinct = {row.number: row for row in rows}.values()
        name = min(distinct, key=precedence).number if len(distinct) > 1 else None
        renamed = [row for row in distinct if row.copy_group != name]
        for row in renamed:
            row.copy_group = name
        self._session.flush()
        if renamed:
            values = [{"article": row.number, "kind": "grouped"} for row in renamed]
            self._session.execute(sa.insert(ChangeRow), values)


def precedence(row: ArticleRow) -> tuple[bool, float, int]:
    """Earliest published first, by the moment at which it was out for certain."""
    end = row.published_end
    return end is None, end.timestamp() if end else 0.0, row.number or 0
