"""Tokens that show that a form came from this site. Forms for anyone carry one of these, and need no cookie."""

from __future__ import annotations

import secrets
import time

from flask import current_app, request
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from assetmap.web.language import gettext as _

LIVES_S = 24 * 3600


def issue(purpose: str) -> str:
    """A token for one form."""
    return _serializer().dumps([purpose, secrets.token_urlsafe(9)])


def fault(purpose: str, least_s: int = 0) -> str:
    """Why the `token` that was sent is no good; "" when it is.

    A form that comes back within `least_s` seconds was filled in by a program, or by somebody who may send it again.
    """
    try:
        (made_for, _once), at = _serializer().loads(request.form.get("token", ""), max_age=LIVES_S,
                                                    return_timestamp=True)
        if made_for == purpose and time.time() - at.timestamp() < least_s:
            return _("That was very quick. Please press once more.")
    except SignatureExpired:
        return _("This form was open for more than a day. Please send it again.")
    except (BadSignature, ValueError, TypeError):
        made_for = ""
    return "" if made_for == purpose else _("This form did not come from this site. Please send it again.")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="assetmap-form")
