"""Writes the section `webhooks` at the end of the API's description, from the catalog of event types."""

from pathlib import Path
from typing import Any

import yaml

from apps.webhooks.event_types import EVENT_TYPES, EventType

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "apps" / "api" / "openapi.yaml"
START = "\n# Written by `make documents` from apps/webhooks/event_types.py.\nwebhooks:\n"


class _Dumper(yaml.SafeDumper):
    """Repeats shared schemas instead of YAML references, which would be hard to read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def page() -> str:
    """Return the description with the section as the catalog has it."""
    kept = PAGE.read_text(encoding="utf-8").split(START, maxsplit=1)[0].rstrip("\n")
    section = {each.type: _webhook(each) for each in EVENT_TYPES.values()}
    text = yaml.dump(section, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    return kept + "\n" + START + "".join(f"  {line}\n" for line in text.splitlines())


def _webhook(event_type: EventType) -> dict[str, Any]:
    body = {
        "allOf": [
            {"$ref": "#/components/schemas/WebhookEvent"},
            {"type": "object", "properties": {"type": {"const": event_type.type}, "data": dict(event_type.data)}},
        ]
    }
    return {
        "post": {
            "operationId": "receive_" + event_type.type.replace(".", "_"),
            "tags": ["Webhooks"],
            "summary": event_type.title + ".",
            **({"description": "Only to endpoints that name this type."} if event_type.named_only else {}),
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {"2XX": {"description": "Received."}},
        }
    }
