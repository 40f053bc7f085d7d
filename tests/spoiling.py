"""Damage done to a store on purpose."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path


def spoil(file: Path, damage: str) -> None:
    """`damage` is rubbish (every byte), cut (two thirds are gone) or middle (all but the first two pages)."""
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    if damage == "rubbish":
        data[:] = random.Random(43).randbytes(len(data))
    elif damage == "cut":
        del data[len(data) // 3:]
    else:
        data[8192:] = random.Random(43).randbytes(len(data) - 8192)
    file.write_bytes(data)
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
