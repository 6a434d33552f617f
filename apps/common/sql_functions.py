"""Migration operations for database functions whose SQL is in an app's folder `sql`, one per file."""

from pathlib import Path

from django.db import migrations


def function(folder: Path, name: str, arguments: str) -> migrations.RunSQL:
    """Create a function from its file; `arguments` are the types that identify it when it is dropped."""
    return migrations.RunSQL((folder / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")
