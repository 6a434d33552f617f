"""Times typed by staff: a day alone means its first moment, or as an end, the whole day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms

from apps.backoffice.forms import GrantForm
from apps.common.admin import EndField, MomentField, Reader, Style, end_text, read_by
from apps.usage.admin.price_form import PriceVersionForm
from apps.usage.admin.prices import EndForm
from apps.vouchers.forms import ExtendForm, TermsForm
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_grant, create_organization


class Typed(forms.Form):
    starts = MomentField(required=False)
    ends = EndField(required=False)


def cleaned(**typed):
    form = Typed(typed)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_a_day_alone():
    found = cleaned(starts_0="2027-03-31", starts_1="", ends_0="2027-12-31", ends_1="")
    assert found == {"starts": datetime(2027, 3, 31, tzinfo=UTC), "ends": datetime(2028, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize("typed", [{"ends_0": "2027-03-31", "ends_1": "00:00"}, {"ends": "2027-03-31T00:00:00"}])
def test_a_day_with_an_hour_is_that_moment(typed):
    assert cleaned(**typed)["ends"] == datetime(2027, 3, 31, tzinfo=UTC)


def test_a_day_in_the_persons_style_and_zone():
    with read_by(Reader(Style.GERMAN, ZoneInfo("Europe/Berlin"))):
        found = cleaned(starts_0="31.03.2027", starts_1="08:30", ends_0="2027-12-31", ends_1="")
        shown = str(Typed(initial=found)["starts"])
    assert found == {
        "starts": datetime(2027, 3, 31, 6, 30, tzinfo=UTC),
        "ends": datetime(2027, 12, 31, 23, tzinfo=UTC),
    }
    assert 'value="2027-03-31"' in shown
    assert 'value="08:30"' in shown


def test_nothing():
    assert cleaned() == cleaned(starts="", ends="") == {"starts": None, "ends": None}


@pytest.mark.parametrize(
    "typed",
    [
        {"ends_1": "10:00"},
        {"ends": "9999-12-31"},
        {"ends": "tomorrow"},
        {"ends_0": "2027-02-30"},
        {"ends": "2027-01-01 25:00"},
    ],
)
def test_what_is_no_moment_is_refused(typed):
    assert list(Typed(typed).errors) == ["ends"]


def test_a_moment_is_shown_again_as_day_and_hour():
    text = str(Typed(initial={"ends": datetime(2027, 3, 31, 18, 30, tzinfo=UTC)})["ends"])
    assert 'value="2027-03-31"' in text
    assert 'value="18:30"' in text


def test_the_end_of_a_day_is_shown_again_as_that_day_without_an_hour():
    with read_by(Reader(Style.GERMAN, ZoneInfo("Europe/Berlin"))):
        end = cleaned(ends_0="2027-12-31", ends_1="")["ends"]
        text = str(Typed(initial={"ends": end})["ends"])
        assert end_text(end) == "end of 31.12.2027"
    assert 'value="2027-12-31"' in text
    assert "00:00" not in text
    assert end_text(end) == "2027-12-31 23:00", "in UTC it is no end of a day"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (GrantForm, "expires_at"),
        (TermsForm, "expires_at"),
        (ExtendForm, "expires_at"),
        (EndForm, "at"),
        (PriceVersionForm, "effective_to"),
    ],
)
def test_every_end_that_staff_type_is_one(form, name):
    assert isinstance(form.base_fields[name], EndField)


def test_the_end_of_a_day_is_reviewed_as_that_and_another_end_as_its_time():
    with read_by(Reader(Style.GERMAN, ZoneInfo("Europe/Berlin"))):
        field = EndField()
        assert field.words(field.clean(["31.03.2027", ""])) == "end of 31.03.2027, CEST"
        assert field.words(field.clean(["31.03.2027", "18:30"])) == "31.03.2027 18:30 CEST"
        assert field.words(None) == "-"


def test_a_list_shows_the_end_of_a_day_as_that_day_and_its_file_the_moment(db, now):
    organization = create_organization(now)
    grant = create_grant(organization, "5", now, expires_at=datetime(2027, 1, 1, tzinfo=UTC))
    ada = client_of(create_staff("ada", "Administrator"))
    for address in (
        "/admin/wallets/grant/",
        f"/admin/wallets/grant/{grant.pk}/change/",
        f"/admin/tenants/organization/{organization.pk}/change/?tab=grants",
    ):
        assert "end of 2026-12-31" in ada.get(address).text
    file = ada.get("/admin/export/wallets/grant/csv/")
    assert "2027-01-01 00:00:00" in b"".join(file.streaming_content).decode()
