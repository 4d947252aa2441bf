"""Refusals as the API describes them: which statuses a route may answer with, and why."""

from typing import Any, TypeAlias

from web.schemas import ProblemBody

Refusals: TypeAlias = dict[int | str, dict[str, Any]]


def refusal(status: int, why: str) -> Refusals:
    """One status that a route refuses with, and why it does."""
    return {status: {"model": ProblemBody, "description": why}}


# What may be answered to any request; who asks, and how often, is looked at first.
ALWAYS = {
    **refusal(401, "A key is needed, or the one shown does not hold."),
    **refusal(403, "The key has not the scope, or the account not the role."),
    **refusal(429, "Too many requests; `Retry-After` says when to come back."),
}
UNUSABLE = refusal(400, "A parameter cannot be used; `field` names it.")
UNREACHABLE = refusal(503, "The index or the database cannot be used.")
# Of whatever searches.
SEARCHING = {**UNUSABLE, **UNREACHABLE}
# Of whatever is about one article.
NO_ARTICLE = {
    **UNUSABLE,
    **refusal(404, "There is no such article."),
    **refusal(410, "The article was taken down."),
    **UNREACHABLE,
}
NAMELESS = {**SEARCHING, **refusal(404, "The archive knows none of that name.")}
# Of whatever takes a body.
UNREADABLE = {
    **refusal(400, "What was sent cannot be used; `field` says which part of it."),
    **refusal(413, "What was sent is larger than 1,000,000 bytes."),
    **UNREACHABLE,
}
