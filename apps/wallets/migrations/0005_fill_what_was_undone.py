"""Reckon, for books kept before, what each charge and grant has had undone, returned and lapsed.

Reversals name what they undid. Giving back named nothing: it is reckoned from the newest charge before it backwards,
which is the order that holds from now on.
"""

from typing import Any

from django.db import migrations
from django.db.models import F, Sum

CHARGES = ("usage", "character", "service")
BACK = ("refund", "dispute")


def fill(apps: Any, editor: Any) -> None:
    """Go through each wallet's transfers once, in the order in which they were posted."""
    Transfer = apps.get_model("ledger", "Transfer")
    for wallet in apps.get_model("wallets", "Wallet").objects.order_by("pk").iterator():
        of_charges = Transfer.objects.filter(kind__in=CHARGES)
        moves = of_charges.filter(source=wallet.account_id) | of_charges.filter(destination=wallet.account_id)
        moves |= Transfer.objects.filter(reverses__kind__in=CHARGES, destination=wallet.account_id)
        _fill_charges(apps, wallet, moves.order_by("pk"))
    for grant in apps.get_model("wallets", "Grant").objects.order_by("pk").iterator():
        _fill_grant(apps, grant)


def _fill_charges(apps: Any, wallet: Any, moves: Any) -> None:
    ChargeNet = apps.get_model("wallets", "ChargeNet")
    for move in moves.iterator():
        if move.source_id == wallet.account_id:
            ChargeNet.objects.create(wallet=wallet, transfer=move, amount_micros=move.amount_micros)
            continue
        charged = ChargeNet.objects.filter(wallet=wallet, undone_micros__lt=F("amount_micros")).order_by("-pk")
        if move.reverses_id:
            charged = charged.filter(transfer=move.reverses_id)
        _undo(apps, charged, move)


def _undo(apps: Any, charged: Any, move: Any) -> None:
    missing = move.amount_micros
    while missing and (net := charged.first()) is not None:
        share = min(missing, net.amount_micros - net.undone_micros)
        net.undone_micros += share
        net.save(update_fields=["undone_micros"])
        apps.get_model("wallets", "Undoing").objects.create(charge=net, transfer=move, amount_micros=share)
        missing -= share


def _fill_grant(apps: Any, grant: Any) -> None:
    Transfer = apps.get_model("ledger", "Transfer")
    lapsed = apps.get_model("wallets", "Consumption").objects.filter(grant=grant, transfer__kind="expiry")
    back = Transfer.objects.filter(
        source=grant.wallet.account_id, kind__in=BACK, metadata__grant=grant.key, reversal=None
    )
    grant.lapsed_micros = lapsed.aggregate(total=Sum("amount_micros"))["total"] or 0
    grant.returned_micros = back.aggregate(total=Sum("amount_micros"))["total"] or 0
    if grant.lapsed_micros or grant.returned_micros:
        grant.save(update_fields=["lapsed_micros", "returned_micros"])


class Migration(migrations.Migration):
    dependencies = [("wallets", "0004_what_was_undone")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
