"""Link new entries of the audit trail to its chain."""

from django.db import connection, transaction

from apps.ledger.records import HASH_BYTES, linked
from apps.proofs.audit_chain import LOOK_BACK, SLICE, AuditRow, unlinked_rows
from apps.proofs.models import AuditLink

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('proofs.link_audit_trail'))"


def link_audit_trail() -> int:
    """Link every committed entry that has no link, one transaction per slice; return how many were linked.

    Links may not be in the order of the entries' ids, which are assigned before the commit.
    """
    done = 0
    while some := _link_slice():
        done += some
        if some < SLICE:
            break
    return done


@transaction.atomic
def _link_slice() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    last = AuditLink.objects.order_by("-number").first()
    newest = AuditLink.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    rows = unlinked_rows(max(0, newest - LOOK_BACK))
    AuditLink.objects.bulk_create(_links(rows, last))
    return len(rows)


def _links(rows: list[AuditRow], last: AuditLink | None) -> list[AuditLink]:
    number, head = (last.number, bytes(last.hash)) if last else (0, bytes(HASH_BYTES))
    links = []
    for row in rows:
        number += 1
        head = linked(head, row.content(number))
        links.append(AuditLink(number=number, entry_id=row.id, hash=head))
    return links
