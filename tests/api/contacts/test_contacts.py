"""Contacts: an admin reads and replaces them; validation errors name the field and change nothing."""

import json

import pytest
from django.test import Client

from apps.mail.models import Contact
from tests.api.callers import as_bearer, session_of
from tests.api.documents import assert_described

URL = "/v1/billing/contacts"
ADA = {"name": "Ada", "email": "ada@acme.test", "purposes": ["billing", "alerts"], "language": "en"}


def put(client, *contacts):
    return client.put(URL, json.dumps({"contacts": contacts}), content_type="application/json")


def test_an_admin_replaces_them(person):
    bo = {"name": "Bo", "email": "bo@acme.test", "phone": "+49 30 1234-5", "purposes": ["technical"]}
    answer = put(person, ADA, bo)
    assert answer.status_code == 200
    assert_described("putContacts", answer.json(), "200")
    expected = [ADA, bo]
    assert sorted(answer.json()["contacts"], key=lambda each: each["name"]) == expected

    put(person, bo)
    answer = person.get(URL)
    assert_described("getContacts", answer.json(), "200")
    assert answer.json() == {"contacts": [bo]}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "ada"}, "email"),
        ({"email": 5}, "email"),
        ({"purposes": []}, "purposes"),
        ({"purposes": ["sales"]}, "purposes"),
        ({"language": "xx"}, "language"),
        ({"phone": "call me"}, "phone"),
        ({"name": ""}, "name"),
        ({"name": "Ada\r\nBcc: x@acme.test"}, "name"),
        ({"bouncedAt": None}, "bouncedAt"),
    ],
)
def test_a_bad_contact_is_refused_by_name_and_changes_nothing(person, changed, field):
    put(person, ADA)
    answer = put(person, {**ADA, "email": "new@acme.test"}, {**ADA, **changed})

    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert [each.email for each in Contact.objects.all()] == ["ada@acme.test"]


def test_an_address_comes_once(person):
    assert put(person, ADA, {**ADA, "email": "ADA@acme.test"}).status_code == 422


def test_there_are_at_most_twenty(person):
    many = [{**ADA, "email": f"{number}@acme.test"} for number in range(21)]
    assert put(person, *many).status_code == 422
    assert put(person, *many[:20]).status_code == 200


def test_keys_and_members_neither_read_nor_change_them(acme, machine):
    member = Client(headers=as_bearer(session_of(acme, role="org:member")))
    for client in (machine, member):
        assert client.get(URL).status_code == 403
        assert put(client, ADA).status_code == 403


def test_each_organization_has_its_own(person, globex):
    put(person, ADA)
    other = Client(headers=as_bearer(session_of(globex)))
    put(other, {**ADA, "name": "Other"})

    assert person.get(URL).json()["contacts"][0]["name"] == "Ada"
    assert Contact.objects.count() == 2
