"""Numbers in addresses: those that the store cannot hold are of nothing."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

_DIGITS = 19
_LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:…>`: a number of a row. A longer one is an address at which there is nothing."""

    def to_python(self, value: str) -> int:
        """The number. Raises ValidationError, which is answered with 404."""
        if len(value) > _DIGITS or int(value) > _LARGEST:
            raise ValidationError
        return super().to_python(value)


def register(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
