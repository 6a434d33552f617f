"""Sign-in: second factor, recovery codes, lockout, session expiry."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.backoffice import lockout, second_factor
from tests.backoffice.people import PASSWORD, client_of, create_staff

pytestmark = pytest.mark.django_db

LOGIN, HOME, SET_UP = "/admin/login/", "/admin/", "/admin/second-factor/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def person() -> User:
    return create_staff("ada", "Billing", password=PASSWORD)


def code_now(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


def enroll(person: User) -> tuple[TOTPDevice, list[str]]:
    device = second_factor.pending_device(person)
    return second_factor.confirm_device(user=person, code=code_now(device))


def sign_in(client: Client, code: str = "", password: str = PASSWORD, username: str = "ada"):
    return client.post(LOGIN, {"username": username, "password": password, "code": code, "next": HOME})


class TestSettingItUp:
    def test_a_password_alone_leads_to_the_set_up_page_and_nowhere_else(self, client, person):
        sign_in(client)
        assert client.get(HOME).status_code == 302
        assert SET_UP in client.get(LOGIN).headers["Location"]
        assert "<svg" in client.get(SET_UP).content.decode()

    def test_the_first_code_opens_the_back_office_and_shows_the_recovery_codes_once(self, client, person):
        sign_in(client)
        client.get(SET_UP)
        answer = client.post(SET_UP, {"code": code_now(TOTPDevice.objects.get())})
        codes = re.findall(r"[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}", answer.content.decode())
        assert len(set(codes)) == second_factor.RECOVERY_CODES
        assert client.get(HOME).status_code == 200
        assert codes[0] not in client.get(SET_UP).content.decode()

    def test_a_wrong_code_sets_nothing_up(self, client, person):
        sign_in(client)
        client.get(SET_UP)
        assert client.post(SET_UP, {"code": "000000"}).status_code == 422
        assert not TOTPDevice.objects.get().confirmed

    def test_a_password_alone_cannot_replace_a_device(self, person):
        enroll(person)
        client = client_of(person)
        assert client.get(SET_UP).status_code == 302
        assert client.post(SET_UP, {"renew": "1"}).status_code == 302

    def test_the_page_is_closed_to_strangers(self, client):
        assert LOGIN in client.get(SET_UP).headers["Location"]

    def test_it_does_not_send_anyone_elsewhere_afterwards(self, person):
        page = client_of(person).get(SET_UP, {"next": "https://evil.example/"})
        assert "evil.example" not in page.context["onwards"]


class TestSigningIn:
    def test_takes_the_code_of_the_device(self, client, person):
        device, _ = enroll(person)
        with time_machine.travel(time.time() + 60, tick=False):
            assert sign_in(client, code_now(device)).headers["Location"] == HOME
            assert client.get(HOME).status_code == 200

    def test_refuses_a_code_that_was_used(self, client, person):
        device, _ = enroll(person)
        with time_machine.travel(time.time() + 60, tick=False):
            sign_in(client, code_now(device))
            assert sign_in(Client(), code_now(device)).status_code == 200

    @pytest.mark.parametrize("code", ["", "123456", "aaaa-bbbb-cccc-dddd", "١٢٣٤٥٦"])
    def test_refuses_a_password_without_the_right_code(self, client, person, code):
        enroll(person)
        answer = sign_in(client, code)
        assert answer.status_code == 200
        assert answer.context["form"].errors["code"]
        assert "_auth_user_id" not in client.session

    def test_takes_a_recovery_code_once_in_any_spelling(self, person):
        _, codes = enroll(person)
        assert sign_in(Client(), codes[0].upper().replace("-", " ")).status_code == 302
        assert sign_in(Client(), codes[0]).status_code == 200

    def test_keeps_recovery_codes_as_digests(self, person):
        _, codes = enroll(person)
        stored = set(person.staticdevice_set.get().token_set.values_list("token", flat=True))
        assert not stored & {code.replace("-", "") for code in codes}

    def test_does_not_take_the_device_of_a_colleague(self, client, person):
        enroll(person)
        theirs, _ = enroll(create_staff("bob", "Billing", password=PASSWORD))
        with time_machine.travel(time.time() + 60, tick=False):
            assert sign_in(client, code_now(theirs)).status_code == 200

    def test_no_page_answers_without_it(self, person):
        client = client_of(person)
        for name in ("index", "tenants_organization_changelist", "approvals_approval_changelist", "search", "jsi18n"):
            assert client.get(reverse(f"admin:{name}")).status_code == 302, name

    def test_a_new_session_has_a_new_id(self, client, person):
        client.get(LOGIN)
        client.session["mark"] = 1
        before = client.session.session_key
        sign_in(client)
        assert client.session.session_key != before


class TestLockout:
    def test_ten_wrong_passwords_close_the_name_from_that_address(self, client, person):
        answers = [sign_in(client, password="wrong") for _ in range(10)]
        assert [answer.status_code for answer in answers[:9]] == [200] * 9
        refused = sign_in(client)
        assert refused.status_code == 429
        assert "with this name from this address. Wait 30 minutes" in refused.text

    def test_a_stranger_elsewhere_does_not_lock_the_owner_out(self, client, person):
        for _ in range(12):
            sign_in(Client(REMOTE_ADDR="192.0.2.7"), password="wrong")
        assert sign_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 429
        assert sign_in(client).headers["Location"] == HOME

    def test_a_name_that_is_tried_from_many_addresses_opens_for_its_owner(self, client, person):
        for number in range(30):
            for _ in range(4):
                sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="wrong")
        assert sign_in(client).headers["Location"] == HOME

    def test_a_name_that_is_tried_from_many_addresses_has_fewer_tries_from_each(self, client, person):
        for number in range(8):
            for _ in range(9):
                sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="wrong")
        answers = [sign_in(client, password="wrong").status_code for _ in range(3)]
        assert answers == [200, 429, 429]

    @pytest.mark.parametrize(("wrong", "tries"), [(0, 10), (24, 10), (25, 5), (50, 2), (75, 2), (10_000, 2)])
    def test_the_tries_halve_down_to_two(self, wrong, tries):
        assert lockout.tries_after(wrong) == tries

    def test_a_colleague_at_the_same_address_comes_in(self, client, person):
        create_staff("bob", "Billing", password=PASSWORD)
        for _ in range(10):
            sign_in(client, password="wrong")
        assert sign_in(Client(), username="bob").headers["Location"] == HOME

    def test_an_administrator_opens_it_again(self, settings, client, person):
        settings.STAFF_SECOND_FACTOR = False
        for _ in range(10):
            sign_in(client, password="wrong")
        grace = client_of(create_staff("grace", "Administrator"))
        page = reverse("admin:axes_accessattempt_unlock", args=[AccessAttempt.objects.get().pk])
        token = grace.get(page).context["form"]["token"].value()
        grace.post(page, {"_step": "confirm", "token": token, "reason": "Mistyped"})
        assert sign_in(client).status_code == 302

    def test_a_spoofed_address_does_not_help(self, client, person):
        for number in range(10):
            client.post(
                LOGIN, {"username": "ada", "password": "x"}, headers={"x-forwarded-for": f"198.51.100.{number}"}
            )
        assert sign_in(client).status_code == 429

    def test_wrong_codes_count_too(self, client, person):
        enroll(person)
        for _ in range(10):
            sign_in(client, "000000")
        assert sign_in(client).status_code == 429

    def test_it_opens_again_after_the_wait(self, client, person):
        for _ in range(10):
            sign_in(client, password="wrong")
        with time_machine.travel(time.time() + 31 * 60, tick=False):
            assert sign_in(client).status_code == 302

    def test_no_password_or_code_is_kept(self, client, person):
        sign_in(client, code="424242", password="my mistyped password")
        attempt = AccessAttempt.objects.get()
        assert "mistyped" not in attempt.post_data
        assert "424242" not in attempt.post_data


class TestBeingTold:
    """On sign-in, people see the failed attempts with their name since their last sign-in."""

    @pytest.fixture(autouse=True)
    def password_alone(self, settings):
        settings.STAFF_SECOND_FACTOR = False

    def told(self, client):
        return re.findall(r"[^<>]*failed attempt[^<>]*", client.get(HOME).text)

    def test_of_tries_from_any_address_once(self, client, person):
        for number in (7, 7, 8):
            sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="wrong")
        sign_in(client)
        (line,) = self.told(client)
        assert "3 failed attempts to sign in as ada since your last sign-in" in line
        again = Client()
        sign_in(again)
        assert self.told(again) == []

    def test_of_nothing_where_there_was_nothing(self, client, person):
        sign_in(client, username="eve", password="wrong")
        sign_in(client)
        assert self.told(client) == []

    def test_not_before_the_second_factor_is_given(self, client, person):
        enroll(person)
        sign_in(Client(), password="wrong")
        answer = sign_in(client)
        assert "_auth_user_id" not in client.session
        assert list(answer.wsgi_request._messages) == []


class TestWhereItLeads:
    @pytest.mark.parametrize(
        "wanted",
        ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "https:evil.example"],
    )
    @pytest.mark.parametrize("place", ["form", "address"])
    def test_a_foreign_address_leads_home(self, settings, client, person, wanted, place):
        settings.STAFF_SECOND_FACTOR = False
        fields = {"username": "ada", "password": PASSWORD}
        if place == "form":
            answer = client.post(LOGIN, fields | {"next": wanted})
        else:
            answer = client.post(LOGIN, fields, query_params={"next": wanted})
        assert answer.headers["Location"] == HOME
        assert client.get(HOME).status_code == 200

    def test_a_page_of_ours_is_kept(self, settings, client, person):
        settings.STAFF_SECOND_FACTOR = False
        page = "/admin/approvals/approval/?status__exact=pending"
        answer = client.post(LOGIN, {"username": "ada", "password": PASSWORD, "next": page})
        assert answer.headers["Location"] == page


class TestSessions:
    @pytest.fixture
    def signed_in(self, settings, person):
        settings.STAFF_SECOND_FACTOR = False
        client = client_of(person)
        client.get(HOME)
        return client

    @pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 302)])
    def test_end_after_half_an_hour_away(self, signed_in, minutes, status):
        with time_machine.travel(time.time() + minutes * 60, tick=False):
            assert signed_in.get(HOME).status_code == status

    def test_end_after_eight_hours_however_busy(self, signed_in):
        start = time.time()
        answers = []
        for step in range(1, 26):
            with time_machine.travel(start + timedelta(minutes=20 * step).total_seconds(), tick=False):
                answers.append(signed_in.get(HOME).status_code)
        assert answers[:23] == [200] * 23
        assert answers[24] == 302


class TestPasswords:
    def test_are_hashed_with_argon2(self, settings, person):
        from billing_site import settings as real

        settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
        person.set_password("another long password")
        assert person.password.startswith("argon2")

    @pytest.mark.parametrize("password", ["short", "password1234"])
    def test_that_are_weak_are_refused(self, settings, person, password):
        settings.STAFF_SECOND_FACTOR = False
        answer = client_of(person).post(
            "/admin/password_change/",
            {"old_password": PASSWORD, "new_password1": password, "new_password2": password},
        )
        assert answer.status_code == 200
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
