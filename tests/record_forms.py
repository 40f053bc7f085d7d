"""What tests of the stewards' forms share: a form as a browser would send it, and what the store has then."""

import re
from html import unescape

from assetmap.store import history, records
from assetmap.store.rows import LAYERS

GROUP = "albanian-families-saturday"
NEW = {"hubs": {"name": "Thorpe Bay Boathouse", "kind": "community_centre", "postcode": "SS1 3QF"},
       "groups": {"name": "Moonlight Rowers", "times": "Tuesdays 7-9pm", "categories": ["sport"]},
       "opportunities": {"name": "Learn to row", "kind": "skill", "direction": "offer"},
       "organisations": {"name": "Thorpe Bay Trust", "charity_number": "1234567"}}


def shared(app):
    return app.extensions["assetmap"]


def get(app, layer, record_id):
    with shared(app).database.reading() as connection:
        return records.get(connection, LAYERS[layer], record_id)


def lines(app, layer, record_id):
    with shared(app).database.reading() as connection:
        return history.of_record(connection, layer, record_id)


def form_of(client, url):
    """What a browser would send of a page's form if nothing were typed: name → value or list."""
    html = client.get(url).get_data(as_text=True)
    return sent_by(html)


def sent_by(html):
    html = html[html.index('<form class="edit-form"'):]
    html = html[: html.index("</form>")]
    data: dict = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at.get("type") in ("checkbox", "radio") and not re.search(r"\schecked", tag):
            continue
        data.setdefault(unescape(at["name"]), []).append(unescape(at.get("value", "")))
    for name, text in re.findall(r'<textarea\b[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        data[name] = [unescape(text)]
    for name, inside in re.findall(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside) or re.search(r'value="([^"]*)"', inside)
        data[name] = [unescape(chosen[1])]
    return data


def url_of(layer, record_id):
    return f"/steward/{layer}/{record_id}"


def public(app, client, path):
    """A public page, once the Atlas has what was saved: on a busy machine that takes a moment."""
    shared(app).current.refresh()
    return client.get(path)


def ids(app, layer):
    with shared(app).database.reading() as connection:
        return [row[0] for row in records.identities(connection, LAYERS[layer])]
