"""Making an instance: its folder, its store, its vocabulary, and the sample place when that is asked for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from assetmap import paths
from assetmap.domain.errors import AssetmapError, BadInput, Gone, Unavailable
from assetmap.settings import Settings
from assetmap.store.database import Database, is_made, mark_made

SAMPLE = (
    ("wards", "wards.geojson"), ("ward-figures", "ward_figures.csv"), ("postcodes", "sample_postcodes.csv"),
    ("places", "gazetteer.csv"), ("hubs", "sample_hubs.csv"), ("groups", "sample_groups.csv"),
    ("opportunities", "sample_opportunities.csv"), ("programmes", "sample_programmes.csv"),
)
SAMPLE_SOURCE = "sample"
Progress = Callable[[str, int, int], None]


def make_instance(settings: Settings, *, sample: bool, progress: Progress | None = None) -> Database:
    """Make the instance folder and its store; with `sample`, load the sample place through the ordinary loaders.

    An instance that is there already is brought up to date and keeps its data. Raises BadInput when the folder
    cannot be made, AssetmapError when the sample is refused (then nothing of it stays).
    """
    make_folder(settings)
    database = Database(settings.database_address)
    database.migrate()
    if not settings.database_url:
        settings.database_file.chmod(0o600)  # it holds contacts that nobody agreed to publish
    load_or_raise(database, settings, "vocabulary", paths.geodata() / "vocabulary.json", progress)
    if sample:
        for layer, name in SAMPLE:
            load_or_raise(database, settings, layer, paths.geodata() / name, progress)
        # late, as the readers of files are: see below
        from assetmap.importing.sample_people import add_people
        from assetmap.importing.sample_photo import add_photo

        add_people(database, settings, paths.geodata() / "sample_people.json", SAMPLE_SOURCE)
        add_photo(database, settings, paths.geodata() / "sample_photo.webp")
    with database.writing() as connection:
        mark_made(connection)
    return database


def open_instance(settings: Settings) -> Database:
    """The store of an instance that is there. Raises BadInput, saying how to make one, when there is none;
    Gone when there was one."""
    if not settings.database_url and not settings.database_file.is_file():
        if (settings.home / "secret_key").is_file():
            raise Gone
        raise BadInput(f"There is no instance in {settings.home}. Make one with `assetmap init --sample` or "
                       "`assetmap init --empty`.")
    database = Database(settings.database_address)
    if not database.has_tables():
        raise Unavailable("The data file is empty or damaged. Restore a backup with `assetmap restore FILE`, or take "
                          "the file away and make the instance anew.")
    database.migrate()
    return database


def exists(settings: Settings) -> bool:
    """Whether the instance was made to its end; one that was interrupted is made again. Raises Unavailable."""
    if not settings.database_url and not settings.database_file.is_file():
        return False
    database = Database(settings.database_address)
    try:
        return database.has_tables() and is_made(database)
    finally:
        database.dispose()


def make_folder(settings: Settings) -> None:
    """The instance folder, readable by its owner alone, with the key that signs forms."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = settings.home / "secret_key"
        if key.exists() and not key.stat().st_size:
            key.unlink()  # cut off between its making and its first line
        if not key.exists():
            descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
    except FileExistsError:
        return
    except OSError as error:
        raise BadInput(f"The instance folder {settings.home} cannot be made: {error.strerror}.") from error


def secret_key(settings: Settings) -> str:
    """The setting, else the instance's own."""
    return settings.secret_key or (settings.home / "secret_key").read_text().strip()


def load_or_raise(database: Database, settings: Settings, layer: str, file: Path,
                  progress: Progress | None = None) -> None:
    """Load a file that ought to be right; say where it is not."""
    # the readers of every kind of file take half a second to import, and a server that only serves needs none
    from assetmap.importing.options import Options, no_progress
    from assetmap.importing.run import load

    source = SAMPLE_SOURCE if layer in {"hubs", "groups", "opportunities", "programmes"} else ""
    options = Options(source=source, by="assetmap init", progress=progress or no_progress)
    report = load(database, settings, layer, file, options)
    if not report.applied:
        faults = "; ".join(problem.sentence() for problem in report.refusals[:5])
        raise AssetmapError(f"{report.headline()} {faults}")
