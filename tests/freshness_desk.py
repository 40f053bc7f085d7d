"""A steward's desk over an instance with old and new entries, for the tests of freshness and of letters."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assetmap.domain.contact import Contact
from assetmap.domain.suggestion import document
from assetmap.settings import Settings
from assetmap.store import messages, records, suggestions
from assetmap.store.rows import LAYERS
from tests.conftest import app_over, csrf_of, sign_in
from tests.made_up import group, store

HERE = "/steward/freshness"
TODAY = datetime.now(ZoneInfo("Europe/London")).date()


def days_ago(days):
    return TODAY - timedelta(days=days)


class Desk:
    """An app over an instance, a steward's client, and what a test asks of the store."""

    def __init__(self, app):
        self.app, self.client = app, app.test_client()
        self.database = app.extensions["assetmap"].database
        sign_in(self.client)

    def page(self, path=HERE):
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def names(self, path=HERE):
        return re.findall(r'<a class="row-link" href="[^"]*">([^<]*)</a>', self.page(path))

    def points(self, path=HERE):
        return [int(number) for number in re.findall(r'work-points"><b>(\d+)</b>', self.page(path))]

    def record(self, record_id, layer="groups"):
        with self.database.reading() as connection:
            return records.get(connection, LAYERS[layer], record_id)

    def value(self, record_id, layer="groups"):
        return f"{layer}/{record_id}/{self.record(record_id, layer)[1]}"

    def do(self, action, *values, **more):
        data = {"csrf": csrf_of(self.client), "action": action, "record": list(values), "back": HERE} | more
        return self.client.post(HERE, data=data)

    def said(self, answer):
        """What the next page says of the step before it."""
        assert answer.status_code == 303
        page = self.client.get(answer.location).get_data(as_text=True)
        found = re.search(r'role="status"[^>]*>.*?<p>(.*?)</p>', page, re.DOTALL)
        return found and found[1].replace("&#34;", '"').replace("&#39;", "'")

    def suggest(self, record_id, layer="groups", **told):
        with self.database.writing() as connection:
            suggestions.add(connection, token=f"{record_id}{told}", link=f"link{record_id}{told}", layer=layer,
                            record_id=record_id, version=1, document=document(**told))

    def letters(self):
        with self.database.reading() as connection:
            return messages.listed(connection, (*messages.WAITING, *messages.OVER))


@contextmanager
def desks(instance) -> Iterator[Callable[..., Desk]]:
    """made(settings={…}, groups=[…], …) -> a Desk over the instance, which then holds them."""
    with ExitStack() as opened:
        def made(settings=None, **layers) -> Desk:
            store(instance, **layers)
            return Desk(opened.enter_context(app_over(Settings(instance.home, settings or {}))))

        yield made


def reachable(**values):
    return Contact(**{"website": "https://example.org"} | values)


GROUPS = {
    "fresh": {"last_confirmed": days_ago(3)}, "due": {"last_confirmed": days_ago(200)},
    "stale": {"last_confirmed": days_ago(400)}, "never": {}, "vanished": {"last_confirmed": days_ago(2_000)},
}


def groups(**more):
    return [group(id, **{"contact": reachable()} | values | more) for id, values in GROUPS.items()]
