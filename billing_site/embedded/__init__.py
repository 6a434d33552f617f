"""The database server and broker for development and tests, from PyPI wheels; production configures its own."""
