"""What the tests share. What is imported late is so that a part's tests run without the rest.

    instance                  the settings of an empty instance of the test's own
    sample_home               the folder of a sample instance of the test's own
    app, client               the app over one sample instance that all tests share: read only
    own_app, own_client       the app over a sample instance that the test may change
    empty_app, empty_client   the app over an empty instance that the test may change
    steward_client            the client of `own_app`, signed in as a steward
    steward_page              (page, address): a browser signed in as a steward, and the server over `own_app`
    live_server               the address of a server over the shared sample: read only
    page, open_page           a browser page, or several with options; a fault on any of them fails the test
    watch                     those faults, and which of them are expected
    axe                       axe(page) -> violations of accessibility rules, one readable line each
    barriers                  barriers(page) -> the same in a narrow and a wide window and in the dark, loaded once
"""

import gc
import os
import shutil
import socket
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import jinja2
import pytest

OURSELVES = ("127.0.0.1", "::1", "localhost")

hypothesis.settings.register_profile("assetmap", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("assetmap")


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Fails whatever connects to another machine: the tests need no network, and so need not have one."""
    really_connect = socket.socket.connect

    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in OURSELVES:
            raise AssertionError(f"a test tried to connect to {address}")
        return really_connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session", autouse=True)
def garbage_is_looked_for_seldom():
    """Python goes through all that is imported to find circles nobody holds: a sixth of what the tests would take."""
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*often)
    gc.unfreeze()


def settings_at(home: Path):
    """The settings of the instance in a folder, whatever this machine's environment says."""
    from assetmap.settings import Settings

    return Settings.load(home=home, environ={})


class CompiledTemplates(jinja2.BytecodeCache):
    """Templates that were compiled for one app, for the next: that takes longer than most tests."""

    def __init__(self):
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket):
        self.compiled[bucket.key] = bucket.bytecode_to_string()


compiled_templates = CompiledTemplates()


@pytest.fixture(scope="session", autouse=True)
def addresses_are_compiled_when_built():
    """Werkzeug compiles for each route of each app how its address is built: half of what making an app takes.

    Here each is compiled when a test first builds that address, which gives the same address.
    """
    from werkzeug.routing.rules import Rule

    compile_builder = Rule._compile_builder

    def later(rule, append_unknown=True):
        made = []

        def build(self, *given, **values):
            if not made:
                made.append(compile_builder(rule, append_unknown))
            return made[0](self, *given, **values)

        return build

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", later)
        yield


@contextmanager
def app_over(settings):
    """The Flask app over an instance, in testing mode; after the block nothing of it waits or is open."""
    from assetmap.web.app import create_app

    app = create_app(settings)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    app.extensions["assetmap"].counter.flush()
    app.extensions["assetmap"].database.dispose()


@pytest.fixture(scope="session")
def made_empty(tmp_path_factory) -> Path:
    """The one empty instance that the others are copies of: a copy takes a hundredth of the time. Do not open it."""
    from assetmap.importing.instance import make_instance

    home = tmp_path_factory.mktemp("made") / "empty"
    make_instance(settings_at(home), sample=False).dispose()
    return home


@pytest.fixture
def instance(made_empty, tmp_path):
    return settings_at(shutil.copytree(made_empty, tmp_path / "instance"))


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory) -> Path:
    """The one sample instance that the others are copies of. Do not open it."""
    from assetmap.importing.instance import make_instance

    home = tmp_path_factory.mktemp("made") / "instance"
    make_instance(settings_at(home), sample=True).dispose()
    return home


@pytest.fixture
def sample_home(made_sample, tmp_path) -> Path:
    return Path(shutil.copytree(made_sample, tmp_path / "sample"))


@pytest.fixture(scope="session")
def app(made_sample, tmp_path_factory):
    shared = tmp_path_factory.mktemp("shared") / "instance"
    with app_over(settings_at(Path(shutil.copytree(made_sample, shared)))) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def own_app(sample_home):
    with app_over(settings_at(sample_home)) as app:
        yield app


@pytest.fixture
def own_client(own_app):
    return own_app.test_client()


@pytest.fixture
def empty_app(instance):
    with app_over(instance) as app:
        yield app


@pytest.fixture
def empty_client(empty_app):
    return empty_app.test_client()


def sign_in(client, role: str = "steward", email: str | None = None):
    """Give a test client the cookie of an account with a role, made in its app's store when it is not there."""
    from assetmap.web.signed_in import COOKIE

    account, token = signed_in_as(client.application, role, email or f"{role}@example.org")
    client.set_cookie(COOKIE, token)
    return account


def signed_in_as(app, role: str, email: str):
    """(the account, the token of a new session of it)."""
    from assetmap.domain.account import Role
    from assetmap.store import accounts

    with app.extensions["assetmap"].database.writing() as connection:
        account = accounts.find(connection, email) or accounts.add(connection, email, Role(role), by="the tests")
        return account, accounts.sign_in(connection, account)


def csrf_of(client) -> str:
    """What the hidden field of this client's forms holds."""
    from assetmap.web.access import csrf_token
    from assetmap.web.signed_in import COOKIE

    cookie = client.get_cookie(COOKIE)
    with client.application.test_request_context(headers={"Cookie": f"{COOKIE}={cookie.value if cookie else ''}"}):
        return csrf_token()


@pytest.fixture
def steward_client(own_app):
    client = own_app.test_client()
    sign_in(client)
    return client


@pytest.fixture
def steward_page(own_app, open_page):
    from assetmap.web.signed_in import COOKIE
    from tests.live import serving

    with serving(own_app) as address:
        page = open_page()
        _, token = signed_in_as(own_app, "steward", "steward@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        yield page, address


@pytest.fixture(scope="session")
def live_server(app):
    from tests.live import serving

    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pages(browser):
    from tests.browser import Pages

    return Pages(browser)


@pytest.fixture
def watch():
    from assetmap.settings import TABLE
    from tests.browser import Watch

    tile_url = next(setting.default for setting in TABLE if setting.name == "TILE_URL")
    return Watch(urlsplit(tile_url).hostname)


@pytest.fixture
def open_page(pages, watch):
    """open_page(width=1280, height=800, **context_options) -> a page in a context of its own.

    Options are Playwright's, such as `java_script_enabled=False`. After the test the page is emptied and kept for
    another, so do not give it what nobody can take away again, such as an init script.
    """
    taken = []

    def opened(width: int = 1280, height: int = 800, **options):
        taken.append(pages.take(watch, width, height, **options))
        return taken[-1]

    yield opened
    for page in taken:
        pages.give_back(page, watch)
    assert not watch.faults(), "the browser saw:\n" + "\n".join(watch.faults())


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def axe():
    """axe(page) -> lines such as `color-contrast (serious): <what to do>, at <selector>: <html>`."""
    from tests.barriers import find_with_axe

    return find_with_axe


@pytest.fixture
def barriers():
    """barriers(page) -> the lines of `axe` in a narrow window, a wide one and in the dark, and what is too wide."""
    from tests.barriers import find_everywhere

    return find_everywhere
