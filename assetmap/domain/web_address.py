"""What is wrong with a web address, as far as its form tells: nothing is fetched."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from assetmap.domain.text import EMAIL

_EXAMPLES = re.compile(r"(?:.*\.)?(?:example\.(?:com|org|net)|example|test|invalid)")
_INSIDE = re.compile(r"(?:.*\.)?(?:localhost|local|internal|intranet|lan|home|corp)")
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)


def fault(address: str) -> str:
    """What is wrong, to stand after “the address”; "" when the form is right or there is none.

    >>> fault("mailto:tea@example.org")
    'is an e-mail address'
    """
    said = address.strip()
    if not said:
        return ""
    if said.lower().startswith("mailto:") or EMAIL.fullmatch(said):
        return "is an e-mail address"
    if re.search(r"\s", said):
        return "has a space in it"
    try:
        parts = urlsplit(said)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        return "cannot be read as an address"
    if parts.scheme.lower() not in ("http", "https"):
        return "does not begin with http:// or https://"
    if not host:
        return "names no site"
    if parts.username is not None:
        return "is an e-mail address" if EMAIL.fullmatch(parts.netloc) else "has a name or password in it"
    return _fault_of_host(host)


def _fault_of_host(host: str) -> str:
    bare = host.lower().rstrip(".")
    inside = "leads to a computer inside somebody's own network"
    if _NUMBER.fullmatch(bare) or ":" in bare:
        return inside if _is_inside(bare) else "has a number instead of a site's name"
    if _INSIDE.fullmatch(bare):
        return inside
    if "." not in bare:
        return "has no dot in its site's name"
    if _EXAMPLES.fullmatch(bare):
        return "is only an example"
    try:
        ascii_host = bare.encode("idna").decode()
    except UnicodeError:
        return "has a site's name that cannot be"
    last = ascii_host.rpartition(".")[2]
    if not _HOST.fullmatch(ascii_host) or len(ascii_host) > 253 or last.isdigit() or len(last) < 2:
        return "has a site's name that cannot be"
    return ""


def _is_inside(host: str) -> bool:
    """Whether a numeric host is private; also as browsers read 2130706433 and 127.1."""
    if ":" in host:
        try:
            return not ipaddress.ip_address(host.partition("%")[0]).is_global
        except ValueError:
            return True
    numbers = [int(part, 16 if part.startswith("0x") else 8 if len(part) > 1 and part[0] == "0" and part.isdigit()
                   and set(part) <= set("01234567") else 10) for part in host.split(".")]
    *first, last = numbers
    value = last
    for position, number in enumerate(first):
        value += number << (24 - 8 * position)
    if any(number > 255 for number in first) or value >= 2**32:
        return True
    return not ipaddress.ip_address(value).is_global
