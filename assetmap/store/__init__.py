"""Floor 3: the only home of SQLAlchemy."""
