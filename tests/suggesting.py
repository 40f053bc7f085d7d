"""Filling in residents' forms as a browser does: what the page holds, with what a person typed over it."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from assetmap.domain.suggestion import Suggestion
from assetmap.store import history, records, suggestions
from assetmap.store.rows import LAYERS


@dataclass
class Form:
    """The fields of the first form with this action, as they would be sent back untouched."""

    values: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, action: str):
        super().__init__()
        self.form, self._action, self._inside, self._textarea, self._select = Form(), action, False, "", ""

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        if tag == "form":
            self._inside = not self.form.values and held.get("action") == self._action
        if not self._inside:
            return
        if tag == "input" and held.get("name"):
            if held.get("type") not in ("checkbox", "radio"):
                self.form.values[held["name"]] = held.get("value") or ""
            elif "checked" in held:
                self.form.values.setdefault(held["name"], []).append(held["value"])
        elif tag == "textarea":
            self._textarea, self.form.values[held["name"]] = held["name"], ""
        elif tag == "select":
            self._select = held["name"]
        elif tag == "option" and self._select and ("selected" in held or self._select not in self.form.values):
            self.form.values[self._select] = held.get("value") or ""
        elif tag == "button" and held.get("name"):
            self.form.buttons.append((held["name"], held.get("value")))

    def handle_data(self, data):
        if self._textarea:
            self.form.values[self._textarea] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            name, self._textarea = self._textarea, ""
            # the line break after the tag is not part of it; a browser sends line breaks as CRLF
            self.form.values[name] = self.form.values[name].removeprefix("\n").replace("\n", "\r\n")
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False


def form_of(client, path: str, action: str = "") -> dict:
    """What the form of a page would send if nobody touched it."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return form_in(answer.text, action or path.split("?")[0])


def form_in(html: str, action: str) -> dict:
    reader = _Reader(action)
    reader.feed(html)
    assert reader.form.values, f"no form to {action}"
    return reader.form.values


def send(client, path: str, action: str = "", **typed):
    """Open a page, type over what its form holds, and send it; the answer."""
    return client.post(action or path.split("?")[0], data=form_of(client, path, action) | typed)


def private_link(answer) -> str:
    """The private link that a sending led to."""
    assert answer.status_code == 303, re.findall(r'class="error".*?</p>', answer.text, re.DOTALL)
    assert re.fullmatch(r"/suggestions/[\w-]{40}", answer.headers["Location"])
    return answer.headers["Location"]


def quick(app):
    """The app, whose forms may be sent as soon as they are opened."""
    app.config["FORM_LEAST_S"] = 0
    return app


def waiting(app) -> list[Suggestion]:
    with app.extensions["assetmap"].database.reading() as connection:
        return suggestions.pending(connection)


def suggestion(app, number: int) -> Suggestion:
    with app.extensions["assetmap"].database.reading() as connection:
        return suggestions.get(connection, number)


def record(app, layer: str, record_id: str):
    """(the record as the store has it, its version)."""
    with app.extensions["assetmap"].database.reading() as connection:
        return records.get(connection, LAYERS[layer], record_id)


def change(app, layer: str, record_id: str, by: str = "the tests", **values) -> None:
    """Change a record behind everybody's back; the app sees it at once."""
    from dataclasses import replace

    held = app.extensions["assetmap"]
    with held.database.writing() as connection:
        known, version = records.get(connection, LAYERS[layer], record_id)
        records.save_one(connection, LAYERS[layer], replace(known, **values), version=version, by=by)
    held.current.refresh()


def add(app, layer: str, *made) -> list[str]:
    """Put records in; the app sees it at once. Their public ids."""
    held = app.extensions["assetmap"]
    with held.database.writing() as connection:
        ids = [records.add_one(connection, LAYERS[layer], one, by="the tests") for one in made]
    held.current.refresh()
    return ids


def told(resident, app_, path="/groups/chess-club/report", **typed) -> int:
    """The number of a new suggestion."""
    before = {one.id for one in waiting(app_)}
    private_link(send(resident, path, **typed))
    (new,) = {one.id for one in waiting(app_)} - before
    return new


def press(steward, path: str, do: str, **typed):
    """Open a steward's page and press one of its buttons."""
    return steward.post(path.split("?")[0], data=form_of(steward, path, path.split("?")[0]) | {"do": do} | typed)


def history_of(app_, record_id="chess-club"):
    with app_.extensions["assetmap"].database.reading() as connection:
        return history.of_record(connection, "groups", record_id)


def notice(steward) -> str:
    """What the last step had to say."""
    said = steward.get("/steward/suggestions").text.partition('role="status" tabindex="-1">')[2].partition("</div>")[0]
    return re.sub(r"<[^>]+>|\s+", " ", said)


def would_change(html: str) -> dict[str, tuple[str, str]]:
    """The table of what would change: label → (before, after)."""
    rows = re.findall(r"<tr[^>]*><th[^>]*>(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", html, re.DOTALL)
    return {label: tuple(unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells) for label, *cells in rows}
