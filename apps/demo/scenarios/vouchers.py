"""Vouchers: a batch with some codes redeemed, a custom code to try, a lost box whose codes were revoked together, and a
large batch that waits for approval.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from apps.approvals.models import BulkRow
from apps.approvals.runs import PerformRun, run_slice, store_run
from apps.common.money import to_micros
from apps.demo.scenarios.main_customers import ACME
from apps.demo.staff import carry_out, colleague
from apps.demo.timeline import Demo, Step
from apps.tenants.models import Organization
from apps.vouchers import codes, services
from apps.vouchers.actions import RevokeVoucher
from apps.vouchers.keys import deriving_key
from apps.vouchers.models import Voucher
from apps.vouchers.terms import BatchTerms, VoucherKind

WELCOME = "WELCOME"
FAIR = uuid5(NAMESPACE_URL, "demo:vouchers:fair")
PREFIX = "SPRING"
LOST = uuid5(NAMESPACE_URL, "demo:vouchers:lost")


def steps(demo: Demo) -> Iterator[Step]:
    acme = demo.organizations[ACME]
    yield Step(demo.ago(days=45), _fair)
    yield Step(demo.ago(days=41), partial(_redeem, acme, 0))
    yield Step(demo.ago(days=38), partial(_redeem, acme, 1))
    yield Step(demo.ago(days=25), _print_for_the_shop)
    yield Step(demo.ago(days=18), _revoke_lost)
    yield Step(demo.ago(days=10), _welcome)
    yield Step(demo.ago(hours=5), _autumn)


def _fair(at: datetime) -> None:
    terms = _terms("5", count=60, prefix=PREFIX, credit_days=90, tag="spring fair")
    services.create_batch(terms=terms, reason="Handed out at the spring fair", by=colleague(), now=at, batch_id=FAIR)
    while services.generate_chunk(batch_id=FAIR, now=at):
        pass


def _redeem(organization: Organization, number: int, at: datetime) -> None:
    services.redeem_voucher(
        organization=organization,
        code=codes.derive(deriving_key(), FAIR, number, PREFIX),
        call_id=uuid5(FAIR, str(number)),
        redeemed_by="user:user_demo",
        now=at,
    )


def _print_for_the_shop(at: datetime) -> None:
    terms = _terms("5", count=55, prefix="SHOP", tag="shop cards")
    services.create_batch(terms=terms, reason="Cards for the counter", by=colleague(), now=at, batch_id=LOST)
    while services.generate_chunk(batch_id=LOST, now=at):
        pass


def _revoke_lost(at: datetime) -> None:
    """Revoke the codes by one bulk action that a second person approves."""
    reason = "The box was lost on its way to the shop"
    codes_of_box = Voucher.objects.filter(batch=LOST).select_related("batch").order_by("number")
    revoked = [RevokeVoucher.of(each, reason=reason, key=f"demo:lost:{each.number}") for each in codes_of_box]
    run = store_run(revoked, reason=reason, key="demo:lost", by=colleague(), now=at)
    carry_out(PerformRun.of(run), at)
    while BulkRow.objects.filter(run=run, state=BulkRow.State.WAITING).exists():
        run_slice(run.pk, now=at)
    run_slice(run.pk, now=at)


def _welcome(at: datetime) -> None:
    terms = _terms("10", max_redemptions=100, credit_days=30, tag="welcome")
    services.create_chosen(code=WELCOME, terms=terms, reason="For customers who ask by phone", by=colleague(), now=at)


def _autumn(at: datetime) -> None:
    terms = _terms("10", count=1_000, prefix="AUTUMN", tag="autumn mailing")
    services.create_batch(terms=terms, reason="Printed in the autumn mailing", by=colleague(), now=at)


def _terms(amount: str, **fields: object) -> BatchTerms:
    return BatchTerms(kind=VoucherKind.CREDIT, amount_micros=to_micros(amount), currency="USD", **fields)  # type: ignore[arg-type]
