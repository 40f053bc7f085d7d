"""One family of errors, each with a sentence for the person who meets it."""

from __future__ import annotations

from dataclasses import dataclass


class AssetmapError(Exception):
    """Base of every expected fault.

    `message` is a whole sentence: what is wrong, where, and what would be right.
    `field` names the query parameter or form field it belongs to, when there is one.
    """

    status = 500

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(AssetmapError):
    """What was typed makes no sense (HTTP 400)."""

    status = 400


class FileRefused(BadInput):
    """A file that cannot be read at all."""


class NotFound(AssetmapError):
    """What was asked for does not exist (HTTP 404)."""

    status = 404


class Conflict(AssetmapError):
    """Somebody else saved first (HTTP 409)."""

    status = 409


class Unavailable(AssetmapError):
    """The data cannot be read or written just now (HTTP 503)."""

    status = 503


class Gone(Unavailable):
    """There was an instance, and its data file is not there now."""

    def __init__(self) -> None:
        super().__init__("The data file is gone. Put it back, or restore a backup with `assetmap restore FILE`.")


class Busy(Unavailable):
    """Somebody else is saving just now; a moment later it can be done."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of one cell of a file.

    `row` is the line as a spreadsheet shows it (the heading is row 1); `column` is the file's own
    heading. `level` is "refused" (the row cannot be loaded), "follows" (nor can this one, because of another row's
    fault that is told there) or "notice" (loaded, and worth a look).
    """

    row: int
    column: str
    message: str
    value: str = ""
    level: str = "refused"

    @property
    def refuses(self) -> bool:
        """Whether the row cannot be loaded."""
        return self.level != "notice"

    def sentence(self) -> str:
        """`row R, column C: what is wrong, and what would be right`."""
        where = f"row {self.row}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.message}"
