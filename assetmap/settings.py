"""One table of settings: name, default, help. Read from the environment, then from settings.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class SettingsRefused(Exception):
    """A setting that cannot be used, with a sentence that says which and why."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A name (upper case; `ASSETMAP_` before it in the environment), its default and what it is for."""

    name: str
    default: str | int | float | bool
    help: str
    lowest: int = 0
    highest: int = 1_000_000_000


TABLE = (
    Setting("AREA_NAME", "", "Name of the place on every page. Empty: the council of the wards that are loaded."),
    Setting("DATABASE_URL", "", "Where the data lives. Empty: SQLite in the instance folder. Or a PostgreSQL address."),
    Setting("TILE_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
            "Address of the map's background pictures, or `none`. The only thing that comes from elsewhere."),
    Setting("TILE_ATTRIBUTION", "© OpenStreetMap contributors", "Who made the background pictures; shown on the map."),
    Setting("WITHIN_M", 3000, "How far to look around a place when nobody says, in metres.", 1, 50_000),
    Setting("LOCAL_CRS", "EPSG:27700", "Projected system, in metres, for every distance and area."),
    Setting("TIMEZONE", "Europe/London", "Time zone that session times are written in."),
    Setting("DUE_DAYS", 180, "Days after which a record ought to be confirmed again."),
    Setting("STALE_DAYS", 365, "Days after which a page says that the record may be out of date."),
    Setting("WALK_M_PER_MIN", 80, "Walking pace. Straight lines are lengthened by a third before it is used.",
            1, 1_000),
    Setting("COUNT_SEARCHES", True, "Keep daily counts of searches by ward and category. Nothing about the person."),
    Setting("HIDE_DAYS", 1095,
            "Days after which a record that nobody confirmed again is hidden; not programmes. 0: never.", 0, 36_500),
    Setting("CONFIRMATION_DAYS", 30, "Days that a group's link to confirm its entry works.", 1, 365),
    Setting("DUPLICATE_M", 100, "How near two records with like names must be to look like one, in metres.", 1, 5_000),
    Setting("SIGNED_IN_HOURS", 12, "Hours without use after which somebody who signed in must do so again.", 1, 720),
    Setting("INVITATION_DAYS", 7, "Days that an invitation to make an account works.", 1, 90),
    Setting("MAX_UPLOAD_MB", 30, "Largest file that a steward may upload in the browser, in megabytes.", 1, 1_000),
    Setting("SMTP_HOST", "", "The mail server. Empty: letters are listed for a steward to send by hand."),
    Setting("SMTP_PORT", 587, "The mail server's port.", 1, 65_535),
    Setting("SMTP_SECURITY", "starttls", "How to talk to the mail server: starttls, ssl or none."),
    Setting("SMTP_USER", "", "Name to sign in to the mail server with. Empty: without signing in."),
    Setting("SMTP_PASSWORD", "", "Password to sign in to the mail server with."),
    Setting("MAIL_FROM", "", "Address that letters come from. Empty: CONTACT_EMAIL."),
    Setting("SUGGESTIONS_PER_HOUR", 20, "How many suggestions one address may send in an hour.", 1),
    Setting("OPPORTUNITY_DAYS", 180, "Days that an offer or ask stays when nobody said how long.", 1, 3_650),
    Setting("RENEW_DAYS", 14, "Days before an offer or ask ends that its people are asked whether it should go on.",
            1, 365),
    Setting("FOLLOW_UP_DAYS", 21, "Days after an introduction that both are asked what came of it.", 1, 365),
    Setting("FORGET_DAYS", 90, "Days after which the details of people, messages and letters that are done with are "
            "deleted by `assetmap tidy`.", 1, 3_650),
    Setting("PACK_DAYS", 90, "Days that the link to a pack of suggestions works.", 1, 365),
    Setting("ANSWERS_PER_HOUR", 10, "How many answers to offers and asks one address may send in an hour.", 1),
    Setting("TRUSTED_PROXIES", 0, "How many reverse proxies stand in front, so that addresses are read right.", 0, 10),
    Setting("PHOTOS_MB", 300, "Room for photos of programmes in the data file, in megabytes. Most take less than half "
            "of one.", 0, 100_000),
    Setting("MAX_FILE_MB", 200, "Largest file that may be loaded, in megabytes.", 1, 100_000),
    Setting("CONTACT_EMAIL", "", "Address shown to people who want to reach those who run this map."),
    Setting("SECRET_KEY", "", "Signs form tokens. Empty: made once and kept in the instance folder."),
    Setting("THREADS", 8, "How many requests `assetmap run` answers at the same time.", 1, 256),
    Setting("SITE_URL", "", "The site's own address, such as https://map.example.org, for links in downloads and "
            "calendars. Empty: as the reader's browser names it."),
)
_BY_NAME = {setting.name: setting for setting in TABLE}


class Settings:
    """Values by lower-case attribute, such as `settings.within_m`, and `home`, the instance folder."""

    def __init__(self, home: Path, values: Mapping[str, str | int | float | bool] | None = None):
        self.home = Path(home)
        given = {name.upper(): value for name, value in (values or {}).items()}
        unknown = sorted(set(given) - set(_BY_NAME))
        if unknown:
            raise SettingsRefused(f"There is no setting called {unknown[0]}. The README lists them all.")
        for setting in TABLE:
            setattr(self, setting.name.lower(), _converted(setting, given.get(setting.name, setting.default)))
        _must_agree(self)

    @classmethod
    def load(cls, home: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
        """From `ASSETMAP_*` in `environ`, then `settings.toml` in the instance folder, then the defaults.

        Raises SettingsRefused, naming the setting or the line, for what cannot be used.
        """
        environ = os.environ if environ is None else environ
        home = Path(home or environ.get("ASSETMAP_HOME") or "instance")
        values: dict = {}
        file = home / "settings.toml"
        if file.is_file():
            try:
                values.update({name.upper(): value for name, value in tomllib.loads(file.read_text("utf-8")).items()})
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsRefused(f"{file} cannot be read: {error}.") from error
        for name in _BY_NAME:
            if f"ASSETMAP_{name}" in environ:
                values[name] = environ[f"ASSETMAP_{name}"]
        return cls(home, values)

    @property
    def database_file(self) -> Path:
        """The embedded SQLite file."""
        return self.home / "assetmap.db"

    @property
    def database_address(self) -> str:
        """SQLAlchemy's URL of the store."""
        return self.database_url or f"sqlite:///{self.database_file.absolute()}"


def _must_agree(settings: Settings) -> None:
    """Raises SettingsRefused for settings that contradict each other."""
    due, stale, hide = settings.due_days, settings.stale_days, settings.hide_days
    if due > stale:
        raise SettingsRefused(f"DUE_DAYS is {due:,} and STALE_DAYS is {stale:,}. A record is due for a check before it "
                              "is stale: DUE_DAYS should be STALE_DAYS or less.")
    if hide and stale > hide:
        raise SettingsRefused(f"STALE_DAYS is {stale:,} and HIDE_DAYS is {hide:,}. A record is stale before it is "
                              "hidden: HIDE_DAYS should be STALE_DAYS or more, or 0 for never.")
    if settings.smtp_host and not (settings.mail_from or settings.contact_email):
        raise SettingsRefused("SMTP_HOST is set, and letters have no address to come from. Set MAIL_FROM or "
                              "CONTACT_EMAIL.")


def _converted(setting: Setting, value):
    kind = type(setting.default)
    if kind is bool:
        if str(value).strip().lower() in {"1", "true", "yes", "on"}:
            return True
        if str(value).strip().lower() in {"0", "false", "no", "off", ""}:
            return False
        raise SettingsRefused(f"{setting.name} is “{value}”, and should be yes or no.")
    if kind is int:
        try:
            number = int(str(value).strip())
        except ValueError:
            raise SettingsRefused(f"{setting.name} is “{value}”, and should be a whole number.") from None
        if not setting.lowest <= number <= setting.highest:
            raise SettingsRefused(f"{setting.name} is {number}, and should be from {setting.lowest:,} to "
                                  f"{setting.highest:,}.")
        return number
    if not isinstance(value, str) or not value.isprintable():
        raise SettingsRefused(f"{setting.name} should be a text on one line.")
    text = value.strip()
    rule = _TEXT_RULES.get(setting.name)
    if rule and not rule[0](text):
        raise SettingsRefused(f"{setting.name} is “{text[:80]}”, and should be {rule[1]}.")
    return text


def _is_zone(text: str) -> bool:
    try:
        return bool(text) and bool(ZoneInfo(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_tile_url(text: str) -> bool:
    return text.lower() == "none" or bool(_TILE_URL.fullmatch(text)) and all(f"{{{part}}}" in text for part in "zxy")


_TILE_URL = re.compile(r"(https?://[A-Za-z0-9.{}-]+(:\d+)?)?/[^\s\"'<>;]*")
_TEXT_RULES = {
    "TIMEZONE": (_is_zone, "a time zone's name, such as Europe/London"),
    "LOCAL_CRS": (re.compile(r"EPSG:(?!4326$|4258$|3857$)\d{4,6}").fullmatch,
                  "a projected system in metres, such as EPSG:27700"),
    "DATABASE_URL": (re.compile(r"|sqlite:///.+|postgresql(\+\w+)?://.+").fullmatch,
                     "empty, or an address such as postgresql+psycopg://user:password@host/name"),
    "TILE_URL": (_is_tile_url, "an address with {z}, {x} and {y} in it, or none"),
    "SMTP_HOST": (re.compile(r"|[A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?").fullmatch,
                  "empty, or the name of a mail server, such as mail.example.org"),
    "MAIL_FROM": (re.compile(r"|[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,63}").fullmatch,
                  "empty, or an e-mail address, such as map@example.org"),
    "SMTP_SECURITY": (re.compile("starttls|ssl|none").fullmatch, "starttls, ssl or none"),
    "SITE_URL": (re.compile(r"|https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9./_-]*)?").fullmatch,
                 "empty, or an address such as https://map.example.org"),
}
