"""A store of the test's own with files loaded into it, as `assetmap load` does."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from assetmap.importing.report import Report
from assetmap.importing.run import Options, load
from assetmap.settings import Settings
from assetmap.store import records, steward_tables, tables
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS

HUBS = """id,name,kind,postcode,lat,lon
leigh-library,Leigh Library,library,SS9 2DD,51.5418,0.6553
chalkwell-hall,Chalkwell Hall,community_centre,SS0 8NB,51.5413,0.6784
"""


@dataclass
class Loader:
    """The instance and a folder for its files. `report` is the last load's."""

    settings: Settings
    folder: Path
    database: Database = field(init=False)
    report: Report | None = None

    def __post_init__(self):
        self.database = Database(self.settings.database_address)

    def file(self, text: str | bytes, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self, layer: str, text: str | bytes | Path, name: str = "", **options) -> Report:
        path = text if isinstance(text, Path) else self.file(text, name or f"{layer}.csv")
        self.report = load(self.database, self.settings, layer, path, Options(**options))
        return self.report

    def all(self, layer: str) -> dict:
        """Public id → record."""
        with self.database.reading() as connection:
            return {row["id"]: records.record_of(LAYERS[layer], row)
                    for row in records.rows(connection, LAYERS[layer])}

    def one(self, layer: str):
        """The only record."""
        (found,) = self.all(layer).values()
        return found

    def count(self, table: str) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one()

    def state(self) -> tuple:
        """What no refused load may change: every table's rows, and the version."""
        with self.database.reading() as connection:
            return tuple((name, tuple(map(tuple, connection.execute(select(table)).all())))
                         for name, table in sorted(steward_tables.metadata.tables.items()))

    def faults(self) -> list[str]:
        return [problem.sentence() for problem in self.report.refusals]

    def notices(self) -> list[str]:
        return [problem.sentence() for problem in self.report.notices]


def assetmap(settings: Settings, *arguments: object, **options) -> subprocess.CompletedProcess:
    """The command line in a process of its own, over an instance."""
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", "from assetmap.cli import main; main()", "--home",
               str(settings.home), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
