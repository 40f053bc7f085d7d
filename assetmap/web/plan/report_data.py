"""What a report rests on: where everything is from, and of which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from assetmap.atlas.planning import planning_of
from assetmap.domain.report_query import ReportQuery
from assetmap.store import history
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.plan import list_health, method
from assetmap.web.plan.change_words import day
from assetmap.web.plan.report_parts import tables
from assetmap.web.wording import source_words

_MOST_FEEDS = 6


def sources(query: ReportQuery) -> list[dict]:
    """{what, source, date} of everything that the report's figures use."""
    planning, atlas = planning_of(services.atlas()), services.atlas()
    outlines = _joined(map(source_words, atlas.wards["source"]))
    made = [{"what": _("Outlines of the wards"), "source": outlines or _("not said"),
             "date": ", ".join(map(str, atlas.boundary_years)) or _("not said")}]
    pairs = [pair for table in tables(query) if table.words.bottom or table.measure.reaching
             for pair in table.people.sources]
    made += _figures(_("Numbers of people"), pairs)
    if any(table.measure.reaching for table in tables(query)) and len(planning.points):
        made.append({"what": _("Where people live"), "source": " · ".join(filter(None, (
            planning.points.label, source_words(planning.points.source)))), "date": planning.points.date})
    made += _figures(_("Deprivation (a score: higher is more deprived)"), planning.deprivation[1])
    for what, layer in ((_("Groups"), atlas.groups), (_("Places to meet"), atlas.hubs)):
        feeds = Counter(layer.column("source"))
        said = [_("%(name)s (%(count)s)", name=name or _("typed by hand"), count=f"{count:,}")
                for name, count in feeds.most_common(_MOST_FEEDS)]
        more = len(feeds) - len(said)
        said += [_("and %(count)s more", count=more)] if more > 0 else []
        made.append({"what": what, "source": "; ".join(said) or _("none yet"), "date": last_change()})
    return made


def last_change() -> str:
    """The day of the last change of any record, as people write it; "" when there never was one."""
    with services.database().reading() as connection:
        at = history.last_moment(connection)
    return day(services.local(at).date().isoformat()) if at else ""


def _figures(what: str, pairs: Iterable[tuple[str, str]]) -> list[dict]:
    return [{"what": what, "source": source_words(source), "date": date} for source, date in dict.fromkeys(pairs)]


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))


def about(query: ReportQuery, title: str) -> list[tuple[str, str]]:
    """The same for a file, as (what, text)."""
    atlas = services.atlas()
    typed = ((_("Title"), title), (_("Council"), query.council), (_("Committee"), query.committee))
    rows = [pair for pair in typed if pair[1]]
    rows += [(_("Area"), services.area_name()), (_("Figures of"), atlas.today.isoformat()),
             (_("Data version"), str(atlas.version)), (_("Last change of the data"), last_change()),
             (_("Report"), services.root() + query.address("/plan/report"))]
    if atlas.holds_sample:
        rows.append((_("Warning"), _("This is sample data: the groups are made up.")))
    for table in tables(query):
        rows += [(table.words.label, f"{table.words.what} {table.words.unit}")]
        rows += [(_("%(label)s: how", label=table.words.label), note) for note in method.notes(table)]
    rows += [(one["what"], f"{one['source']} ({one['date']})" if one["date"] else one["source"])
             for one in sources(query)]
    return rows + [(one["what"], _("%(count)s of %(all)s. %(means)s", count=f"{one['count']:,}", all=f"{one['of']:,}",
                                   means=one["means"])) for one in list_health.rows()]
