"""Settling an installment reads and writes the wallet once each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.contracts.models import Contract, Installment, ServiceRevenue
from apps.ledger.models import Transfer
from apps.wallets.models import Grant
from tests.contracts.factories import active, discount, offer, pay, rows

pytestmark = pytest.mark.django_db


def sent(work) -> list[str]:
    """The statements that a piece of work sends."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return [query["sql"] for query in captured]


def of_the_wallet(statements: list[str]) -> list[str]:
    """The statements that open or write the wallet, in order."""
    return [name for sql in statements for name in ("wallet_open", "wallet_write") if f"{name}(" in sql]


class TestSettling:
    def test_opens_and_writes_the_wallet_once(self, acme, now):
        contract = active(acme, now, credit="1200", service="1200")
        discount(acme, "20", now)
        second = rows(contract)[1]
        before = Transfer.objects.count()

        assert of_the_wallet(sent(lambda: pay(second, now))) == ["wallet_open", "wallet_write"]
        second.refresh_from_db()
        assert second.state == Installment.State.PAID
        made = list(Transfer.objects.order_by("number")[before:].values_list("kind", flat=True))
        assert made == ["installment", "discount", "grant", "deferral"]
        assert second.grant == Grant.objects.get(key=f"installment:{second.pk}:credit")
        assert second.service_transfer.kind == "deferral"
        assert second.payments.get().transfer.kind == "installment"
        assert ServiceRevenue.objects.filter(installment=second).exists()

    def test_of_a_part_does_so_too(self, acme, now):
        first = rows(offer(acme, now))[0]

        assert of_the_wallet(sent(lambda: pay(first, now, amount="40"))) == ["wallet_open", "wallet_write"]
        assert Installment.objects.get(pk=first.pk).paid_micros == to_micros("40")

    def test_again_writes_nothing(self, acme, now):
        first = rows(offer(acme, now))[0]
        pay(first, now, amount="100", key="inpay_1")
        revision = Contract.objects.get().revision

        assert of_the_wallet(sent(lambda: pay(first, now, amount="100", key="inpay_1"))) == []
        assert Contract.objects.get().revision == revision

    def test_the_first_of_a_contract_takes_so_many_statements(self, acme, now):
        """Nine of them are the audit trail of three changed rows: their old state is read, and the change written."""
        first = rows(offer(acme, now))[0]
        first.refresh_from_db()

        assert len(sent(lambda: pay(first, now))) <= 22
