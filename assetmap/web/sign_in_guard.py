"""How many wrong guesses at a password are too many, and for whom.

A stranger who guesses must be stopped, and must not be able to keep a steward out. So it is not the account that is
locked. Guesses are counted

- for each e-mail address from one network address: a stranger's own wrong guesses stop the stranger alone;
- for each network address, whatever the e-mail: trying one password on many accounts stops;
- for each e-mail address from everywhere: guessing from many machines at once stops. This is the one count that
  strangers could use to keep somebody out, so it is high, it ends within a quarter of an hour, and it does not hold
  for a browser in which the person has signed in before (that one has a count of its own). In a new browser a link from
  another steward, or from `assetmap user link`, always opens.

Addresses that have no account are counted alike.
"""

from __future__ import annotations

import ipaddress
import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from assetmap.domain.account import Account
from assetmap.store.sign_in_tries import Limit
from assetmap.web.access import keyed

FROM_ONE_NETWORK_FOR_ONE_EMAIL = 8
FROM_ONE_NETWORK = 30
FOR_ONE_EMAIL = 30
FROM_A_KNOWN_BROWSER = 8
FOR_A_CHANGE = 8
KNOWN_COOKIE = "assetmap_known"
_KNOWN_S = 365 * 24 * 3600


def limits(email: str) -> list[Limit]:
    """What a try to sign in is counted under."""
    browser = _known_as(email)
    if browser:
        return [Limit(keyed(f"browser {browser} {email}"), FROM_A_KNOWN_BROWSER)]
    network = _network(request.remote_addr or "")
    return [Limit(keyed(f"network and e-mail {network} {email}"), FROM_ONE_NETWORK_FOR_ONE_EMAIL),
            Limit(keyed(f"network {network}"), FROM_ONE_NETWORK), Limit(keyed(f"e-mail {email}"), FOR_ONE_EMAIL)]


def limits_of_change(account: Account) -> list[Limit]:
    """What a try to change one's own password is counted under: the session may be a thief's."""
    return [Limit(keyed(f"change {account.id}"), FOR_A_CHANGE)]


def remember(response: Response, email: str) -> Response:
    """Know this browser again. The cookie lets nobody in; it only keeps strangers' guesses from being its own."""
    if not _known_as(email):
        response.set_cookie(KNOWN_COOKIE, _signer().dumps([keyed(f"known {email}"), secrets.token_urlsafe(12)]),
                            max_age=_KNOWN_S, httponly=True, samesite="Lax", secure=request.is_secure, path="/sign-in")
    return response


def _known_as(email: str) -> str:
    """The name of a browser in which this e-mail address signed in before."""
    try:
        whose, name = _signer().loads(request.cookies.get(KNOWN_COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(name) if whose == keyed(f"known {email}") else ""


def _network(address: str) -> str:
    """An address as one household or office has it: of IPv6 the first 64 bits."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 6:
        found = found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False).network_address
    return str(found)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="assetmap-known")
