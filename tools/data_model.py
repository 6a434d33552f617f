"""Writes docs/data-model.md: the tables of each app with columns and relations, as Mermaid diagrams."""

from pathlib import Path

from django.apps import AppConfig, apps
from django.db.models import Field, ForeignKey, Model

PAGE = Path(__file__).resolve().parent.parent / "docs" / "data-model.md"
HEAD = """# Data model

Written by `make documents` from the models; a test fails while this page differs from them. A diagram shows the tables
of one app with their columns; a table of another app has its name alone. Amounts end in `_micros` and are integers.
"""


def page() -> str:
    """Return the text of the page for the current models."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("apps.") and config.models]
    return "\n".join([HEAD, *(_section(config) for config in sorted(ours, key=lambda each: each.label))])


def _section(config: AppConfig) -> str:
    models = sorted(config.get_models(), key=lambda each: each.__name__)
    tables = [line for model in models for line in _table(model)]
    relations = sorted({line for model in models for line in _relations(model)})
    rows = [f"| `{model.__name__}` | {_purpose(model)} |" for model in models]
    return "\n".join(
        [
            f"## {config.label}\n",
            *("| table | one row is |", "|---|---|", *rows, ""),
            *("```mermaid", "erDiagram", *relations, *tables, "```\n"),
        ]
    )


def _purpose(model: type[Model]) -> str:
    return (model.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("    ", "").replace("|", "\\|").strip()


def _table(model: type[Model]) -> list[str]:
    columns = [f"    {_kind(field)} {field.column}{_mark(field)}" for field in model._meta.concrete_fields]
    return [f"  {model.__name__} {{", *columns, "  }"]


def _kind(field: "Field[object, object]") -> str:
    target = field.target_field if isinstance(field, ForeignKey) else field
    return target.get_internal_type().removesuffix("Field").lower()


def _mark(field: "Field[object, object]") -> str:
    if field.primary_key:
        return " PK"
    return " FK" if isinstance(field, ForeignKey) else ""


def _relations(model: type[Model]) -> list[str]:
    foreign = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    return [
        f"  {model.__name__} {'|o' if field.unique else '}o'}--{'o|' if field.null else '||'} "
        f"{field.related_model.__name__} : {field.name}"
        for field in foreign
    ]
