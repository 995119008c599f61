"""The store in a database on a PostgreSQL server, and what only such a database has: loans of branches, hints of saves."""
