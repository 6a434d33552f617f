"""The buttons of every page, walked: what an action's review shows, and that one that is refused has no button."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.approvals.actions import REGISTRY
from apps.tenants.models import Organization
from tests.backoffice import conftest
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.backoffice.world import create_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
content_alone = conftest.content_alone
TITLES = {action.title for action in REGISTRY.values()}
ALWAYS = {"About", "A second person"}
# Actions on rows that move no money, so that their reviews have no sum.
WITHOUT_SUM = {"close_month_of_each"}


def buttons() -> Iterator[str]:
    """Return the address of each button's page, on the newest row of each model."""
    for model, page in admin.site._registry.items():
        row = model._default_manager.order_by("-pk").first()
        for each in page.actions_detail if row else ():
            for name in each["items"] if isinstance(each, dict) else (each,):
                path = getattr(getattr(page, name), "url_path", name)
                yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/{path}/"
        for name in page.actions_list:
            if isinstance(name, str):
                yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


def row_actions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each action on chosen rows: the address of its list, and forms that choose two rows each."""
    for model, page in admin.site._registry.items():
        rows = [str(row.pk) for row in model._default_manager.order_by("-pk")[:8]]
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name in (*page.actions, *getattr(page, "added_actions", ())):
            for place in range(0, len(rows), 2):
                yield address, {"action": name, "_selected_action": rows[place : place + 2]}


def filled(form: Any) -> dict[str, Any]:
    """Return the form's initial values, with a text or an amount in each required field that is empty."""
    given: dict[str, Any] = {"password": PASSWORD}
    for field in form:
        value = field.value()
        if value in (None, "") and field.name == "organization":
            value = str(Organization.objects.earliest("created_at").pk)
        if value in (None, "") and field.field.required:
            choices = [key for key, _ in getattr(field.field, "choices", ()) if key]
            value = choices[0] if choices else "1" if "amount" in field.name else "x"
        if value not in (None, False) and field.html_name not in given:
            given[field.html_name] = value
    return given


def test_each_names_whom_how_much_and_who_must_agree_or_has_no_button() -> None:
    create_world()
    client: Client = client_of(create_staff("walker", "Administrator", password=PASSWORD))
    reviewed, sized, missing = set(), set(), []
    for address in buttons():
        opened = client.get(address)
        question = opened.context and opened.context.get("question")
        if opened.status_code != 200 or question is None or question.title not in TITLES:
            continue
        answer = client.post(address, {**filled(opened.context["form"]), "_step": "review"})
        context = answer.context
        if context is None or not context.get("reviewing"):
            if context is not None and context.get("step", "review") != "review":
                missing.append(f"{address}: a button although it is refused")
            continue
        names = {change.what for change in context["changes"]}
        reviewed.add(question.title)
        if "Amount" in names:
            sized.add(question.title)
        missing += [f"{address}: no {name}" for name in sorted(ALWAYS - names)]
        if not names - ALWAYS - {"Amount"}:
            missing.append(f"{address}: nothing of what changes")
    assert missing == []
    assert len(reviewed) >= 15, sorted(reviewed)
    assert len(sized) >= 10, sorted(sized)


def test_each_action_on_chosen_rows_names_them_their_sum_and_who_must_agree() -> None:
    create_world()
    client: Client = client_of(create_staff("walker", "Administrator", password=PASSWORD))
    reviewed, missing = set(), []
    for address, chosen in row_actions():
        if chosen["action"] in reviewed:
            continue
        opened = client.post(address, chosen)
        question = opened.context and opened.context.get("question")
        if opened.status_code != 200 or question is None or question.title.partition(":")[0] not in TITLES:
            continue
        context = client.post(address, {**filled(opened.context["form"]), **chosen, "_step": "review"}).context
        if context is None or not context.get("reviewing"):
            continue
        names = [change.what for change in context["changes"]]
        reviewed.add(chosen["action"])
        has_sum = chosen["action"] not in WITHOUT_SUM
        if len(names) < len(chosen["_selected_action"]) + 1 + has_sum:
            missing.append(f"{address} {chosen['action']}: only {names}")
        if names[-1] != "A second person" or any(name.startswith("All in ") for name in names) != has_sum:
            missing.append(f"{address} {chosen['action']}: no sum or second person")
    assert missing == []
    assert reviewed >= {"close_month_of_each", "grant_to_each", "void_each", "write_off_each"}, reviewed
