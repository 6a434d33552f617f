"""Prepared queries answer what the ORM answers, for every kind of argument."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.transaction import TransactionManagementError

from apps.common import prepared
from apps.common.prepared import PreparedQuery, PreparedRows
from apps.tenants.models import ApiKey, Organization, Project
from tests.factories import create_organization

pytestmark = pytest.mark.django_db


def organizations(*, pk: UUID, since: datetime, slug: str, anchor: int, rated: date):
    projects = Project.objects.filter(organization=OuterRef("pk"), created_at__gte=since)
    counted = projects.order_by().values("organization").annotate(count=Count("pk")).values("count")
    return (
        Organization.objects.filter(Q(pk=pk) | Q(slug=slug) | Q(anchor_day=anchor) | Q(usd_rate_date=rated))
        .annotate(day=F("anchor_day") + 0, projects_since=Subquery(counted))
        .order_by("slug")
        .values("pk", "slug", "created_at", "usd_rate_date", "pause_on_limit", "day", "projects_since")
    )


PREPARED = PreparedQuery(organizations)


@pytest.fixture
def made(now):
    rates = [date(2026, 1, 1), None, date(2026, 3, 3), None]
    each = [
        create_organization(now, f"org-{number}", anchor_day=number + 1, usd_rate_date=rate, pause_on_limit=bool(rate))
        for number, rate in enumerate(rates)
    ]
    for number, moment in enumerate([now - timedelta(days=2), now, now + timedelta(microseconds=1)]):
        Project.objects.create(organization=each[0], name="p", slug=f"p{number}", created_at=moment, updated_at=moment)
    return each


def arguments(**changed):
    given = {
        "pk": uuid4(),
        "since": datetime(2026, 1, 1, tzinfo=UTC),
        "slug": "nobody",
        "anchor": 31,
        "rated": date(2020, 1, 1),
    }
    return given | changed


class TestPreparedQuery:
    @pytest.mark.parametrize(
        "changed",
        [{}, {"slug": "org-1"}, {"anchor": 2}, {"rated": date(2026, 3, 3)}, {"slug": "' OR 1=1 --"}, {"anchor": -1}],
    )
    def test_answers_as_the_orm_does(self, made, changed):
        given = arguments(pk=made[0].pk, **changed)
        assert PREPARED.rows(**given) == list(organizations(**given))

    @pytest.mark.parametrize(("since", "count"), [(-1, 2), (0, 2), (1, 1), (2, None)])
    def test_binds_the_moment_to_the_microsecond(self, made, now, since, count):
        rows = PREPARED.rows(**arguments(pk=made[0].pk, since=now + timedelta(microseconds=since)))
        assert rows[0]["projects_since"] == count

    def test_takes_one_statement(self, made, django_assert_num_queries):
        with django_assert_num_queries(1):
            PREPARED.rows(**arguments())

    def test_refuses_a_query_that_does_not_bind_an_argument(self):
        careless = PreparedQuery(lambda *, slug: ApiKey.objects.filter(name="fixed").values("pk"))
        with pytest.raises(AssertionError, match="slug"):
            careless.rows(slug="x")

    def test_refuses_what_it_cannot_mark(self):
        floats = PreparedQuery(lambda *, day: Organization.objects.filter(anchor_day=day).values("pk"))
        with pytest.raises(AssertionError, match="float cannot be bound"):
            floats.rows(day=1.5)


def projects(*, slugs, limit):
    rows = Project.objects.filter(organization__slug__in=slugs).select_related("organization").order_by("slug")
    return rows.select_for_update(of=("self",))[:limit]


ROWS = PreparedRows(projects, shaped_by=("limit",))


class TestPreparedRows:
    @pytest.mark.parametrize("slugs", [[], ["org-0"], ["org-0", "org-0"], ["org-0", "org-1", "x"], ["x"] * 30])
    @pytest.mark.parametrize("limit", [1, 2, 10])
    def test_answer_as_the_orm_does_for_lists_of_any_length(self, made, slugs, limit):
        assert ROWS.rows(slugs=slugs, limit=limit) == list(projects(slugs=slugs, limit=limit))

    def test_come_whole_with_what_they_belong_to(self, made, django_assert_num_queries):
        with django_assert_num_queries(1):
            rows = ROWS.rows(slugs=["org-0"], limit=10)
            found = [(row.slug, row.organization.slug, row.created_at.tzinfo) for row in rows]
        assert found == [("p0", "org-0", UTC), ("p1", "org-0", UTC), ("p2", "org-0", UTC)]

    def test_are_saved_as_rows_that_exist(self, made):
        row = ROWS.first(slugs=["org-0"], limit=1)
        row.name = "renamed"
        row.save()
        assert (Project.objects.count(), Project.objects.get(pk=row.pk).name) == (3, "renamed")

    def test_first_is_none_where_there_is_none(self, made):
        assert ROWS.first(slugs=["nobody"], limit=1) is None

    def test_keep_a_bounded_number_of_shapes(self, made, monkeypatch):
        monkeypatch.setattr(prepared, "MOST_SHAPES", 3)
        query = PreparedRows(projects, shaped_by=("limit",))
        assert [len(query.rows(slugs=["org-0"], limit=limit)) for limit in range(1, 9)] == [1, 2, 3, 3, 3, 3, 3, 3]
        assert len(query._compiled) <= 3


@pytest.mark.django_db(transaction=True)
def test_locks_are_taken_in_a_transaction_only(now):
    locking = PreparedRows(lambda *, slug: Organization.objects.select_for_update(no_key=True).filter(slug=slug))
    create_organization(now)
    with transaction.atomic():
        assert locking.first(slug="acme") is not None
    with pytest.raises(TransactionManagementError):
        locking.first(slug="acme")
