"""Django's backend for PostgreSQL, which asks less whether a connection still lives."""
