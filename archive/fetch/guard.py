"""Which addresses may be asked: those of the public internet, unless a setting says otherwise.

A name is looked up once, every address it stands for is checked, and the connection goes to the
address that was checked: a name that stands for another one a moment later (DNS rebinding) gains
nothing, and neither does a redirect, which is checked the same way.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.errors import FetchError

_PORTS = {"http": 80, "https": 443}
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: `address` was checked, `host` is what the server is called."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def checked(url: str, *, private: bool) -> Target:
    """Where an address leads. FetchError if it may not be asked or cannot be found."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{url[:200]} is not an address: {error}") from error
    if parts.scheme not in _PORTS or not host or len(url) > _LONGEST:
        raise FetchError(
            f"{url[:200]} is not an address of the web", hint="write http://… or https://…"
        )
    if parts.username or parts.password:
        raise FetchError("an address with a password in it is not asked", hint="leave it out")
    port = port or _PORTS[parts.scheme]
    try:
        name = host.encode("idna").decode() if not host.isascii() else host
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            f"the host {host} cannot be found", hint="check the address and the connection"
        ) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private and (inner := next((a for a in addresses if not is_public(a)), None)):
        raise FetchError(
            f"{host} stands for {inner}, an address of a private network",
            hint="if that is meant, set ARCHIVE_PRIVATE_ADDRESSES=true",
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, name, port, addresses[0], path)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where one wraps another."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or _nat64(ip)
        if inner is not None:
            return is_public(str(inner)) and not ip.is_loopback
    return ip.is_global and not ip.is_multicast


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address that a gateway of RFC 6052 would ask."""
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None
