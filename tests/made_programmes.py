"""What tests of programmes share: a programme with an area, kept in an app's store, and forms sent as browsers do."""

import re
from datetime import timedelta
from html import unescape

from assetmap.domain.programme import Deployment, Programme, Role, Step
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.store import programmes
from tests.conftest import csrf_of

EDIT = "/plan/programmes/edit"
AREA = "street-milton"
STEPS = (Step("listen", "Listening event", "Everybody is asked.", 10), Step("meet", "Monthly meetings"),
         Step("stand", "On its own feet"))


def shared(app):
    return app.extensions["assetmap"]


def today_of(app):
    from assetmap.web import services

    with app.test_request_context():
        return services.now().date()


def keep(app, *records) -> list[str]:
    """The ids of records that are kept in the app's store."""
    with shared(app).database.writing() as connection:
        made = [programmes.add(connection, record, by="the tests") for record in records]
    shared(app).current.renew()
    return made


def make_listening(app) -> str:
    """“Street by street” in Milton Road: it went back from its second step. The address of its page."""
    ward, today = shared(app).current.get().ward_codes[0], today_of(app)
    area = AREA
    keep(app, Programme("street", "Street by street", "Neighbours listen.", "So that streets decide.", steps=STEPS,
                        themes=("people",), notes="Costs more than we say"),
         Deployment(area, "Street by street in Milton", "street", "Round Milton Road.", (ward,), "Milton Road",
                    lead="Milton Trust", roles=(Role("Coordinator", "01702 555 012", "coordinator@example.org"),
                                                Role("Desk", "01702 555 013", consent=True)),
                    languages_offered=("pl",), languages_asked=("pl", "bn"), opportunity_kinds=("volunteering",),
                    notes="The trust may leave"),
         *(ProgressEvent(f"e{days}", "", area, step, what, today - timedelta(days), **more)
           for days, step, what, more in (
               (200, "listen", "begun", {}), (180, "listen", "reached", {"evidence": "84 answers on the wall"}),
               (90, "meet", "begun", {"photo": "https://photos.example/m.jpg", "photo_alt": "A full hall"}),
               (20, "listen", "gone_back", {"note": "The hall was shut."}),
               (10, "listen", "begun", {"note": "Secret talks", "public": False}))),
         DeploymentFigure("f1", "People attending", area, 40, today - timedelta(30), origin="Sign-in sheets"),
         DeploymentFigure("f2", "People attending", area, 12.5, today - timedelta(60), origin="Sign-in sheets"),
         DeploymentFigure("f3", "People attending", area, 900, today - timedelta(600)),
         PlannedDate("d1", "Autumn listening", area, today - timedelta(15), step="listen", done=True),
         PlannedDate("d2", "Hidden supper", area, today + timedelta(9), public=False))
    return f"/programmes/street/{area}"


def text_of(page) -> str:
    """The words of an answer, or of its HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", getattr(page, "text", page))).split())


def send(client, url, **fields):
    """Send a form with the token of this client."""
    return client.post(url, data={"csrf": csrf_of(client), **fields})
