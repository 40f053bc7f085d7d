"""An entry in plain words, for its own people: what the map says of it, line by line."""

from __future__ import annotations

from collections.abc import Callable

from assetmap.domain.group import Group
from assetmap.domain.hub import Hub
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.organisation import Organisation
from assetmap.store.rows import Record
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.steward.shown import hub_name

Said = list[tuple[str, str]]


def lines(record: Record) -> list[dict[str, str]]:
    """Rows of {label, value}; what nobody knows is left out, unless people would look for it.

    Of a group that meets in a home there is no address, whoever reads this.
    """
    tell: dict[type, Callable[[Record], Said]] = {
        Group: _group, Hub: _hub, Opportunity: _opportunity, Organisation: _organisation}
    said = [*tell[type(record)](record), *_shared(record)]
    return [{"label": label, "value": text} for label, text in said if text]


def contact_lines(record: Record) -> list[dict[str, str]]:
    """Rows of {label, value}: every contact detail that is held, and whether it is published."""
    contact = record.contact
    shown = _("The map shows it.") if contact.consent else _("The map does not show it: nobody has agreed to that.")
    said = [(_("Telephone"), f"{contact.phone} ({shown})" if contact.phone else ""),
            (_("E-mail"), f"{contact.email} ({shown})" if contact.email else ""), (_("Website"), contact.website)]
    return [{"label": label, "value": text or _("Not known")} for label, text in said]


def when(record: Record) -> str:
    """When it meets or is open, as far as anyone knows."""
    if isinstance(record, Hub):
        return record.opening_hours
    if isinstance(record, Organisation):
        return ""
    return wording.usual_times(record) or record.times


def where(record: Record) -> str:
    """Its hubs and its address."""
    if getattr(record, "meets_in_home", False):
        return _("In a home: the map shows only the ward")
    held = [getattr(record, "hub_id", ""), *(meeting.hub_id for meeting in getattr(record, "meetings", ()))]
    names = [hub_name(hub_id) for hub_id in dict.fromkeys(filter(None, held))]
    lines_ = wording.address_lines(getattr(record, "address", ""), record.postcode)
    if getattr(record, "online", False):
        lines_.append(_("Online"))
    return ", ".join(dict.fromkeys([*names, *lines_]))


def _group(group: Group) -> Said:
    vocabulary = services.atlas().vocabulary
    people = [*vocabulary.labels("audience", group.audiences), wording.ages(group.age_min, group.age_max)]
    about = [*vocabulary.labels("category", group.categories), *group.other_categories]
    return [(_("Name"), group.name), (_("When"), when(group) or _("Not known")),
            (_("Where"), where(group) or _("Not known")),
            (_("In short"), group.summary), (_("What happens"), group.description),
            (_("Cost"), wording.cost(group.cost, group.cost_note, vocabulary)),
            (_("What it is about"), ", ".join(about)),
            (_("Who it is for"), ", ".join(filter(None, people))), (_("Run by"), group.organisation)]


def _hub(hub: Hub) -> Said:
    kind = services.atlas().vocabulary.get("hub_kind", hub.kind).label
    return [(_("Name"), hub.name), (_("Kind of place"), kind), (_("Where"), where(hub) or _("Not known")),
            (_("Open"), hub.opening_hours or _("Not known")), (_("What it is"), hub.summary), (_("Rooms"), hub.rooms),
            (_("Room for"), "" if hub.capacity is None else str(hub.capacity))]


def _opportunity(chance: Opportunity) -> Said:
    vocabulary = services.atlas().vocabulary
    direction = _("Offer") if chance.direction == "offer" else _("Ask")
    kind = vocabulary.get("opportunity_kind", chance.kind).label
    return [(_("Name"), chance.name), (_("What it is"), f"{direction}: {kind}"), (_("When"), when(chance)),
            (_("Where"), where(chance)), (_("More about it"), chance.summary),
            (_("Topics"), ", ".join(vocabulary.labels("category", chance.topics))),
            (_("Open until"), chance.expires and wording.long_day(chance.expires, services.now().date()) or "")]


def _organisation(organisation: Organisation) -> Said:
    return [(_("Name"), organisation.name), (_("Where"), where(organisation)),
            (_("What it does"), organisation.summary),
            (_("Charity number"), organisation.charity_number), (_("Company number"), organisation.company_number)]


def _shared(record: Record) -> Said:
    vocabulary = services.atlas().vocabulary
    unknown = "" if isinstance(record, Organisation) else _("Not known")
    return [(_("Getting in"), ", ".join(vocabulary.labels("access", record.access)) or unknown),
            (_("Languages"), ", ".join(vocabulary.labels("language", record.languages))),
            (_("Connects"), ", ".join(vocabulary.labels("connected_theme", getattr(record, "connected_themes", ())))),
            (_("Notes"), record.notes)]
