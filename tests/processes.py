"""Processes for tests of many hands at once."""

from multiprocessing import get_context

NEEDED = ["hypothesis.strategies", "pytest", "assetmap.store.ledger", "assetmap.store.undo", "tests.loading"]


def apart():
    """Where a pool of processes comes from: importing anew in each of eight takes longer than what they then do."""
    context = get_context("forkserver")
    context.set_forkserver_preload(NEEDED)
    return context
