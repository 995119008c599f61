"""The append-only store: SQLite through SQLAlchemy."""
