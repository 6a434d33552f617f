"""Database functions whose text lies in an app's folder `sql`, one to a file, as migrations make them."""

from pathlib import Path

from django.db import migrations


def function(folder: Path, name: str, arguments: str) -> migrations.RunSQL:
    """Make a function from its text; `arguments` are the types that tell it apart when it is dropped."""
    return migrations.RunSQL((folder / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")
