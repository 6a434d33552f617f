"""The API's description, schemas and documentation page."""

import pytest
from django.contrib.staticfiles import finders
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from apps.api.openapi import description
from tests.api.documents import DOCUMENTED, operations


def _members(node):
    if isinstance(node, dict):
        yield from node
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _members(inner)


NAMES = sorted(description()["components"]["schemas"])


class TestSchemaDocument:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_served_for_every_name(self, client, name):
        answer = client.get(f"/api/v1/schemas/{name}.json")
        assert answer.json()["$id"] == f"https://billing.example/api/v1/schemas/{name}.json"
        Draft202012Validator.check_schema(answer.json())

    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [("*/*", "application/json"), ("application/schema+json", "application/schema+json")],
    )
    def test_comes_in_the_type_asked_for(self, client, accept, content_type):
        answer = client.get("/api/v1/schemas/ErrorModel.json", headers={"Accept": accept})
        assert answer["Content-Type"] == content_type

    @pytest.mark.parametrize("name", ["Nothing", "errormodel", "../settings", "%00", "Error%0AModel", "a" * 5_000])
    def test_is_not_found_by_another_name(self, client, name):
        assert client.get(f"/api/v1/schemas/{name}.json").status_code == 404

    def test_refers_to_schemas_that_are_served(self, client):
        def fetch(url):
            return Resource.from_contents(client.get(url.removeprefix("https://billing.example")).json())

        schema = client.get("/api/v1/schemas/OrganizationUsage.json").json()
        validator = Draft202012Validator(schema, registry=Registry(retrieve=fetch))
        assert validator.is_valid(DOCUMENTED["getOrganizationUsage"])
        assert not validator.is_valid(DOCUMENTED["getOrganizationUsage"] | {"consumed_amounts": {"hours": 1}})

    def test_describes_every_problem(self, client):
        schema = client.get("/api/v1/schemas/ErrorModel.json").json()
        Draft202012Validator(schema).validate(client.get("/nowhere").json())


class TestDescription:
    def test_names_this_server(self, client):
        answer = client.get("/api/schema")
        assert answer.json()["servers"] == [{"url": "https://billing.example"}]
        assert answer["Content-Type"] == "application/vnd.oai.openapi+json"

    def test_has_one_operation_per_document(self):
        assert set(DOCUMENTED) <= set(operations())

    def test_has_no_description_cut_off_at_a_comma(self):
        """An unquoted comma in a YAML flow mapping ends the text and makes the rest another member."""
        assert [name for name in _members(description()) if " " in name] == []

    @pytest.mark.parametrize("operation_id", sorted(operations()))
    def test_documents_errors_of_every_operation(self, operation_id):
        _, path, operation = operations()[operation_id]
        name = "ProblemOfTraces" if path.startswith("/v1/usage/otel") else "Problem"
        assert operation["responses"]["default"] == {"$ref": f"#/components/responses/{name}"}


class TestDocumentation:
    def test_runs_only_our_own_files(self, client):
        answer = client.get("/api/docs")
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert b"<script>" not in answer.content
        assert b"//" not in answer.content.replace(b"<!doctype html>", b"")

    @pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css"])
    def test_has_its_files(self, name):
        assert finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{name}")
