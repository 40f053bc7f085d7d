"""Floor 5: the Atlas, immutable in-memory layers of one version of the data."""
