"""Pages declare their place and links: no table lists other apps' models, and no page is replaced."""

import ast
from pathlib import Path

from django.apps import apps
from django.contrib import admin

from apps.backoffice.explain.pages import PAGES
from apps.common.admin import ModelAdmin, PageExtension, register_extension
from apps.ledger.admin import TransferAdmin
from apps.ledger.models import Transfer
from tests.sources import ROOT, nodes_of

REGISTERED = list(admin.site._registry.values())


def test_the_back_office_names_no_model_by_its_label():
    labels = {model._meta.label for model in apps.get_models()}
    named = [
        f"{path}:{node.lineno} {node.value}"
        for path in (ROOT / "apps/backoffice").rglob("*.py")
        if "migrations" not in path.parts
        for node in nodes_of(path)
        if isinstance(node, ast.Constant) and node.value in labels
    ]
    assert named == []


def test_nobody_unregisters_a_page():
    assert [str(path) for path in Path("apps").rglob("*.py") if "unregister(" in path.read_text()] == []


def test_every_page_has_a_place_of_its_own_in_the_menu():
    places = [page.menu.order if page.menu else None for page in REGISTERED]
    assert None not in places
    assert len(set(places)) == len(places)


def test_each_letter_opens_one_list():
    letters = [page.shortcut for page in REGISTERED if page.shortcut]
    assert len(set(letters)) == len(letters)
    assert "h" not in letters, "it opens the home page"


def test_what_finds_a_row_has_an_index_that_begins_with_it():
    slow = []
    for page in REGISTERED:
        fields = {"pk": page.opts.pk, **{field.name: field for field in page.opts.fields}}
        begins = {each.fields[0] for each in [*page.opts.indexes, *page.opts.total_unique_constraints] if each.fields}
        slow += [
            (page.opts.label, column)
            for column in page.found_by
            if not (fields[column].unique or fields[column].db_index or column in begins)
        ]
    assert slow == [("tenants.IdentityLink", "external_organization_id")], "its index begins with the issuer; few rows"


def test_what_explains_a_page_is_an_explanation():
    for page in REGISTERED:
        if page.explained_by:
            what, column = page.explained_by
            assert what in PAGES
            assert hasattr(page.model, column)


class TestAnExtension:
    def test_stands_over_the_page_that_is_registered(self):
        page = admin.site.get_model_admin(Transfer)
        assert isinstance(page, TransferAdmin)
        assert page.actions_detail == ("reverse",)
        assert page.menu == TransferAdmin.menu

    def test_adds_to_what_is_there_and_to_other_extensions(self, monkeypatch):
        before = admin.site.get_model_admin(Transfer)
        monkeypatch.setitem(admin.site._registry, Transfer, before)

        @register_extension(Transfer)
        class More(PageExtension[Transfer]):
            added_buttons = ("reverse_again",)
            added_fields = ("two_lines",)
            added_fieldsets = (("More", {"fields": ("two_lines",)}),)

            def reverse_again(self):
                return "done"

            def two_lines(self, row):
                return row

            def get_keyset(self, request):
                return (*super().get_keyset(request), "more")

        page = admin.site.get_model_admin(Transfer)
        assert page.actions_detail == ("reverse_again", "reverse")
        assert page.readonly_fields == (*before.readonly_fields, "two_lines")
        assert [name for name, _ in page.fieldsets] == [*(name for name, _ in before.fieldsets), "More"]
        assert page.has_move_permission
        assert page.reverse_again() == "done"

    def test_takes_its_pages_only_from_ours(self):
        assert all(isinstance(page, ModelAdmin) for page in REGISTERED)
