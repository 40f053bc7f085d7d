"""A group's confirmation link, and the pages behind it, for tests."""

import re
from dataclasses import replace
from html import unescape

from assetmap.store import confirmations, history, records, suggestions
from assetmap.store.rows import LAYERS

GROUPS = LAYERS["groups"]


class Desk:
    """The store of an app, and what a test asks of it."""

    def __init__(self, app):
        self.app = app
        self.database = app.extensions["assetmap"].database
        self.group = app.test_client().get("/find.json").json["results"][0]["id"]

    def link(self, days=30, record_id=None, layer="groups"):
        with self.database.writing() as connection:
            return confirmations.make(connection, layer, record_id or self.group, "chess@example.org",
                                      by="steward@example.org", days=days)

    def found(self, token):
        with self.database.reading() as connection:
            return confirmations.find(connection, token)

    def record(self, record_id=None, layer="groups"):
        with self.database.reading() as connection:
            return records.get(connection, LAYERS[layer], record_id or self.group)

    def save(self, **values):
        record, version = self.record()
        with self.database.writing() as connection:
            records.save_one(connection, GROUPS, replace(record, **values), version=version, by="s@example.org")
        self.app.extensions["assetmap"].current.look_again()

    def history(self):
        with self.database.reading() as connection:
            return history.of_record(connection, "groups", self.group)

    def suggestions(self):
        with self.database.reading() as connection:
            return suggestions.pending(connection)

    def version(self):
        return self.database.version()


def hidden_fields(html):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))


def answer(client, token, choice, **values):
    fields = as_it_is(client.get(f"/confirm/{token}"))
    return client.post(f"/confirm/{token}", data=fields | {"choice": choice} | values)


def as_it_is(response):
    """What the form of “Still right” sends when nothing of it is touched."""
    html = response.get_data(as_text=True)
    ticked = re.search(r'"contact_consent"[^>]* checked', html)
    return hidden_fields(html) | ({"contact_consent": "yes"} if ticked else {})


def open_form(client, token):
    """Every field of the form as the page shows it, to send back as it is."""
    html = client.get(f"/confirm/{token}/change").get_data(as_text=True)
    values = hidden_fields(html)
    values |= dict(re.findall(r'<input class="input" id="(\w+)"[^>]* value="([^"]*)"', html))
    areas = re.findall(r'<textarea class="input" id="(\w+)"[^>]*>\n?([^<]*)</textarea>', html)
    values |= {name: text.strip("\n") for name, text in areas}
    values = {name: unescape(value) for name, value in values.items()}
    values["access"] = re.findall(r'name="access" value="(\w+)" checked', html)
    if re.search(r'name="contact_consent"[^>]* checked', html):
        values["contact_consent"] = "yes"
    return values
