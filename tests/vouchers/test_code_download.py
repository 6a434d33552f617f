"""Codes can be downloaded once."""

import pytest

from apps.vouchers import services
from apps.vouchers.admin.batch_actions import csv_lines
from apps.vouchers.errors import AlreadyDownloaded, CodesCannotBeMade, IllegalBatchState, ReasonMissing
from apps.vouchers.models import BatchEvent
from tests.vouchers.factories import create_batch, create_voucher, redeem, staff, terms

pytestmark = pytest.mark.django_db


def download(batch, now, reason="For the printer"):
    return services.claim_download(batch_id=batch.pk, reason=reason, by=staff("bob"), now=now)


def test_gives_every_code_as_it_is_printed(acme, now):
    batch, _ = create_batch(now, count=3, prefix="SPRING")
    codes = list(download(batch, now).codes())

    assert len(set(codes)) == 3
    assert all(code.startswith("SPRING-") for code in codes)
    assert [redeem(acme, code, now).amount for code in codes] == [25_000_000] * 3


def test_is_a_file_that_excel_reads_as_utf8(now):
    batch, _ = create_batch(now, count=1)
    lines = list(csv_lines(download(batch, now)))

    assert lines[0].startswith("\ufeffcode,amount,")
    assert [line for line in lines[1:] if "\ufeff" in line] == []


def test_happens_once_and_tells_who_did(now):
    batch, _ = create_batch(now)
    download(batch, now)

    with pytest.raises(AlreadyDownloaded, match="staff:bob downloaded them on 2026-11-18"):
        download(batch, now)
    assert BatchEvent.objects.filter(action="downloaded", done_by="staff:bob").count() == 1


def test_needs_a_reason(now):
    batch, _ = create_batch(now)

    with pytest.raises(ReasonMissing):
        download(batch, now, reason="")


def test_waits_until_all_codes_are_made(now):
    batch = services.create_batch(terms=terms(), reason="Fair", by=staff(), now=now)

    with pytest.raises(IllegalBatchState):
        download(batch, now)


def test_is_not_for_codes_that_are_known(now):
    with pytest.raises(IllegalBatchState):
        download(create_voucher(now).batch, now)


def test_is_not_for_codes_that_have_ended(now):
    batch, _ = create_batch(now)
    services.revoke_batch(batch_id=batch.pk, reason="Leaked", by=staff(), now=now)

    with pytest.raises(IllegalBatchState):
        download(batch, now)


def test_makes_no_wrong_codes_with_another_key(now, settings):
    batch, _ = create_batch(now)
    settings.VOUCHER_CODE_KEY = "another" * 8

    with pytest.raises(CodesCannotBeMade):
        download(batch, now)
    batch.refresh_from_db()
    assert batch.downloaded_at is None


def test_a_code_of_another_key_is_unknown(acme, now, settings):
    _, (code,) = create_batch(now)
    settings.VOUCHER_CODE_KEY = "another" * 8

    with pytest.raises(Exception, match="No voucher with this code"):
        redeem(acme, code, now)
