"""The library on disk: SQLite is the truth."""
