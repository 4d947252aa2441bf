"""How often something may be tried: counted in this process, over a window that moves along."""

import time
from http import HTTPStatus

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

# Wrong passwords: of one name from one address, of anything from one address, of one name from
# anywhere (so many that nobody is locked out by a neighbour's mistakes).
_SIGN_INS = (parse("10/15 minutes"), parse("50/15 minutes"), parse("100/15 minutes"))


class SignInLimit:
    """Wrong passwords are counted; after too many the next are not even tried for a while."""

    def __init__(self) -> None:
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    def check(self, request: Request, name: str) -> None:
        """HTTPException if too many were wrong."""
        for limit, keys in self._limits(request, name):
            if not self._counted.test(limit, *keys):
                again = self._counted.get_window_stats(limit, *keys).reset_time
                wait = max(1, round(again - time.time()))
                raise HTTPException(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"too many wrong passwords; try again in {-(-wait // 60)} minutes",
                    headers={"Retry-After": str(wait)},
                )

    def count(self, request: Request, name: str) -> None:
        """One more was wrong."""
        for limit, keys in self._limits(request, name):
            self._counted.hit(limit, *keys)

    @staticmethod
    def _limits(request: Request, name: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
        address = address_of(request)
        # A name of any length and case counts as one.
        name = name.casefold()[:100]
        keys = (("both", address, name), ("address", address), ("name", name))
        return tuple(zip(_SIGN_INS, keys, strict=True))


def address_of(request: Request) -> str:
    """Whose request it is, as far as the network says; an IPv6 network counts as one."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if ":" in host else host
