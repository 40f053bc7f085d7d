"""Catalogues of the interface in other languages than English, one file each: LANGUAGE.po."""
