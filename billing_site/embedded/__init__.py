"""The database server and the broker that development and tests run, from PyPI wheels; production names its own."""
