"""The letters of introductions: what each side reads, with its own link and nobody's address."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from assetmap.domain.introduction import Side
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


def answered(name: str, who: str, body: str, url: str) -> Letter:
    """To the people behind an offer or ask: somebody answers it."""
    return Letter(_("Somebody answers “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("%(who)s answers “%(name)s” on the community map:", who=who, name=name), body,
        _("To answer, or to say that it is not for you, open this page. It is yours alone:"), url,
        _("They do not see your address, and you do not see theirs. You need not answer.")))


def begun(name: str, url: str) -> Letter:
    """To who answers. It holds nothing that was typed: the address may be another person's."""
    return Letter(_("Your message about “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("Somebody answered “%(name)s” on the community map, and gave this e-mail address. The "
                       "message is passed on.", name=name),
        _("On this page you read the answer, and can write again. It is yours alone:"), url,
        _("Was it not you? Then open the page and choose “Stop, and delete it”.")))


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


def withdrawn(name: str, who: str) -> Letter:
    """To the people behind an offer or ask: who answered it thought better of it."""
    return Letter(_("About “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("%(who)s answered “%(name)s”, and now finds that it is not for them. That need not have "
                       "anything to do with you. There is nothing that you have to do.", who=who, name=name)))


def waits(name: str, who: str, url: str) -> Letter:
    """To the people behind an offer or ask, some weeks on: they have not answered yet."""
    return Letter(_("%(who)s waits for a word from you", who=short(who, 60)), _text(
        _("Hello,"), _("%(who)s answered “%(name)s” some weeks ago, and has not heard from you yet.", who=who,
                       name=name),
        _("A word is enough, and “It is not for me” is an answer too:"), url,
        _("If we hear nothing, the message is deleted by itself.")))


def unanswered(name: str, url: str) -> Letter:
    """To who answered, some weeks on: nobody answered them."""
    return Letter(_("No answer yet about “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("The people behind “%(name)s” have not answered you yet. We have asked them once more. It need "
                       "not have anything to do with you.", name=name),
        _("Here you can write to them again, or stop:"), url,
        _("If they stay silent, your details are deleted by themselves.")))


def pass_on(name: str, url: str) -> Letter:
    """To who looks after the map: somebody wrote to people who have no e-mail address."""
    return Letter(_("Please pass on a message about “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("Somebody wrote to the people behind “%(name)s”, and no e-mail address of theirs is known. "
                       "Please ring them. What was written is here, for those who sign in:", name=name), url))


def reported(name: str, url: str) -> Letter:
    """To who looks after the map: one side reports what the other one wrote."""
    return Letter(_("Messages about “%(name)s” were reported", name=short(name, 100)), _text(
        _("Hello,"), _("One of two people who were introduced to each other about “%(name)s” finds what the other one "
                       "wrote wrong. Neither can write until you have looked at it:", name=name), url))


def follow_up(name: str, url: str) -> Letter:
    """To either side, some weeks on: what came of it?"""
    return Letter(_("Did you meet? “%(name)s”", name=short(name, 100)), _text(
        _("Hello,"), _("Some weeks ago you were introduced to each other about “%(name)s”. Did you meet?", name=name),
        _("One press tells us, and helps to introduce others:"), url,
        _("If we hear nothing, your details are deleted by themselves.")))


def renew(name: str, day: str, url: str, is_over: bool) -> Letter:
    """To the people behind an offer or ask that ends soon, or has just ended."""
    says = _("“%(name)s” was on the community map until %(day)s, and has left it now.", name=name, day=day) if is_over \
        else _("“%(name)s” is on the community map until %(day)s.", name=name, day=day)
    leaves = _("If not, you need do nothing.") if is_over else \
        _("If not, you need do nothing: it leaves the map by itself.")
    return Letter(_("Should “%(name)s” go on?", name=short(name, 100)), _text(
        _("Hello,"), says, _("If it should go on, say “Still right” on this page:"), url, leaves))


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
