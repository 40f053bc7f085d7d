"""One table of settings: name, default, help. Read from the environment, then from settings.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsRefused(Exception):
    """A setting that cannot be used, with a sentence that says which and why."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A name (upper case; `ASSETMAP_` before it in the environment), its default and what it is for."""

    name: str
    default: str | int | float | bool
    help: str


TABLE = (
    Setting("AREA_NAME", "", "Name of the place on every page. Empty: the council of the wards that are loaded."),
    Setting("DATABASE_URL", "", "Where the data lives. Empty: SQLite in the instance folder. Or a PostgreSQL address."),
    Setting("TILE_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
            "Address of the map's background pictures, or `none`. The only thing that comes from elsewhere."),
    Setting("TILE_ATTRIBUTION", "© OpenStreetMap contributors", "Who made the background pictures; shown on the map."),
    Setting("WITHIN_M", 3000, "How far to look around a place when nobody says, in metres."),
    Setting("LOCAL_CRS", "EPSG:27700", "Projected system, in metres, for every distance and area."),
    Setting("TIMEZONE", "Europe/London", "Time zone that session times are written in."),
    Setting("DUE_DAYS", 180, "Days after which a record ought to be confirmed again."),
    Setting("STALE_DAYS", 365, "Days after which a page says that the record may be out of date."),
    Setting("WALK_M_PER_MIN", 80, "Walking pace. Straight lines are lengthened by a third before it is used."),
    Setting("COUNT_SEARCHES", True, "Keep daily counts of searches by ward and category. Nothing about the person."),
    Setting("SUGGESTIONS_PER_HOUR", 20, "How many suggestions one address may send in an hour."),
    Setting("TRUSTED_PROXIES", 0, "How many reverse proxies stand in front, so that addresses are read right."),
    Setting("MAX_FILE_MB", 200, "Largest file that may be loaded, in megabytes."),
    Setting("CONTACT_EMAIL", "", "Address shown to people who want to reach those who run this map."),
    Setting("SECRET_KEY", "", "Signs form tokens. Empty: made once and kept in the instance folder."),
    Setting("THREADS", 8, "How many requests `assetmap run` answers at the same time."),
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
        if number < 0:
            raise SettingsRefused(f"{setting.name} is {number}, and should not be below 0.")
        return number
    return str(value).strip()
