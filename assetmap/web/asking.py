"""Asking a group's own people whether their entry is still right: a link, and the letter that carries it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from assetmap.domain.errors import BadInput
from assetmap.domain.text import one_line, short
from assetmap.store import confirmations
from assetmap.store.database import Connection
from assetmap.store.rows import Record
from assetmap.web import entry, mail, services, wording
from assetmap.web.language import gettext as _


def ask(connection: Connection, layer_name: str, record: Record, *, by: str) -> None:
    """Make a confirmation link and send it, or queue it, to the record's own e-mail address.

    Asking again ends the link that was sent before: the newest letter is the one that works.
    Raises BadInput when the record has no e-mail address.
    """
    if not record.contact.email:
        raise BadInput(_("“%(name)s” has no e-mail address to ask at.", name=short(record.name, 80)))
    recipient = mail.address(record.contact.email)
    token = confirmations.make(connection, layer_name, record.id, recipient, by=by,
                               days=services.settings().confirmation_days)
    mail.send_or_queue(connection, recipient=recipient, subject=_("Is “%(name)s” still right on our map?",
                                                                  name=short(record.name, 100)),
                       body=letter(record, f"{services.root()}/confirm/{quote(token)}"), layer=layer_name,
                       record_id=record.id, by=by)


def letter(record: Record, link: str) -> str:
    """The letter's text. It says what the map says, so that "still right" can be known before the link is opened."""
    name, area = one_line(record.name), services.area_name() or _("your area")
    today = services.now().date()
    until = wording.long_day(today + timedelta(days=services.settings().confirmation_days), today)
    facts = [f"- {label}: {one_line(text)}" for label, text in (
        (_("When"), entry.when(record) or _("not known")), (_("Where"), entry.where(record) or _("not known")))]
    parts = [
        _("Hello,"),
        _("“%(name)s” is on the community map of %(area)s. People use it to find something near them.", name=name,
          area=area),
        "\n".join([_("The map says:"), *facts]),
        _("Is everything still right? Please open this link, look at the whole entry, and tell us. It takes a minute, "
          "and you need no account:"),
        link,
        _("You can say that it is still right, change it, or tell us that you have closed. The link works once, until "
          "%(day)s.", day=until),
        _("If somebody else looks after this now, please pass this letter on to them."),
        _("Thank you!"),
        "\n".join(filter(None, (_("The community map of %(area)s", area=area), services.root(),
                                services.settings().contact_email))),
    ]
    return "\n\n".join(parts)
