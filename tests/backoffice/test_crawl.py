"""Opens every page of every list for every group: the response fits the group's rights, with bounded queries."""

from functools import cache

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.backoffice.roles import ROLES
from tests.backoffice.formats import GERMAN, foreign
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_customer, create_world, sign_contract
from tests.cases import all_checks
from tests.kept_worlds import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

MOST_QUERIES = 30
PEOPLE = [*ROLES, "superuser", "nobody"]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        create_world()
        yield


def person_in(group):
    if group == "superuser":
        return create_staff("crawler", is_superuser=True)
    return create_staff("crawler", *([group] if group in ROLES else []))


@cache
def rights_of(role):
    held = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return frozenset(f"{label}.{codename}" for label, codename in held)


def rights_over(model, role, more):
    """Return a role's permissions for a model's rows, and those of `more` that it has."""
    label, name = model._meta.app_label, model._meta.model_name
    return {
        right
        for right in rights_of(role)
        if right in more or (right.startswith(f"{label}.") and right.endswith(f"_{name}"))
    }


def opener(model, group, *more):
    """Return the first of the roles with the same rights over a model as `group`, or `group` if it is not a role."""
    if group not in ROLES:
        return group
    return next(role for role in ROLES if rights_over(model, role, more) == rights_over(model, group, more))


def pages_of(model, row):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield "changelist", reverse(f"{name}_changelist")
    yield "add", reverse(f"{name}_add")
    if row is not None:
        for page in ("change", "history", "delete"):
            yield page, reverse(f"{name}_{page}", args=[row.pk])


def needed(page, model):
    """Return the codenames of permissions for a page; any one of them is enough."""
    name = model._meta.model_name
    looking = [f"view_{name}", f"change_{name}"]
    making = looking[1:] if getattr(admin.site._registry[model], "made_by", "") else []  # a button's own permission
    codenames = {"add": [f"add_{name}", *making], "delete": [f"delete_{name}"]}.get(page, looking)
    return [f"{model._meta.app_label}.{codename}" for codename in codenames]


@pytest.mark.parametrize("group", PEOPLE)
def test_every_page_answers_by_right(group, request):
    """The superuser opens whole pages, in German formats; the others open pages without sidebar and scripts.

    Of all roles with the same rights over a model, only the first opens its pages.
    """
    person = person_in(group)
    client = client_of(person)
    if group == "superuser":
        client.post("/admin/preferences/", GERMAN)
        assert foreign(client.get("/admin/")) == []
    client.get("/admin/")
    if group != "superuser":
        request.getfixturevalue("content_alone")
    with all_checks() as check:
        for model in (model for model in admin.site._registry if opener(model, group) == group):
            for page, url in pages_of(model, model._default_manager.order_by("pk").first()):
                with check(group=group, model=model._meta.label, page=page):
                    with CaptureQueriesContext(connection) as queries:
                        answer = client.get(url)
                    status = answer.status_code
                    allowed = any(person.has_perm(permission) for permission in needed(page, model))
                    assert status in ((200, 302, 403) if allowed else (403,)), url
                    assert not (allowed and page in ("changelist", "change", "history")) or status == 200, url
                    assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]
                    assert group != "superuser" or foreign(answer) == []
                    assert b' style="' not in answer.content, "the content security policy blocks inline styles"


@pytest.mark.parametrize("role", ROLES)
def test_no_page_grants_what_the_role_does_not(role, rf):
    request = rf.get("/")
    request.user = person = person_in(role)
    for model, page in admin.site._registry.items():
        looks = any(person.has_perm(permission) for permission in needed("changelist", model))
        assert page.has_view_or_change_permission(request) == looks, model
        for grants, name in ((page.has_add_permission, "add"), (page.has_delete_permission, "delete")):
            assert not grants(request) or any(person.has_perm(permission) for permission in needed(name, model)), model


@pytest.fixture
def still():
    """Stop the clock, since after half a minute a page counts the sidebar's rows again and renews the session."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.usefixtures("still", "content_alone")
def test_lists_do_not_ask_more_with_more_rows():
    """A list makes the same number of queries for one row as for several."""
    client = client_of(create_staff("crawler", is_superuser=True))
    lists = [url for model in admin.site._registry for page, url in pages_of(model, None) if page == "changelist"]
    client.get(lists[0])
    before = {url: _count(client, url) for url in lists}
    sign_contract(create_customer("second"))
    sign_contract(create_customer("third"))
    with all_checks() as check:
        for url in lists:
            with check(url=url):
                assert _count(client, url) <= before[url] + 1


def _count(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
