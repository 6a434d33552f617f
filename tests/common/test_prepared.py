"""Prepared queries answer what the ORM answers, for every kind of argument, on both engines."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import Count, F, OuterRef, Q, Subquery

from apps.common.prepared import PreparedQuery
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
        lists = PreparedQuery(lambda *, slugs: Organization.objects.filter(slug__in=slugs).values("pk"))
        with pytest.raises(AssertionError, match="list cannot be bound"):
            lists.rows(slugs=["a"])
