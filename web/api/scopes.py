"""What rooms for keys with scopes have in common: who asks, and the numbers of what is kept."""

from typing import Annotated, Any

from fastapi import Depends, Path

from archive.types import Account, Scope
from web.deps import permitted

MOST = 2**31 - 1  # the largest number of a row


def taking(scope: Scope) -> dict[str, Any]:
    """How the API's description says which scope an operation takes."""
    return {"security": [{"key": [scope.value]}]}


SAVES = taking(Scope.SAVE)
Owner = Annotated[Account, Depends(permitted(Scope.SAVE))]
Id = Annotated[
    int, Path(alias="id", description="As the list names it.", ge=1, le=MOST, examples=[1])
]
