"""Vouchers on screen: created, monitored, downloaded once, switched, revoked, reported."""

import csv
import html
import io
import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.approvals import services as approvals
from apps.approvals.models import Approval
from apps.approvals.submission import execute
from apps.common.periods import midnight
from apps.plans.services import PlanTerms, define_plan
from apps.vouchers import services
from apps.vouchers.models import Batch, BatchEvent, Voucher
from tests.vouchers.factories import create_batch, create_voucher, redeem, staff, terms

pytestmark = pytest.mark.django_db
TERMS = {
    "kind": "credit",
    "amount_micros": "25",
    "currency": "usd",
    "max_redemptions": "1",
    "max_per_organization": "1",
    "max_codes_per_organization": "",
    "starts_at": "",
    "expires_at": "",
    "credit_days": "",
    "organizations": "",
    "tag": "fair",
    "note": "",
    "reason": "Spring fair",
}


@pytest.fixture(autouse=True)
def ann(client):
    person = User.objects.create_user("ann", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="vouchers"))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def url(name, *args):
    return reverse(f"admin:vouchers_{name}", args=args)


def fill_in(client, address, step="confirm", **typed):
    token = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode()).group(1)
    return client.post(address, {"_step": step, "token": token, **typed})


def act(client, name, row):
    return fill_in(client, url(name, row.pk), reason="Because")


class TestMaking:
    def test_a_batch_says_what_it_is_worth_before_it_is_made(self, client):
        page = fill_in(client, url("batch_make_batch"), "review", count="30", code_prefix="spring", **TERMS)

        assert "750.00 USD" in page.content.decode()
        assert not Batch.objects.exists()

    def test_the_review_has_the_amount_in_the_currency_that_was_typed(self, client):
        page = fill_in(client, url("batch_make_batch"), "review", count="3", code_prefix="", **TERMS)
        assert re.search(r">Amount</dt><dd[^>]*>([^<]*)<", page.text)[1] == "25.00 USD"
        assert "Create batch" in page.text

    def test_a_large_batch_is_asked_for(self, client):
        page = fill_in(client, url("batch_make_batch"), "review", count="300", code_prefix="", **TERMS)
        assert "Ask for approval" in page.text
        assert "Create batch" not in page.text

    def test_the_usual_address_of_a_new_row_leads_to_the_form(self, client):
        answer = client.get(url("batch_add"), {"tag": "x"})
        assert (answer.status_code, answer.headers["Location"]) == (302, url("batch_make_batch") + "?tag=x")

    def test_a_batch_is_made_once_however_often_the_form_is_sent(self, client):
        address = url("batch_make_batch")
        token = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode()).group(1)
        typed = {"_step": "confirm", "token": token, "count": "3", "code_prefix": "spring", **TERMS}
        assert [client.post(address, typed).status_code for _ in range(3)] == [302] * 3

        batch = Batch.objects.get()
        assert (batch.prefix, batch.currency, batch.created_by) == ("SPRING", "USD", "staff:ann")

    def test_a_large_batch_waits_and_is_started_after_another_agreed(self, client, ann):
        fill_in(client, url("batch_make_batch"), count="300", code_prefix="", **TERMS)
        batch = Batch.objects.get()
        page = client.get(url("batch_change", batch.pk)).content.decode()
        assert "Waiting for a second person" in page
        assert f"Request {Approval.objects.get().pk} waits for a second person" in page

        bob = staff("bob")
        bob.user_permissions.add(Permission.objects.get(codename="decide_approval"))
        bob = User.objects.get(pk=bob.pk)
        approvals.approve(approval_id=Approval.objects.get().pk, by=bob, now=timezone.now())
        execute(Approval.objects.get().pk, now=timezone.now())
        batch.refresh_from_db()
        assert (batch.state, Approval.objects.get().decided_by) == ("generating", bob)

    def test_a_chosen_code_works_at_once(self, client, acme):
        assert fill_in(client, url("batch_make_chosen"), code="welcome", **TERMS).status_code == 302

        assert redeem(acme, "WELCOME", timezone.now())

    def test_a_list_is_shown_before_it_is_taken(self, client, now):
        create_voucher(now)
        codes = "welcome\nNEW-1\nNEW-2\nnew1\nsp€cial"
        page = fill_in(client, url("batch_make_import"), "review", codes=codes, **TERMS).content.decode()
        assert "NEW1, NEW2" in page
        assert "sp€cial" in page
        assert fill_in(client, url("batch_make_import"), codes=codes, **TERMS).status_code == 422

        assert fill_in(client, url("batch_make_import"), codes="welcome\nNEW-1\nNEW-2", **TERMS).status_code == 302
        assert Batch.objects.get(origin="imported").code_count == 2

    def test_a_list_is_uploaded_and_goes_on_to_the_next_page(self, client, acme, now):
        file = SimpleUploadedFile("codes.csv", "\ufeffCode;Note\nWREN-1001;a\nWREN-1002;b\n".encode())
        offer = PlanTerms(list_quota_micros=1_000_000)
        plans = [define_plan(slug=name, name=name, terms=offer, now=now).pk for name in ("pro", "team")]
        page = fill_in(client, url("batch_make_import"), "review", file=file, codes="", plans=plans, **TERMS)
        shown = page.content.decode()
        assert all(f'name="plans" value="{plan}"' in shown for plan in plans)
        assert "Heading, skipped" in shown
        carried = html.unescape(re.search(r'name="codes" value="([^"]*)"', shown).group(1))

        assert fill_in(client, url("batch_make_import"), codes=carried, **TERMS).status_code == 302
        assert Batch.objects.get().code_count == 2
        assert redeem(acme, "wren1002", timezone.now())

    @pytest.mark.parametrize(
        ("file", "codes", "complaint"),
        [
            (b"PK\x03\x04", "", "save the sheet as CSV"),
            (b"WREN-1001", "WREN-1002", "not both"),
            (None, "", "There are no codes"),
        ],
    )
    def test_a_list_that_cannot_be_read_is_refused(self, client, file, codes, complaint):
        files = {"file": SimpleUploadedFile("codes.csv", file)} if file else {}
        page = fill_in(client, url("batch_make_import"), "review", codes=codes, **files, **TERMS)
        assert (page.status_code, complaint in page.content.decode()) == (422, True)

    @pytest.mark.parametrize(
        ("typed", "end", "shown"),
        [
            ({"expires_at": "2027-03-31"}, "2027-04-01T00:00:00+00:00", "end of 2027-03-31"),
            ({"expires_at_0": "2027-03-31", "expires_at_1": ""}, "2027-04-01T00:00:00+00:00", "end of 2027-03-31"),
            (
                {"expires_at_0": "2027-03-31", "expires_at_1": "18:30"},
                "2027-03-31T18:30:00+00:00",
                "2027-03-31 18:30 UTC",
            ),
            ({"expires_at": "2027-03-31T00:00"}, "2027-03-31T00:00:00+00:00", "end of 2027-03-30"),
        ],
    )
    def test_an_end_without_an_hour_is_that_whole_day(self, client, typed, end, shown):
        filled = {name: value for name, value in TERMS.items() if name != "expires_at"} | typed
        moment = datetime.fromisoformat(end)
        page = fill_in(client, url("batch_make_chosen"), "review", code="WELCOME", **filled)
        assert shown in page.content.decode()

        fill_in(client, url("batch_make_chosen"), code="WELCOME", **filled)
        assert Batch.objects.get().expires_at == moment

    def test_a_later_end_is_that_whole_day_too(self, client, now):
        batch = create_voucher(now, expires_at=timezone.now() + timedelta(days=5)).batch
        day = (timezone.now() + timedelta(days=40)).date()
        fill_in(client, url("batch_extend", batch.pk), reason="Longer", expires_at_0=day.isoformat(), expires_at_1="")
        batch.refresh_from_db()
        assert batch.expires_at == midnight(day + timedelta(days=1))

    @pytest.mark.parametrize(
        "typed", [{"expires_at_1": "12:00"}, {"expires_at": "9999-12-31"}, {"expires_at": "31.03.2027"}]
    )
    def test_an_end_that_is_none_is_named(self, client, typed):
        filled = {name: value for name, value in TERMS.items() if name != "expires_at"} | typed
        assert fill_in(client, url("batch_make_chosen"), "review", code="WELCOME", **filled).status_code == 422

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount_micros": "0"},
            {"amount_micros": "1e3"},
            {"amount_micros": "0.0000001"},
            {"currency": "12"},
            {"max_redemptions": "0"},
            {"max_per_organization": "2"},
            {"expires_at": "2020-01-01T00:00"},
            {"expires_at": "tomorrow"},
            {"organizations": "nobody"},
            {"reason": ""},
            {"credit_days": "-1"},
            {"count": "100001"},
            {"code_prefix": "=SUM(1)"},
        ],
    )
    def test_wrong_input_is_refused_on_the_page(self, client, wrong):
        typed = {"count": "3", "code_prefix": "", **TERMS, **wrong}

        assert fill_in(client, url("batch_make_batch"), **typed).status_code == 422
        assert not Batch.objects.exists()

    def test_keeps_both_sides_of_the_terms(self, client, acme):
        moments = {"starts_at": "2030-01-01T10:00", "expires_at": "2030-02-01T00:00"}
        fill_in(
            client,
            url("batch_make_batch"),
            count="3",
            **{**TERMS, **moments, "organizations": "acme", "credit_days": "9"},
        )
        batch = Batch.objects.get()

        assert (batch.starts_at.isoformat(), batch.expires_at.isoformat()) == (
            "2030-01-01T10:00:00+00:00",
            "2030-02-01T00:00:00+00:00",
        )
        assert list(batch.organizations.all()) == [acme]
        assert batch.credit_days == 9


class TestWatching:
    def test_progress_is_shown_and_comes_again_by_itself(self, client, now):
        batch = services.create_batch(terms=terms("0.01", count=2500), reason="Fair", by=staff("bob"), now=now)
        services.generate_chunk(batch_id=batch.pk, now=now)
        answer = client.get(url("batch_change", batch.pk))

        assert '<progress max="2500" value="1000"' in answer.content.decode()
        assert answer["Refresh"] == "2"

    def test_a_batch_that_is_ready_stays(self, client, now):
        batch, _ = create_batch(now)

        assert "Refresh" not in client.get(url("batch_change", batch.pk))

    def test_what_does_not_exist_leads_back(self, client):
        assert client.get(url("batch_change", "00000000-0000-0000-0000-000000000000")).status_code == 302

    @pytest.mark.parametrize("object_id", ["404", "garbage"])
    def test_what_cannot_exist_is_not_found(self, client, object_id):
        page = client.get(url("batch_change", object_id))
        assert (page.status_code, "Back to Home" in page.content.decode()) == (404, True)

    def test_only_what_can_be_done_is_offered(self, client, now):
        page = client.get(url("batch_change", create_batch(now)[0].pk)).content.decode()

        assert url("batch_revoke", Batch.objects.get().pk) in page
        assert url("batch_enable", Batch.objects.get().pk) not in page


class TestDownload:
    def test_streams_every_code_once(self, client, now, acme):
        batch, codes = create_batch(now, count=3, prefix="SPRING", tag="=1+1")
        answer = act(client, "batch_download", batch)
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

        assert [row[0] for row in rows[1:]] == codes
        assert rows[1][1:] == ["25", "USD", "1", "", "", "'=1+1"]
        assert answer["Content-Disposition"] == f'attachment; filename="vouchers-{batch.pk}.csv"'
        assert "no-store" in answer["Cache-Control"]
        again = act(client, "batch_download", batch)
        assert again.status_code == 422
        assert codes[0] not in again.content.decode()

    def test_needs_a_permission_of_its_own(self, client, now, ann):
        batch, _ = create_batch(now)
        ann.user_permissions.remove(Permission.objects.get(codename="download_batch"))

        assert client.get(url("batch_download", batch.pk)).status_code in (302, 403)
        batch.refresh_from_db()
        assert batch.downloaded_at is None


class TestChanging:
    def test_switches_off_and_on_and_revokes(self, client, now):
        batch, _ = create_batch(now)
        states = []
        for name in ("disable", "enable", "revoke"):
            act(client, f"batch_{name}", batch)
            batch.refresh_from_db()
            states.append(batch.state)

        assert states == ["disabled", "active", "revoked"]
        assert BatchEvent.objects.filter(reason="Because", done_by="staff:ann").count() == 3

    def test_extends(self, client, now):
        batch = create_voucher(now, expires_at=now + timedelta(days=1)).batch
        late = {"expires_at": "2030-01-01T00:00", "reason": "Longer"}
        assert fill_in(client, url("batch_extend", batch.pk), **late).status_code == 302
        assert fill_in(client, url("batch_extend", batch.pk), **late).status_code == 422

        batch.refresh_from_db()
        assert batch.expires_at.isoformat() == "2030-01-01T00:00:00+00:00"

    def test_one_code_is_switched_limited_and_revoked(self, client, now):
        voucher = create_voucher(now)
        act(client, "voucher_disable", voucher)
        act(client, "voucher_enable", voucher)
        fill_in(client, url("voucher_change_limit", voucher.pk), max_redemptions="5", reason="More")
        act(client, "voucher_revoke", voucher)

        voucher.refresh_from_db()
        assert (voucher.disabled_at, voucher.max_redemptions) == (None, 5)
        assert voucher.revoked_at is not None

    def test_asks_again_after_a_refusal_and_says_beforehand_who_has_to_agree(self, client, now, ann):
        services.create_chosen(code="BIG", terms=terms("2000"), reason="A favor", by=ann, now=timezone.now())
        batch, refused = Batch.objects.get(), Approval.objects.get()
        checker = User.objects.create_user("bob", is_staff=True)
        checker.user_permissions.add(Permission.objects.get(codename="decide_approval"))
        approvals.reject(approval_id=refused.pk, by=checker, now=timezone.now())

        review = fill_in(client, url("batch_ask_again", batch.pk), step="review", reason="Because")
        assert "must approve" in review.content.decode()
        act(client, "batch_ask_again", batch)

        again = Approval.objects.exclude(pk=refused.pk).get()
        assert (again.status, again.reason, Batch.objects.get().state) == ("pending", "Because", "awaiting")

    def test_nothing_happens_without_permission(self, client, now, ann):
        batch, _ = create_batch(now)
        ann.user_permissions.remove(Permission.objects.get(codename="change_batch"))

        assert client.get(url("batch_revoke", batch.pk)).status_code in (302, 403)
        batch.refresh_from_db()
        assert batch.state == "active"


class TestFinding:
    @pytest.mark.parametrize("typed", ["FROST2026A", "frost-\u200b2026 a", "\ufeffFROST\u22122026\u00adA"])
    def test_a_code_is_found_as_it_is_redeemed(self, client, now, typed):
        voucher = create_voucher(now, code="FROST-2026-A")
        create_voucher(now, code="OTHER")

        assert [row.pk for row in client.get(url("voucher_changelist"), {"q": typed}).context["cl"].result_list] == [
            voucher.pk
        ]
        found = client.get("/admin/search/", {"s": typed, "extended": "1"}).content.decode()
        assert url("voucher_change", voucher.pk) in found

    def test_a_code_by_all_of_it_and_by_nothing_less(self, client, now):
        _, codes = create_batch(now, count=3)
        voucher = Voucher.objects.get(number=1)
        pages = [
            client.get(url("voucher_changelist"), {"q": text}).content.decode()
            for text in (codes[1].lower(), codes[1][:-1], codes[1][-4:])
        ]

        assert [url("voucher_change", voucher.pk) in page for page in pages] == [True, False, False]

    def test_no_page_shows_a_generated_code(self, client, now, acme):
        batch, (code,) = create_batch(now)
        redeem(acme, code, now)
        pages = [
            url("batch_changelist"),
            url("batch_change", batch.pk),
            url("voucher_changelist"),
            url("voucher_change", batch.vouchers.get().pk),
            url("redemption_changelist"),
            url("batch_report"),
        ]
        text = "".join(client.get(page).content.decode() for page in pages)

        assert code not in text
        assert code.replace("-", "") not in text
        assert batch.vouchers.get().code_hash not in text

    def test_a_batch_leads_to_its_codes_and_redemptions(self, client, now):
        batch, _ = create_batch(now, prefix="MINE")
        create_voucher(now, code="OTHER")
        page = client.get(url("batch_change", batch.pk)).content.decode()
        address = f"{url('voucher_changelist')}?batch={batch.pk}"

        assert address in page
        listed = client.get(address).content.decode()
        assert ("MINE-" in listed, "OTHER" in listed) == (True, False)
        assert client.get(f"{url('redemption_changelist')}?batch={batch.pk}").status_code == 200


class TestReport:
    def test_shows_what_became_of_vouchers(self, client, now, acme):
        create_voucher(now, tag="<b>fair</b>")
        redeem(acme, "WELCOME", now)
        page = client.get(url("batch_report")).content.decode()

        assert "&lt;b&gt;fair&lt;/b&gt;" in page
        assert page.count("25.00 USD") >= 6
