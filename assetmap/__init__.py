"""assetmap: an interactive map of a community's wards, hubs, groups and relational opportunities."""

__version__ = "0.1.0"
