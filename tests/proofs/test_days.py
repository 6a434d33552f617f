"""Each day's root: sealed once after midnight, signed, sent outside, shown with the customer's own path."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, transaction

from apps.ledger.merkle import Step, leaf, root_of_path
from apps.ledger.models import Book
from apps.proofs import services
from apps.proofs.checks import check_proofs
from apps.proofs.errors import ProofNotFound
from apps.proofs.models import DayHead, DayRoot
from apps.proofs.selectors import proof_of
from tests.factories import create_grant, create_organization

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 18)
AFTER_MIDNIGHT = datetime(2026, 11, 19, 0, 5, tzinfo=UTC)


class TestSealing:
    def test_folds_the_head_of_every_book_with_a_record_into_one_root(self, now):
        acme, globex, idle = (create_organization(now, slug) for slug in ("acme", "globex", "idle"))
        create_grant(acme, "5", now)
        create_grant(globex, "5", now, key="g2")
        sealed = services.seal_day(now=AFTER_MIDNIGHT)
        assert (sealed.day, sealed.sealed_at) == (DAY, AFTER_MIDNIGHT)
        assert set(DayHead.objects.exclude(chain="audit").values_list("chain", "number")) == {
            (str(acme.pk), 1),
            (str(globex.pk), 1),
        }
        for organization in (acme, globex):
            book = Book.objects.get(pk=organization.pk)
            own = proof_of(DAY, organization.pk).own
            assert (own.number, own.head) == (1, bytes(book.head))
            assert root_of_path(leaf(str(book.pk), 1, bytes(book.head)), own.path) == bytes(sealed.root)
        assert proof_of(DAY, idle.pk).own is None

    def test_is_done_once_a_day_whatever_moves_afterwards(self, now):
        acme = create_organization(now)
        create_grant(acme, "5", now)
        first = services.seal_day(now=AFTER_MIDNIGHT)
        create_grant(acme, "5", AFTER_MIDNIGHT, key="g2")
        assert services.seal_day(now=AFTER_MIDNIGHT + timedelta(hours=3)) is None
        assert bytes(DayRoot.objects.get().root) == bytes(first.root)
        assert proof_of(DAY, acme.pk).own.number == 1

    def test_late_is_of_what_stands_then_and_the_days_before_stay_without(self, now, caplog):
        acme = create_organization(now)
        create_grant(acme, "5", now)
        with caplog.at_level("INFO"):
            late = services.seal_day(now=AFTER_MIDNIGHT + timedelta(days=3, hours=9))
        assert late.day == DAY + timedelta(days=3)
        (line,) = [record for record in caplog.records if record.getMessage() == "day_sealed"]
        assert (line.late, line.root, line.leaves) == (True, bytes(late.root).hex(), late.leaf_count)
        with pytest.raises(ProofNotFound):
            proof_of(DAY, acme.pk)

    def test_a_book_that_did_not_move_keeps_its_head_and_stays_in_the_next_root(self, now):
        acme, globex = create_organization(now), create_organization(now, "globex")
        create_grant(acme, "5", now)
        services.seal_day(now=AFTER_MIDNIGHT)
        create_grant(globex, "5", AFTER_MIDNIGHT, key="g2")
        services.seal_day(now=AFTER_MIDNIGHT + timedelta(days=1))
        assert DayHead.objects.filter(chain=str(acme.pk)).count() == 1
        assert proof_of(DAY + timedelta(days=1), acme.pk).own.number == 1

    def test_signs_the_root_with_the_key_that_is_in_no_table(self, now):
        create_grant(create_organization(now), "5", now)
        sealed = services.seal_day(now=AFTER_MIDNIGHT)
        signed = f'["r1","2026-11-18","{bytes(sealed.root).hex()}",{sealed.leaf_count}]'.encode()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sealed.key_id)).verify(bytes(sealed.signature), signed)

    @pytest.mark.parametrize(
        "change", ["root = 'x'", "signature = 'x'", "leaf_count = 9", "day = '2020-01-01'", "sealed_at = now()"]
    )
    def test_the_database_refuses_to_change_a_root(self, now, change):
        services.seal_day(now=AFTER_MIDNIGHT)
        with pytest.raises(DatabaseError), transaction.atomic():
            DayRoot.objects.raw(f"UPDATE proofs_dayroot SET {change} RETURNING *")[0]

    def test_the_database_refuses_to_remove_a_root_or_a_head(self, now):
        create_grant(create_organization(now), "5", now)
        services.seal_day(now=AFTER_MIDNIGHT)
        for model in (DayRoot, DayHead):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()


class Archive(BaseHTTPRequestHandler):
    """An external archive that stores what it is sent; it refuses the first `refusals` requests."""

    kept: ClassVar[list[dict[str, Any]]] = []
    refusals: ClassVar[int] = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Archive.refusals:
            Archive.refusals -= 1
            self.send_response(302)
        else:
            Archive.kept.append(json.loads(body))
            self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def archive(settings) -> Iterator[type[Archive]]:
    server = HTTPServer(("127.0.0.1", 0), Archive)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.PROOF_URL = f"http://127.0.0.1:{server.server_port}/roots"
    Archive.kept, Archive.refusals = [], 0
    yield Archive
    server.shutdown()
    server.server_close()


class TestSending:
    def test_posts_the_root_until_it_is_taken(self, now, archive, deliver_outbox):
        archive.refusals = 2
        sealed = services.seal_day(now=AFTER_MIDNIGHT)
        at = AFTER_MIDNIGHT
        for _ in range(3):
            deliver_outbox(at)
            at += timedelta(minutes=10)
        sealed.refresh_from_db()
        assert archive.kept == [
            {
                "day": "2026-11-18",
                "root": bytes(sealed.root).hex(),
                "signature": bytes(sealed.signature).hex(),
                "keyId": sealed.key_id,
                "leafCount": sealed.leaf_count,
                "sealedAt": "2026-11-19T00:05:00Z",
            }
        ]
        assert sealed.sent_at == AFTER_MIDNIGHT + timedelta(minutes=20)

    def test_sends_what_was_sealed_before_there_was_a_place(self, now, archive, settings, deliver_outbox):
        url, settings.PROOF_URL = settings.PROOF_URL, ""
        services.seal_day(now=AFTER_MIDNIGHT)
        assert deliver_outbox(AFTER_MIDNIGHT) == []
        settings.PROOF_URL = url
        services.seal_day(now=AFTER_MIDNIGHT + timedelta(hours=1))
        deliver_outbox(AFTER_MIDNIGHT + timedelta(hours=1))
        assert [each["day"] for each in archive.kept] == ["2026-11-18"]


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "value", "error"),
        [
            ("PROOF_SIGNING_KEY", "", "proofs.E001"),
            ("PROOF_SIGNING_KEY", "c2hvcnQ", "proofs.E002"),
            ("PROOF_SIGNING_KEY", "not base64!", "proofs.E002"),
            ("PROOF_FORMER_KEYS", ["abc"], "proofs.E003"),
        ],
    )
    def test_says_what_is_wrong(self, settings, name, value, error):
        assert list(check_proofs()) == []
        setattr(settings, name, value)
        assert [each.id for each in check_proofs()] == [error]

    def test_roots_leave_by_https_outside_development(self, settings):
        settings.DEVELOPMENT, settings.PROOF_URL = False, "http://archive.example"
        assert [each.id for each in check_proofs()] == ["proofs.E004"]


def test_steps_are_read_from_the_leaf_up():
    left, right = leaf("audit", 1, b"a"), leaf("audit", 2, b"b")
    assert root_of_path(left, [Step("right", right)]) == root_of_path(right, [Step("left", left)])
