"""How often something may be asked or tried: counted over windows that move."""

import ipaddress
import time
from collections.abc import Iterator
from http import HTTPStatus

from fastapi import Request, Response
from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

from archive.errors import SettingsError
from archive.settings import Settings
from archive.types import Account
from web.together import windows

# Wrong passwords: for a name from an address, from an address, for a name from anywhere (so many
# that nobody is locked out by a neighbour's mistakes).
_SIGN_INS = (parse("10/15 minutes"), parse("50/15 minutes"), parse("100/15 minutes"))
_WHOLE_NETWORK = 64  # bits of an IPv6 address: what one household or company is given


class Rates:
    """Requests are counted: those of a key by the key, of who is signed in by the account, all
    others by their address, except those of this machine.
    """

    def __init__(self, settings: Settings) -> None:
        self._counted = MovingWindowRateLimiter(windows("asked"))
        self._limits = {
            "address": _parsed("ARCHIVE_ADDRESS_LIMIT", settings.address_limit),
            "key": _parsed("ARCHIVE_KEY_LIMIT", settings.key_limit),
        }

    def count(self, request: Request, who: Account | None) -> None:
        """One more request, of an account or of nobody known; each counts once. HTTPException if it
        is too many.
        """
        if getattr(request.state, "counted", False):
            return
        request.state.counted = True
        key = getattr(request.state, "key", None)
        caller = f"key {key.id}" if key else f"account {who.id}" if who else address_of(request)
        policy = "key" if who else "address"
        limit = self._limits[policy]
        if limit is None or not caller:
            return
        is_in = self._counted.hit(limit, caller)
        window = self._counted.get_window_stats(limit, caller)
        wait = max(1, round(window.reset_time - time.time()))
        # draft-ietf-httpapi-ratelimit-headers-10
        request.state.rate_headers = {
            "RateLimit-Policy": f'"{policy}";q={limit.amount};w={limit.get_expiry()}',
            "RateLimit": f'"{policy}";r={window.remaining};t={wait}',
        }
        if not is_in:
            raise _too_many("too many requests", wait)


class SignInLimit:
    """Wrong passwords are counted; after too many the next are not even tried for a while."""

    def __init__(self) -> None:
        self._counted = MovingWindowRateLimiter(windows("wrong-passwords"))

    def check(self, request: Request, name: str) -> None:
        """HTTPException if too many were wrong."""
        for limit, keys in _sign_ins(request, name):
            if not self._counted.test(limit, *keys):
                again = self._counted.get_window_stats(limit, *keys).reset_time
                raise _too_many("too many wrong passwords", max(1, round(again - time.time())))

    def count(self, request: Request, name: str) -> None:
        """One more was wrong."""
        for limit, keys in _sign_ins(request, name):
            self._counted.hit(limit, *keys)


def say_rate(request: Request, response: Response) -> None:
    """Tell programs how many requests they have left."""
    response.headers.update(getattr(request.state, "rate_headers", {}))


def address_of(request: Request) -> str:
    """Whose request it is, as far as the network says (`network_of`)."""
    return network_of(request.client.host if request.client else "")


def network_of(host: str) -> str:
    """An address, or the network of an IPv6 address; "" for this machine itself."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if address.is_loopback:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _WHOLE_NETWORK), strict=False))


def _sign_ins(request: Request, name: str) -> Iterator[tuple[RateLimitItem, tuple[str, ...]]]:
    # A name of any length and case counts as one.
    address, name = address_of(request), name.casefold()[:100]
    for_both, for_address, for_name = _SIGN_INS
    yield for_both, ("both", address, name)
    if address:
        yield for_address, ("address", address)
    yield for_name, ("name", name)


def _too_many(what: str, wait: int) -> HTTPException:
    again = f"{wait} seconds" if wait < 100 else f"{-(-wait // 60)} minutes"
    return HTTPException(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"{what}; try again in {again}",
        headers={"Retry-After": str(wait)},
    )


def _parsed(name: str, limit: str) -> RateLimitItem | None:
    if not limit.strip():
        return None
    try:
        return parse(limit)
    except ValueError as error:
        raise SettingsError(
            f"{name}: “{limit}” is no limit", hint="write it like this: 600/minute"
        ) from error
