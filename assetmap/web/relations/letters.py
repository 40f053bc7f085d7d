"""The letters of introductions: what each side reads, with its own link and nobody's address."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from assetmap.domain.introduction import Introduction, Side
from assetmap.domain.text import short
from assetmap.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Letter:
    """What one side is written."""

    subject: str
    body: str


def link_of(secret_key: str, number: int, side: Side) -> str:
    """The token of one side's link: made from the site's own key, so that it is kept nowhere and never changes."""
    return hmac.new(secret_key.encode(), f"introduction {number} {side.value}".encode(), hashlib.sha256).hexdigest()


def answered(one: Introduction, name: str, body: str, url: str) -> Letter:
    """To the people behind an offer or ask: somebody answers it."""
    return Letter(_("Somebody answers “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("%(who)s answers “%(name)s” on the community map:", who=one.name, name=name), body,
        _("To answer, or to say that it is not for you, open this page. It is yours alone:"), url,
        _("They do not see your address, and you do not see theirs. You need not answer.")))


def replied(name: str, who: str, body: str, url: str) -> Letter:
    """To either side: the other one wrote."""
    return Letter(_("An answer about “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("%(who)s wrote to you about “%(name)s”:", who=who, name=name), body,
        _("Answer on this page. It is yours alone:"), url,
        _("On that page you can also say that you have met, or stop and have your details deleted.")))


def ended(name: str, url: str) -> Letter:
    """To who answered: it is not for them."""
    return Letter(_("About “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("Thank you for answering “%(name)s”. It does not work out this time: that need not "
                       "have anything to do with you.", name=name),
        _("There are other offers and asks here:"), url))


def follow_up(name: str, url: str) -> Letter:
    """To either side, some weeks on: what came of it?"""
    return Letter(_("Did you meet? “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("Some weeks ago you were introduced to each other about “%(name)s”. Did you meet?", name=name),
        _("One press tells us, and helps to introduce others:"), url,
        _("If we hear nothing, your details are deleted by themselves.")))


def renew(name: str, day: str, url: str) -> Letter:
    """To the people behind an offer or ask that ends soon."""
    return Letter(_("Should “%(name)s” go on?", name=short(name, 100)), _text(
        _("Hello,"), _("“%(name)s” is on the community map until %(day)s.", name=name, day=day),
        _("If it should go on, say “Still right” on this page:"), url,
        _("If not, you need do nothing: it leaves the map by itself.")))


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
